/**
 * Turns what a use case fails with into the response for it.
 */
import type { DokumentpakkeError } from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import type { ExchangeError } from "@eformidling/exchange/ExchangeError"
import type { StoreError } from "@eformidling/port-store/StoreError"
import { Cause, Effect } from "effect"
import type { HttpServerResponse } from "effect/http"
import { ApiError, frameworkExceptions } from "./ApiError.ts"
import { fromExchange, storeFailed } from "./ErrorTable.ts"
import { masked } from "@eformidling/receiver/Masking"
import * as Responses from "./Responses.ts"

/** What a handler may fail with. */
export type Failure = ApiError | ExchangeError | StoreError | DokumentpakkeError

const packageUnavailable = new ApiError({
  status: 500,
  exception: frameworkExceptions.runtime,
  message: "The package could not be opened now. Nothing was changed; try again later."
})

const toApiError = (failure: Failure): ApiError => {
  switch (failure._tag) {
    case "ApiError":
      return failure
    case "ExchangeError":
      return fromExchange(failure)
    case "StoreError":
      return storeFailed
    case "DokumentpakkeError":
      return packageUnavailable
  }
}

/** Writes the response of a handler, or the one for its failure. Failures on our side are logged with their cause. */
export const answer = <E extends Failure, R>(handler: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
  Effect.catch(handler, (failure: Failure) => {
    const error = toApiError(failure)
    const response = Responses.failed(error)
    return error.status < 500
      ? response
      : Effect.andThen(Effect.logError(masked(Cause.pretty(Cause.fail(failure)))), response)
  })
