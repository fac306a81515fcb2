/**
 * What every failed request is answered with.
 *
 * Source: nextmove-api 3.1, 3.3.
 */
import { Schema } from "effect"
import { HttpApiSchema } from "effect/http-api"

/** One field that broke a rule. */
export const FieldError = Schema.Struct({
  codes: Schema.Array(Schema.String),
  /** The rule, in words. */
  defaultMessage: Schema.String,
  objectName: Schema.String,
  /** Path of the field, such as `standardBusinessDocumentHeader.documentIdentification.type`. */
  field: Schema.String,
  rejectedValue: Schema.optionalKey(Schema.Json),
  bindingFailure: Schema.Boolean,
  code: Schema.String
}).annotate({ identifier: "FieldError" })
export type FieldError = typeof FieldError.Type

/** Members in the order they are written. `exception` is a Java class name whose last segment clients match on. */
export const errorBodyFields = {
  timestamp: Schema.String,
  exception: Schema.optionalKey(Schema.String),
  message: Schema.String,
  errors: Schema.optionalKey(Schema.Array(FieldError)),
  description: Schema.optionalKey(Schema.String),
  status: Schema.Int,
  error: Schema.String,
  path: Schema.String
}

/** The body of a failed request, whatever its status. */
export const ErrorBody = Schema.Struct(errorBodyFields).annotate({ identifier: "ErrorBody" })
export type ErrorBody = typeof ErrorBody.Type

const withStatus = (status: number, identifier: string) =>
  Schema.Struct(errorBodyFields).annotate({ identifier }).pipe(HttpApiSchema.status(status))

/** The request breaks a rule; `message` and `errors` say which. The same request is refused again. */
export const BadRequest = withStatus(400, "BadRequest")

/** Credentials are missing or wrong. */
export const Unauthorized = withStatus(401, "Unauthorized")

/** What the path names does not exist. */
export const NotFound = withStatus(404, "NotFound")

/** Something on our side, or a registry we depend on, failed. Trying again later may succeed. */
export const ServerError = withStatus(500, "ServerError")
