/**
 * What an uploaded file is called and what it is, from headers and query.
 *
 * Source: nextmove-api 1.6.
 */
import * as ContentDisposition from "@eformidling/api/ContentDisposition"
import { Effect, Result } from "effect"
import { ApiError, frameworkExceptions, missingHeader } from "./ApiError.ts"
import { invalidObject } from "./FieldErrors.ts"

/** Names of a file. */
export interface FileNames {
  readonly filename: string
  readonly title: string | undefined
}

const blankIsAbsent = (text: string | undefined) => (text === undefined || text.trim() === "" ? undefined : text)

const invalid = (field: string, detail: string) => invalidObject("file", [{ field, detail }])

/** Neither a manifest nor a database column takes every character. */
const hasControls = (text: string | undefined) => text !== undefined && (/\p{Cc}/u.test(text) || !text.isWellFormed())

/** Fails with 400 when the file has no name, or one that nobody can pass on. */
export const names = Effect.fnUntraced(function* (filename: string | undefined, title: string | undefined) {
  const given = blankIsAbsent(filename)
  if (given === undefined) {
    return yield* invalid("filename", 'Content-Disposition must name the file: attachment; filename="letter.pdf"')
  }
  if (hasControls(given)) return yield* invalid("filename", "must not hold control characters or broken Unicode")
  if (hasControls(title)) return yield* invalid("title", "must not hold control characters or broken Unicode")
  return { filename: given, title: blankIsAbsent(title) } satisfies FileNames
})

/** From the header of an upload; the query's title goes before the header's name. */
export const fromHeader = Effect.fnUntraced(function* (header: string | undefined, title: string | undefined) {
  if (header === undefined) return yield* missingHeader("Content-Disposition")
  const parsed = ContentDisposition.parse(header)
  if (Result.isFailure(parsed)) {
    const { detail } = parsed.failure
    return yield* new ApiError({
      status: 400,
      exception: frameworkExceptions.illegalArgument,
      message: detail,
      errors: invalid("Content-Disposition", detail).errors
    })
  }
  return yield* names(parsed.success.filename, blankIsAbsent(title) ?? parsed.success.name)
})

/** Bytes a client has announced; undefined when it sends in chunks. */
export const announcedSize = (contentLength: string | undefined): number | undefined =>
  contentLength !== undefined && /^\d{1,15}$/.test(contentLength) ? Number(contentLength) : undefined
