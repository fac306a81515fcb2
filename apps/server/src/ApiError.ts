/**
 * A failed request, before it is written as a response.
 *
 * Source: nextmove-api 3.
 */
import type { FieldError } from "@eformidling/api/ErrorBody"
import { Data } from "effect"

/** Java class names that frameworks of the reference give to their failures. Clients match the last segment. */
export const frameworkExceptions = {
  unreadableBody: "org.springframework.http.converter.HttpMessageNotReadableException",
  invalidBody: "org.springframework.web.bind.MethodArgumentNotValidException",
  constraintViolation: "jakarta.validation.ConstraintViolationException",
  typeMismatch: "org.springframework.web.method.annotation.MethodArgumentTypeMismatchException",
  missingHeader: "org.springframework.web.bind.MissingRequestHeaderException",
  missingPart: "org.springframework.web.multipart.support.MissingServletRequestPartException",
  multipart: "org.springframework.web.multipart.MultipartException",
  tooLarge: "org.springframework.web.multipart.MaxUploadSizeExceededException",
  mediaType: "org.springframework.web.HttpMediaTypeNotSupportedException",
  notAcceptable: "org.springframework.web.HttpMediaTypeNotAcceptableException",
  method: "org.springframework.web.HttpRequestMethodNotSupportedException",
  noResource: "org.springframework.web.servlet.resource.NoResourceFoundException",
  illegalArgument: "java.lang.IllegalArgumentException",
  runtime: "no.difi.meldingsutveksling.nextmove.NextMoveRuntimeException"
} as const

/** What the response says; `headers` go beside those every response has. */
export class ApiError extends Data.TaggedError("ApiError")<{
  readonly status: number
  /** Fully qualified Java class name. */
  readonly exception?: string | undefined
  readonly message: string
  readonly errors?: ReadonlyArray<FieldError> | undefined
  readonly description?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}> {}

/** A request that does not name a header the endpoint needs. */
export const missingHeader = (name: string) =>
  new ApiError({
    status: 400,
    exception: frameworkExceptions.missingHeader,
    message: `Required header '${name}' is not present.`
  })

/** A body that is not of a kind the endpoint reads. */
export const unsupportedMediaType = (contentType: string, accepted: string) =>
  new ApiError({
    status: 415,
    exception: frameworkExceptions.mediaType,
    message: `Content-Type '${contentType}' is not supported.`,
    headers: { accept: accepted }
  })

/** A body that cannot be read as what it says it is. */
export const unreadableBody = (message: string) =>
  new ApiError({ status: 400, exception: frameworkExceptions.unreadableBody, message })

/** A path that leads nowhere. */
export const noResource = (path: string) =>
  new ApiError({
    status: 404,
    exception: frameworkExceptions.noResource,
    message: `No static resource ${path.replace(/^\/+/, "")}.`
  })

/** A path that leads somewhere, but not with this method. */
export const methodNotSupported = (method: string, allowed: ReadonlyArray<string>) =>
  new ApiError({
    status: 405,
    exception: frameworkExceptions.method,
    message: `Method '${method}' is not supported.`,
    headers: { allow: allowed.join(", ") }
  })
