/**
 * Files on this machine, as streams.
 */
import { DocumentError } from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import { Effect, FileSystem, type PlatformError, Stream } from "effect"
import { createHash } from "node:crypto"
import { Hindered } from "../Ended.ts"

const explain = (path: string, error: PlatformError.PlatformError): Hindered =>
  new Hindered({
    message:
      error.reason._tag === "NotFound" ? `There is no file ${path}.` : `${path} cannot be read (${error.reason._tag}).`,
    cause: error
  })

/** The whole file as text. */
export const text = Effect.fnUntraced(function* (path: string) {
  const files = yield* FileSystem.FileSystem
  return yield* Effect.mapError(files.readFileString(path), (error) => explain(path, error))
})

/** The whole file. */
export const bytes = Effect.fnUntraced(function* (path: string) {
  const files = yield* FileSystem.FileSystem
  return yield* Effect.mapError(files.readFile(path), (error) => explain(path, error))
})

/** The file piece by piece, from the start each time. */
export const content = Effect.map(
  FileSystem.FileSystem,
  (files) =>
    (path: string): Stream.Stream<Uint8Array, DocumentError> =>
      Stream.mapError(files.stream(path), (cause) => new DocumentError({ filename: path, cause }))
)

/** What can be said of a file without understanding it. */
export interface Summary {
  /** Bytes. */
  readonly size: number
  /** SHA-256, base64. */
  readonly fingerprint: string
  /** True for DER and BER, which a CMS envelope is; false for anything else. */
  readonly encrypted: boolean
}

/** A SEQUENCE, which every CMS structure is. */
const sequence = 0x30

/** Reads the file once. */
export const summary = Effect.fnUntraced(function* (path: string) {
  const files = yield* FileSystem.FileSystem
  const digest = createHash("sha256")
  let size = 0
  let first: number | undefined
  yield* Stream.runForEach(files.stream(path), (chunk) =>
    Effect.sync(() => {
      first ??= chunk[0]
      size += chunk.length
      digest.update(chunk)
    })
  ).pipe(Effect.mapError((error) => explain(path, error)))
  const read: Summary = { size, fingerprint: digest.digest("base64"), encrypted: first === sequence }
  return read
})
