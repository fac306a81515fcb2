/**
 * Broken rules, field by field, in the two forms clients know.
 *
 * Source: nextmove-api 3.3.
 */
import type { FieldError } from "@eformidling/api/ErrorBody"
import type { Schema } from "effect"
import { ApiError, frameworkExceptions } from "./ApiError.ts"

/** A field and the rule it broke. */
export interface Violation {
  /** Path from the top of the body, such as `standardBusinessDocumentHeader.documentIdentification.type`; a query parameter's name. */
  readonly field: string
  readonly detail: string
  readonly rejectedValue?: Schema.Json | undefined
}

/** What a rule is called, by the words it is told in. */
const codes: ReadonlyArray<readonly [RegExp, string]> = [
  [/^must not be null/, "NotNull"],
  [/^must be null/, "Null"],
  [/^must be a future date/, "Future"],
  [/^size must be/, "Size"],
  [/is not a UUID\.$/, "UUID"],
  [/^Must be a NextMove message type/, "MessageType"],
  [/is not expected\. Allowed values are/, "OneOf"],
  [/^Must be a valid filter definition/, "WebhookFilter"],
  [/^must be a valid URL/, "URL"]
]

const codeOf = (detail: string) => codes.find(([pattern]) => pattern.test(detail))?.[1] ?? "Valid"

const rejected = ({ rejectedValue }: Violation) => (rejectedValue === undefined ? {} : { rejectedValue })

/** A body or a query that was read, but breaks rules. `objectName` is what the reference calls it. */
export const invalidObject = (objectName: string, violations: ReadonlyArray<Violation>): ApiError =>
  new ApiError({
    status: 400,
    exception: frameworkExceptions.invalidBody,
    message: `Validation failed for object='${objectName}'. Error count: ${violations.length}`,
    errors: violations.map((violation): FieldError => {
      const code = codeOf(violation.detail)
      const last = violation.field.split(".").at(-1)!
      return {
        codes: [`${code}.${objectName}.${violation.field}`, `${code}.${violation.field}`, `${code}.${last}`, code],
        defaultMessage: violation.detail,
        objectName,
        field: violation.field,
        ...rejected(violation),
        bindingFailure: false,
        code
      }
    })
  })

/** The same for a message inside a multipart request, whose paths begin with `createAndSendMessage.sbd.`. */
export const constraintViolation = (prefix: string, violations: ReadonlyArray<Violation>): ApiError =>
  new ApiError({
    status: 400,
    exception: frameworkExceptions.constraintViolation,
    message: violations.map(({ detail, field }) => `${prefix}${field}: ${detail}`).join(", "),
    errors: violations.map((violation): FieldError => {
      const code = codeOf(violation.detail)
      const field = `${prefix}${violation.field}`
      return {
        codes: [code],
        defaultMessage: violation.detail,
        objectName: field,
        field,
        ...rejected(violation),
        bindingFailure: false,
        code
      }
    })
  })
