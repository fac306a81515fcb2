/**
 * What a client sends and what it can read.
 *
 * Source: nextmove-api 1.1.
 */
import { Effect } from "effect"
import { HttpServerRequest } from "effect/http"
import { ApiError, frameworkExceptions, unsupportedMediaType } from "./ApiError.ts"

const mediaType = (value: string): string => value.split(";", 1)[0]!.trim().toLowerCase()

const isJson = (type: string): boolean => /^application\/(?:json|[^/+]+\+json)$/.test(type)

const readsJson = (accept: string): boolean =>
  accept.split(",").some((range) => {
    const type = mediaType(range)
    return type === "" || type === "*/*" || type === "*" || type === "application/*" || isJson(type)
  })

/** Fails with 406 when the client says that it reads no JSON. Source: RFC 9110 12.5.1. */
export const acceptsJson = Effect.gen(function* () {
  const { headers } = yield* HttpServerRequest.HttpServerRequest
  const accept = headers["accept"]
  if (accept !== undefined && !readsJson(accept)) {
    return yield* new ApiError({
      status: 406,
      exception: frameworkExceptions.notAcceptable,
      message: "No acceptable representation"
    })
  }
})

/** The Content-Type header, when it says JSON; fails with 415 otherwise. */
export const jsonContentType = Effect.gen(function* () {
  const { headers } = yield* HttpServerRequest.HttpServerRequest
  const contentType = headers["content-type"]
  if (contentType === undefined || !isJson(mediaType(contentType))) {
    return yield* unsupportedMediaType(
      contentType ?? "application/octet-stream",
      "application/json, application/*+json"
    )
  }
  return contentType
})

/** The Content-Type header, when it says multipart/form-data; fails with 415 otherwise. */
export const multipartContentType = Effect.gen(function* () {
  const { headers } = yield* HttpServerRequest.HttpServerRequest
  const contentType = headers["content-type"]
  if (contentType === undefined || mediaType(contentType) !== "multipart/form-data") {
    return yield* unsupportedMediaType(contentType ?? "application/octet-stream", "multipart/form-data")
  }
  return contentType
})
