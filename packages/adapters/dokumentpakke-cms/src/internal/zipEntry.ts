/**
 * Unpacks an entry piece by piece, and holds it against its header and the limits.
 *
 * Source: dokumentpakke 15.1.
 */
import type { DokumentpakkeError } from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import { Effect, type Scope, Stream } from "effect"
import { createHash } from "node:crypto"
import type { Limits } from "../Settings.ts"
import { Broken } from "./finding.ts"
import { type Stored, streamOf } from "./storage.ts"
import { inflater } from "./transformer.ts"
import type { Entry } from "./zipDirectory.ts"
import { crcOf } from "./zipRecord.ts"

const broken = (detail: string) => Effect.fail(new Broken("container", detail))

/** Packed bytes fed to inflate at a time: at most a thousand times as many come out. */
const stepBytes = 4 * 1024

const steps = (bytes: Uint8Array) =>
  Array.from({ length: Math.ceil(bytes.length / stepBytes) }, (_, index) =>
    bytes.subarray(index * stepBytes, (index + 1) * stepBytes)
  )

/** Fails where a header promises more than may be unpacked, before anything is. */
export const checkSize = ({ bytes, name, packedBytes }: Entry, limits: Limits): Effect.Effect<void, Broken> =>
  bytes > limits.ratioFreeBytes && bytes > packedBytes * limits.ratio
    ? Effect.fail(new Broken("limit", `${name} unpacks to more than ${limits.ratio} times its size`))
    : Effect.void

/**
 * Gives the entry's bytes to `to` and fails as soon as they are more than the header says, and at the end when
 * they are fewer, have another CRC, or do not use up what is packed.
 */
const readEntry = Effect.fnUntraced(function* <E>(
  stored: Stored,
  entry: Entry,
  to: (bytes: Uint8Array) => Effect.Effect<void, E>
): Effect.fn.Return<void, E | Broken | DokumentpakkeError, Scope.Scope> {
  let crc = 0
  let bytes = 0
  const pass = Effect.fnUntraced(function* (out: ReadonlyArray<Uint8Array>) {
    for (const part of out) {
      bytes += part.length
      if (bytes > entry.bytes) return yield* broken(`${entry.name} unpacks to more bytes than its header says`)
      crc = crcOf(part, crc)
      yield* to(part)
    }
  })
  const packed = streamOf(stored, entry.start, entry.start + entry.packedBytes)
  if (!entry.deflated) {
    yield* Stream.runForEach(packed, (part) => pass([part]))
  } else {
    const unpack = yield* inflater
    const damaged = (cause: Error) => new Broken("container", `${entry.name} cannot be unpacked: ${cause.message}`)
    yield* Stream.runForEach(
      packed,
      Effect.fnUntraced(function* (part) {
        for (const step of steps(part)) yield* pass(yield* Effect.mapError(unpack.push(step), damaged))
      })
    )
    yield* pass(yield* Effect.mapError(unpack.end, damaged))
    if (unpack.engine.bytesWritten !== entry.packedBytes) return yield* broken(`${entry.name} has bytes after its end`)
  }
  if (bytes !== entry.bytes) return yield* broken(`${entry.name} unpacks to fewer bytes than its header says`)
  if (crc !== entry.crc) return yield* broken(`${entry.name} has another CRC than its header says`)
}, Effect.scoped)

/** SHA-256 of the unpacked bytes, and the bytes themselves when `keep` is set. */
export const digestEntry = Effect.fnUntraced(function* (stored: Stored, entry: Entry, keep: boolean) {
  const digest = createHash("sha256")
  const kept: Array<Uint8Array> = []
  yield* readEntry(stored, entry, (bytes) =>
    Effect.sync(() => {
      digest.update(bytes)
      if (keep) kept.push(bytes)
    })
  )
  return { sha256: new Uint8Array(digest.digest()), bytes: keep ? new Uint8Array(Buffer.concat(kept)) : undefined }
})

/** The unpacked bytes as a stream, checked again as they pass. */
export const entryStream = (stored: Stored, entry: Entry): Stream.Stream<Uint8Array, Broken | DokumentpakkeError> => {
  if (!entry.deflated) return streamOf(stored, entry.start, entry.start + entry.packedBytes)
  return Stream.unwrap(
    Effect.map(inflater, (unpack) => {
      const damaged = (cause: Error) => new Broken("container", `${entry.name} cannot be unpacked: ${cause.message}`)
      const packed = streamOf(stored, entry.start, entry.start + entry.packedBytes)
      return Stream.concat(
        packed.pipe(
          Stream.flatMap((part) => Stream.fromIterable(steps(part))),
          Stream.mapEffect((step) => Effect.mapError(unpack.push(step), damaged)),
          Stream.flatMap((out) => Stream.fromIterable(out))
        ),
        Stream.flatMap(Stream.fromEffect(Effect.mapError(unpack.end, damaged)), (out) => Stream.fromIterable(out))
      )
    })
  )
}
