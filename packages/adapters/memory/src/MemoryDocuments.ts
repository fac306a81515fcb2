import { Documents } from "@eformidling/port-store/Documents"
import { DocumentMissing, StoreError } from "@eformidling/port-store/StoreError"
import { DateTime, Effect, HashMap, Layer, Stream } from "effect"
import { createHash } from "node:crypto"
import { crc32 } from "node:zlib"
import { MemoryState, type State } from "./internal/memoryState.ts"

interface Kept {
  readonly pieces: ReadonlyArray<Uint8Array>
  readonly writtenAt: DateTime.Utc
}

const namedIn = ({ outMessages, inbox }: State): ReadonlySet<string | undefined> =>
  new Set([
    ...Array.from(HashMap.values(outMessages)).flatMap(({ value }) => value.documents.map(({ key }) => key)),
    ...Array.from(HashMap.values(inbox)).map(({ value }) => value.documentKey)
  ])

const make = Effect.gen(function* () {
  const memory = yield* MemoryState
  const documents = new Map<string, Kept>()

  const write = <E, R>(content: Stream.Stream<Uint8Array, E, R>) =>
    Effect.gen(function* () {
      const hash = createHash("sha256")
      const pieces: Array<Uint8Array> = []
      let size = 0
      let crc = 0
      yield* Stream.runForEach(content, (bytes) =>
        Effect.sync(() => {
          hash.update(bytes)
          crc = crc32(bytes, crc)
          size += bytes.length
          // The writer may use its buffer again.
          if (bytes.length > 0) pieces.push(Uint8Array.from(bytes))
        })
      )
      const writtenAt = yield* DateTime.now
      const key = yield* Effect.sync(() => crypto.randomUUID())
      documents.set(key, { pieces, writtenAt })
      return { key, size, sha256: new Uint8Array(hash.digest()), crc32: crc }
    })

  const read = (key: string): Stream.Stream<Uint8Array, StoreError> =>
    Stream.suspend(() => {
      const found = documents.get(key)
      return found === undefined
        ? Stream.fail(new StoreError({ reason: new DocumentMissing({ key }) }))
        : Stream.fromIterable(found.pieces)
    })

  const sweep = (olderThan: DateTime.Utc) =>
    memory.read((state) => {
      const named = namedIn(state)
      const abandoned = Array.from(documents).filter(
        ([key, { writtenAt }]) => !named.has(key) && DateTime.isLessThan(writtenAt, olderThan)
      )
      for (const [key] of abandoned) documents.delete(key)
      return abandoned.length
    })

  return Documents.of({
    write,
    read,
    remove: (key) => Effect.sync(() => void documents.delete(key)),
    sweep
  })
})

/** {@link Documents} in memory, as they are. */
export const layer: Layer.Layer<Documents, never, MemoryState> = Layer.effect(Documents, make)
