/**
 * Responses as every endpoint writes them.
 *
 * Source: nextmove-api 1.1, 3.1.
 */
import type { ErrorBody } from "@eformidling/api/ErrorBody"
import * as Timestamp from "@eformidling/api/Timestamp"
import { DateTime, Effect, Schema } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { STATUS_CODES } from "node:http"
import type { ApiError } from "./ApiError.ts"
import * as PrettyJson from "./PrettyJson.ts"

/** 200 without a body, which is how changes are confirmed. */
export const empty: HttpServerResponse.HttpServerResponse = HttpServerResponse.empty({ status: 200 })

/** 204: there is nothing now. */
export const noContent: HttpServerResponse.HttpServerResponse = HttpServerResponse.empty({ status: 204 })

/** 404 without a body. */
export const notThere: HttpServerResponse.HttpServerResponse = HttpServerResponse.empty({ status: 404 })

const pretty = (body: unknown, status: number, contentType = "application/json") =>
  HttpServerResponse.text(PrettyJson.stringify(body), { status, contentType })

/** Writes what is JSON already. */
export const plainJson = (body: unknown): HttpServerResponse.HttpServerResponse => pretty(body, 200)

/** Writes a value by its schema. A value that does not fit its schema is a defect. */
export const json = <A, I>(
  schema: Schema.Codec<A, I>,
  options?: { readonly status?: number; readonly contentType?: string }
) => {
  const encode = Schema.encodeEffect(schema)
  return (value: A): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
    encode(value).pipe(
      Effect.orDie,
      Effect.map((body) => pretty(body, options?.status ?? 200, options?.contentType))
    )
}

/** The request's path, without its query. */
export const pathOf = (request: HttpServerRequest.HttpServerRequest): string => request.url.split(/[?#]/, 1)[0]!

/** Writes the body of a failed request. */
export const failed = Effect.fnUntraced(function* (error: ApiError) {
  const request = yield* HttpServerRequest.HttpServerRequest
  const body: ErrorBody = {
    timestamp: Timestamp.format(yield* DateTime.now),
    ...(error.exception === undefined ? {} : { exception: error.exception }),
    message: error.message,
    ...(error.errors === undefined ? {} : { errors: error.errors }),
    ...(error.description === undefined ? {} : { description: error.description }),
    status: error.status,
    error: STATUS_CODES[error.status] ?? "Error",
    path: pathOf(request)
  }
  return pretty(body, error.status).pipe(HttpServerResponse.setHeaders(error.headers ?? {}))
})
