import type { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { Documents } from "@eformidling/port-store/Documents"
import type { StoreError } from "@eformidling/port-store/StoreError"
import { DateTime, Effect, Fiber, Layer, Option, Schema, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { createHash, randomBytes } from "node:crypto"
import { crc32 } from "node:zlib"
import { decodeRows, Text } from "./internal/columns.ts"
import { documentFiles, io, type Kept } from "./internal/documentFiles.ts"
import { HEADER_LIMIT, readHeader, writeHeader } from "./internal/documentHeader.ts"
import { asStoreError, damaged } from "./internal/failure.ts"
import { keyWrap } from "./internal/keyWrap.ts"
import { recent } from "./internal/recent.ts"
import {
  NONCE_PREFIX,
  openSegment,
  SEALED_SEGMENT,
  type SegmentKey,
  SegmentSealer,
  TAG
} from "./internal/sealedSegments.ts"

export interface Settings {
  /** Made when absent. Only this user gets into it. */
  readonly folder: string
}

/** Sealed bytes gathered before they are written. */
const WRITE_SIZE = 1_048_576
/** Bytes after which the disk is made to take them, so that it works while the rest is sealed. */
const SYNC_SIZE = 33_554_432
/** Segments read at a time. */
const READ_SEGMENTS = 8
/** Data keys kept, so that a document just written is read without the private key. */
const KEPT_KEYS = 1024
/** Keys asked for in one query. */
const SWEPT_AT_A_TIME = 500

/** Binds the segments to the header and to the name of the document, so that files cannot be swapped. */
const associate = (header: Uint8Array, key: string) => createHash("sha256").update(header).update(key).digest()

const make = Effect.fnUntraced(function* ({ folder }: Settings) {
  const sql = yield* SqlClient.SqlClient
  const keys = yield* keyWrap
  const files = documentFiles(folder)
  const unwrapped = recent<Uint8Array>(KEPT_KEYS)
  yield* files.prepare

  const write = <E, R>(content: Stream.Stream<Uint8Array, E, R>) =>
    Effect.gen(function* () {
      const file = yield* files.create("Documents.write")
      const dataKey = randomBytes(32)
      const noncePrefix = randomBytes(NONCE_PREFIX)
      const header = writeHeader({
        certificateSerial: keys.certificateSerial,
        wrappedKey: keys.wrap(dataKey),
        noncePrefix
      })
      const sealer = new SegmentSealer({ key: dataKey, noncePrefix, associated: associate(header, file.key) })
      const hash = createHash("sha256")
      let gathered: Array<Buffer> = [header]
      let gatheredSize = header.length
      let size = 0
      let crc = 0
      const gather = (sealed: Buffer) => {
        gathered.push(sealed)
        gatheredSize += sealed.length
      }
      // What is gathered is written while the next is being sealed, one write at a time.
      let writing: Fiber.Fiber<void, StoreError> | undefined
      let unsynced = 0
      const settled = Effect.suspend(() => (writing === undefined ? Effect.void : Fiber.join(writing)))
      const flush = Effect.gen(function* () {
        yield* settled
        const pieces = gathered
        unsynced += gatheredSize
        gathered = []
        gatheredSize = 0
        const append = file.append(pieces)
        const full = unsynced >= SYNC_SIZE
        if (full) unsynced = 0
        writing = yield* Effect.forkChild(full ? Effect.andThen(append, file.sync) : append)
      })
      yield* Stream.runForEach(content, (bytes) =>
        Effect.suspend(() => {
          hash.update(bytes)
          crc = crc32(bytes, crc)
          size += bytes.length
          sealer.push(bytes, gather)
          return gatheredSize < WRITE_SIZE ? Effect.void : flush
        })
      )
      sealer.end(gather)
      yield* flush
      yield* settled
      yield* file.finish
      unwrapped.set(file.key, dataKey)
      return { key: file.key, size, sha256: new Uint8Array(hash.digest()), crc32: crc }
    }).pipe(Effect.scoped, Effect.withSpan("FileDocuments.write"))

  const spoilt = (key: string, detail: string) => damaged("Documents.read", `document ${key} ${detail}`)

  const dataKeyOf = Effect.fnUntraced(function* (
    key: string,
    header: { readonly certificateSerial: string; readonly wrappedKey: Uint8Array }
  ) {
    if (header.certificateSerial !== keys.certificateSerial) {
      return yield* Effect.fail(
        spoilt(
          key,
          `was sealed with the key of certificate ${header.certificateSerial}, and the business certificate is ${keys.certificateSerial}`
        )
      )
    }
    const known = unwrapped.get(key)
    if (known !== undefined) return known
    const dataKey = yield* keys.unwrap("Documents.read", header.wrappedKey)
    unwrapped.set(key, dataKey)
    return dataKey
  })

  const open = Effect.fnUntraced(function* (key: string) {
    const file = yield* files.open("Documents.read", key)
    const at = (position: number, length: number) =>
      io("Documents.read", () => file.read(Buffer.allocUnsafe(length), 0, length, position)).pipe(
        Effect.map(({ buffer, bytesRead }) => buffer.subarray(0, bytesRead))
      )
    const header = readHeader(yield* at(0, HEADER_LIMIT))
    if (Option.isNone(header)) return yield* Effect.fail(spoilt(key, "does not begin as a document does"))
    const { length, noncePrefix } = header.value
    const { size } = yield* io("Documents.read", () => file.stat())
    const sealedSize = size - length
    const segments = Math.ceil(sealedSize / SEALED_SEGMENT)
    const lastSize = sealedSize - (segments - 1) * SEALED_SEGMENT
    if (segments === 0 || lastSize < TAG) return yield* Effect.fail(spoilt(key, "has been cut off"))
    const segmentKey: SegmentKey = {
      key: yield* dataKeyOf(key, header.value),
      noncePrefix,
      associated: associate(yield* at(0, length), key)
    }

    /** Opens the segments from `number` on, as many as are read at a time. */
    const some = Effect.fnUntraced(function* (number: number) {
      const until = Math.min(number + READ_SEGMENTS, segments)
      const sealed = yield* at(length + number * SEALED_SEGMENT, (until - number) * SEALED_SEGMENT)
      const opened = yield* Effect.try({
        try: () =>
          Array.from({ length: until - number }, (_, index): Uint8Array =>
            openSegment(
              segmentKey,
              number + index,
              number + index === segments - 1,
              sealed.subarray(index * SEALED_SEGMENT, (index + 1) * SEALED_SEGMENT)
            )
          ).filter((bytes) => bytes.length > 0),
        catch: () => spoilt(key, "has been changed")
      })
      return [opened, until < segments ? Option.some(until) : Option.none<number>()] as const
    })
    return Stream.paginate(0, some)
  })

  const read = (key: string): Stream.Stream<Uint8Array, StoreError> => Stream.unwrap(open(key))

  const remove = Effect.fn("FileDocuments.remove")(function* (key: string) {
    const path = files.pathOf(key)
    if (path !== undefined) yield* files.unlink("Documents.remove", path)
  })

  const named = Effect.fnUntraced(function* (wanted: ReadonlyArray<string>) {
    const rows = yield* sql`SELECT document_key FROM out_document WHERE ${sql.in("document_key", wanted)}
      UNION SELECT document_key FROM inbox WHERE ${sql.in("document_key", wanted)}`
    const found = yield* decodeRows(Schema.Struct({ document_key: Text }))(rows)
    return new Set(found.map((row) => row.document_key))
  }, asStoreError("Documents.sweep"))

  const sweepSome = Effect.fnUntraced(function* (kept: ReadonlyArray<Kept>) {
    if (kept.length === 0) return 0
    const inUse = yield* named(kept.map(({ key }) => key))
    const abandoned = kept.filter(({ key }) => !inUse.has(key))
    yield* Effect.forEach(abandoned, ({ path }) => files.unlink("Documents.sweep", path), { discard: true })
    return abandoned.length
  })

  const sweep = Effect.fn("FileDocuments.sweep")(function* (olderThan: DateTime.Utc) {
    const limit = DateTime.toEpochMillis(olderThan)
    const old = (kept: ReadonlyArray<Kept>) => kept.filter(({ writtenMillis }) => writtenMillis < limit)
    let removed = 0
    let gathered: ReadonlyArray<Kept> = old(yield* files.unfinished)
    for (const below of yield* files.folders()) {
      gathered = [...gathered, ...old(yield* files.keptIn(below))]
      if (gathered.length < SWEPT_AT_A_TIME) continue
      removed += yield* sweepSome(gathered)
      gathered = []
    }
    return removed + (yield* sweepSome(gathered))
  })

  return Documents.of({ write, read, remove, sweep })
})

/**
 * {@link Documents} in files, each sealed with a key of its own (AES-256-GCM in segments of 64 KiB) that is wrapped
 * under the key of the business certificate. A document that is being written holds a few megabytes of memory, whatever
 * its size.
 */
export const layer = (
  settings: Settings
): Layer.Layer<Documents, StoreError, SqlClient.SqlClient | BusinessCertificate> =>
  Layer.effect(Documents, make(settings))
