/**
 * A message and its files in one multipart request.
 *
 * Source: nextmove-api 1.8.
 */
import { createAndSend as createAndSendParts, type Part } from "@eformidling/exchange/CreateAndSend"
import type { ExchangeError } from "@eformidling/exchange/ExchangeError"
import type { StoreError } from "@eformidling/port-store/StoreError"
import { Effect, Stream } from "effect"
import { HttpServerRequest } from "effect/http"
import { ApiError, frameworkExceptions, unreadableBody } from "./ApiError.ts"
import { constraintViolation } from "./FieldErrors.ts"
import * as JsonBody from "./JsonBody.ts"
import * as MultipartBody from "./MultipartBody.ts"
import { multipartContentType } from "./Negotiation.ts"
import * as SbdBody from "./SbdBody.ts"
import * as Upload from "./Upload.ts"

const unreadable = (message: string) => new ApiError({ status: 400, exception: frameworkExceptions.multipart, message })

/** Passes bytes through, and fails once more than `limitBytes` have come by. */
const limited = (limitBytes: number) =>
  Stream.mapAccumEffect(
    () => 0,
    (before: number, chunk: Uint8Array) => {
      const total = before + chunk.length
      return total > limitBytes ? Effect.fail(JsonBody.tooLarge(limitBytes)) : Effect.succeed([total, [chunk]] as const)
    }
  )

type BodyPart = MultipartBody.Part<ApiError>

const content = (part: BodyPart) =>
  Stream.mapError(part.content, (error) => (error._tag === "MultipartError" ? unreadable(error.detail) : error))

const readSbd = Effect.fnUntraced(function* (part: BodyPart) {
  const bytes = yield* Stream.mkUint8Array(limited(JsonBody.maximumBytes)(content(part)))
  const text = yield* JsonBody.decodeText(bytes, part.contentType ?? "")
  const draft = yield* SbdBody.decode(yield* JsonBody.parseBody(text), SbdBody.ofMultipart)
  return { _tag: "Sbd", draft } as const
})

const readFile = Effect.fnUntraced(function* (part: BodyPart) {
  const names = yield* Upload.names(part.filename, part.name)
  return { _tag: "File", ...names, mimeType: part.contentType, content: content(part) } as const
})

/** `sbd` is never a file, whatever it is sent as; other fields without a file name are read over. */
const readPart = (part: BodyPart): Effect.Effect<Part<ApiError, never> | undefined, ApiError> =>
  part.name === "sbd" ? readSbd(part) : part.filename === undefined ? Effect.undefined : readFile(part)

const told = <E extends ApiError | ExchangeError | StoreError>(error: E): E | ApiError => {
  if (error._tag !== "ExchangeError" || error.reason._tag !== "InvalidInput") return error
  const { violations } = error.reason
  return violations[0]?.field === "sbd"
    ? constraintViolation("createAndSendMessage.", violations)
    : SbdBody.ofMultipart(violations)
}

/**
 * Reads the request, and creates and sends what it holds: all of it or nothing. Returns the completed message.
 *
 * A request larger than `maximumBytes` is refused.
 */
export const createAndSend = Effect.fnUntraced(function* (maximumBytes: number) {
  const boundary = MultipartBody.boundaryOf(yield* multipartContentType)
  if (boundary === undefined) return yield* unreadable("Content-Type must name the boundary of the parts")
  const request = yield* HttpServerRequest.HttpServerRequest
  const body = Stream.mapError(request.stream, () => unreadableBody("I/O error while reading input message"))
  const parts = MultipartBody.parts(limited(maximumBytes)(body), boundary).pipe(
    Stream.mapError((error) => (error._tag === "MultipartError" ? unreadable(error.detail) : error)),
    Stream.mapEffect(readPart),
    Stream.filter((part) => part !== undefined)
  )
  return yield* Effect.mapError(createAndSendParts(parts), told)
})
