/**
 * Messages as bodies: read with the domain's codec, and what is wrong with one told as the reference tells it.
 *
 * Source: nextmove-api 2.2, 3.3.
 */
import * as Sbd from "@eformidling/domain/StandardBusinessDocument"
import type { SbdError } from "@eformidling/domain/SbdError"
import { Effect, Result } from "effect"
import { ApiError, frameworkExceptions, unreadableBody } from "./ApiError.ts"
import { constraintViolation, invalidObject, type Violation } from "./FieldErrors.ts"

/** How a broken rule is told: for a JSON body, or for the field of a multipart request. */
export type Telling = (violations: ReadonlyArray<Violation>) => ApiError

/** For a JSON body. */
export const ofBody: Telling = (violations) => invalidObject("standardBusinessDocument", violations)

/** For the field `sbd` of a multipart request. */
export const ofMultipart: Telling = (violations) => constraintViolation("createAndSendMessage.sbd.", violations)

const typeField = "standardBusinessDocumentHeader.documentIdentification.type"

/** The channel that carries messages of a type this server has no channel for. Source: nextmove-api 1.2. */
const foreignChannels: ReadonlyArray<readonly [RegExp, string]> = [
  [/^digital_dpv$/i, "DPV"],
  [/^dialogmelding/i, "DPH"],
  [/./, "DPO"]
]

const withErrors = (error: ApiError, tell: Telling, violation: Violation): ApiError =>
  new ApiError({
    status: error.status,
    exception: error.exception,
    message: error.message,
    errors: tell([violation]).errors
  })

const toApiError = ({ reason }: SbdError, tell: Telling): ApiError => {
  switch (reason._tag) {
    case "MissingType":
      return withErrors(unreadableBody("I/O error while reading input message"), tell, {
        field: typeField,
        detail: "must not be null"
      })
    case "UnknownType":
      return withErrors(
        new ApiError({ status: 400, exception: frameworkExceptions.illegalArgument, message: reason.message }),
        tell,
        { field: typeField, detail: "Must be a NextMove message type", rejectedValue: reason.type }
      )
    case "ForeignType":
      return new ApiError({
        status: 400,
        exception: "no.difi.meldingsutveksling.exceptions.ServiceNotEnabledException",
        message: `Service ${foreignChannels.find(([type]) => type.test(reason.type))![1]} is not enabled`,
        description: reason.message
      })
    case "Misshapen":
      return unreadableBody(`JSON parse error: ${reason.detail}`)
    case "InvalidMember":
      return withErrors(unreadableBody(`JSON parse error: ${reason.message}`), tell, reason)
    case "MissingMember":
      return reason.field === "process"
        ? withErrors(
            new ApiError({ status: 400, exception: "java.lang.IllegalStateException", message: reason.message }),
            tell,
            { field: "standardBusinessDocumentHeader.businessScope.scope", detail: "must name a process" }
          )
        : tell([{ field: reason.field, detail: "must not be null" }])
  }
}

/** Reads a message. Fails with 400 and the field when it is none. */
export const decode = (json: unknown, tell: Telling): Effect.Effect<Sbd.Draft, ApiError> =>
  Effect.fromResult(Result.mapError(Sbd.decode(json), (error) => toApiError(error, tell)))
