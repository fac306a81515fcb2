/**
 * Path and query parameters that cannot be read, told as the reference tells them.
 *
 * Source: nextmove-api 3.2.
 */
import { type Schema, SchemaIssue } from "effect"
import type { HttpApiError } from "effect/http-api"
import { ApiError, frameworkExceptions } from "./ApiError.ts"
import { invalidObject, type Violation } from "./FieldErrors.ts"

const issuesOf = SchemaIssue.makeFormatterStandardSchemaV1()

const key = (segment: PropertyKey | { readonly key: PropertyKey }) =>
  String(typeof segment === "object" ? segment.key : segment)

/** Each broken rule with the path of its field. */
export const violationsOf = (error: Schema.SchemaError): ReadonlyArray<Violation> =>
  issuesOf(error.issue).issues.map(({ message, path }) => ({
    field: (path ?? []).map(key).join("."),
    detail: message
  }))

/** What a request is answered with whose path or query does not fit the endpoint. */
export const fromSchemaError = (error: HttpApiError.HttpApiSchemaError): ApiError => {
  const violations = violationsOf(error.cause)
  if (error.kind === "Query") return invalidObject("query", violations)
  return new ApiError({
    status: 400,
    exception: frameworkExceptions.typeMismatch,
    message: violations.map(({ detail, field }) => `Method parameter '${field}': ${detail}`).join(", ")
  })
}
