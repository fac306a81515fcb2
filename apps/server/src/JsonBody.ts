/**
 * JSON bodies as clients write them.
 *
 * Source: nextmove-api 1.1, 2.2.
 */
import { Effect, Result } from "effect"
import { HttpIncomingMessage, HttpServerRequest } from "effect/http"
import { ApiError, frameworkExceptions, unreadableBody } from "./ApiError.ts"

/** No message needs more; documents are uploaded apart. Bytes. */
export const maximumBytes = 10 * 1024 * 1024

/** No message is nested deeper; what is would not fit on the stack of whoever walks through it. */
export const maximumDepth = 200

const isTooDeep = (text: string): boolean => {
  let depth = 0
  let quoted = false
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (quoted) {
      if (character === "\\") index++
      else if (character === '"') quoted = false
    } else if (character === '"') {
      quoted = true
    } else if (character === "[" || character === "{") {
      if (++depth > maximumDepth) return true
    } else if (character === "]" || character === "}") {
      depth--
    }
  }
  return false
}

const strings = /"(?:[^"\\]|\\[\s\S])*"/g

const escapeControls = (text: string): string =>
  text.replace(strings, (string) =>
    string.replace(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
  )

const parseStrict = (text: string) =>
  Result.try({
    try: (): unknown => JSON.parse(text),
    catch: (cause) => (cause instanceof Error ? cause.message : "unreadable")
  })

/** Parses JSON; control characters inside strings are taken as they stand. The failure says where it went wrong. */
export const parse = (text: string): Result.Result<unknown, string> => {
  const strict = parseStrict(text)
  if (Result.isSuccess(strict) || !/\p{Cc}/u.test(text)) return strict
  return Result.try({ try: () => escapeControls(text), catch: () => strict.failure }).pipe(Result.flatMap(parseStrict))
}

const positionOf = (failure: string) => /position \d+(?: \(line \d+ column \d+\))?/.exec(failure)?.[0]

/** Parses the text of a body; the failure names the place and never quotes the text. */
export const parseBody = (text: string): Effect.Effect<unknown, ApiError> => {
  if (text.trim() === "") return Effect.fail(unreadableBody("Required request body is missing: expected a JSON object"))
  if (isTooDeep(text)) {
    return Effect.fail(unreadableBody(`JSON parse error: the text is nested deeper than ${maximumDepth} levels`))
  }
  const parsed = parse(text)
  if (Result.isSuccess(parsed)) return Effect.succeed(parsed.success)
  const position = positionOf(parsed.failure)
  return Effect.fail(
    unreadableBody(`JSON parse error: the text is not valid JSON${position === undefined ? "" : ` at ${position}`}`)
  )
}

const decoderFor = (contentType: string) => {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1] ?? "utf-8"
  return Result.try(() => new TextDecoder(charset, { fatal: true })).pipe(
    Result.getOrElse(() => new TextDecoder("utf-8", { fatal: true }))
  )
}

/** The text of bytes sent under a content type; UTF-8 unless it says otherwise. */
export const decodeText = (bytes: Uint8Array, contentType: string): Effect.Effect<string, ApiError> =>
  Effect.try({
    try: () => decoderFor(contentType).decode(bytes),
    catch: () => unreadableBody("JSON parse error: the text is not valid in its charset")
  })

/** What a body that is longer than allowed is answered with. */
export const tooLarge = (limitBytes: number) =>
  new ApiError({
    status: 413,
    exception: frameworkExceptions.tooLarge,
    message: `The request is larger than the ${limitBytes.toLocaleString("en-US")} bytes allowed`
  })

/** Reads and parses the body of the request. */
export const read = Effect.fnUntraced(function* (contentType: string) {
  const request = yield* HttpServerRequest.HttpServerRequest
  const bytes = yield* request.arrayBuffer.pipe(
    Effect.provideService(HttpIncomingMessage.MaxBodySize, BigInt(maximumBytes)),
    Effect.mapError(({ reason }) =>
      reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge"
        ? tooLarge(maximumBytes)
        : unreadableBody("I/O error while reading input message")
    )
  )
  return yield* parseBody(yield* decodeText(new Uint8Array(bytes), contentType))
})
