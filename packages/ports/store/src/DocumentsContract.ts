/**
 * What every {@link Documents} is held to.
 */
import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber, type Layer, Schema, Stream } from "effect"
import { Documents } from "./Documents.ts"
import { Inbox } from "./Inbox.ts"
import { at, sbd } from "./StoreSamples.ts"
import { OutMessages } from "./OutMessages.ts"

const everAfter = at("2200-01-01T00:00:00Z")

const collect = <E, R>(content: Stream.Stream<Uint8Array, E, R>) =>
  Effect.map(Stream.runCollect(content), (chunks) => Buffer.concat(Array.from(chunks)))

/** Bytes that repeat late, cut into pieces of the sizes given, the last of which goes on to the end. */
const pattern = (length: number) =>
  Buffer.from(Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 255))

const cut = (bytes: Uint8Array, sizes: ReadonlyArray<number>) => {
  const pieces: Array<Uint8Array> = []
  let from = 0
  for (const size of sizes) {
    pieces.push(bytes.subarray(from, from + size))
    from += size
  }
  return [...pieces, bytes.subarray(from)]
}

const digest = (bytes: Uint8Array) =>
  Effect.map(
    Effect.promise(() => crypto.subtle.digest("SHA-256", new Uint8Array(bytes))),
    (hash) => new Uint8Array(hash)
  )

/** Runs the contract of {@link Documents}. */
export const suite = <E>(name: string, store: Layer.Layer<Documents | Inbox | OutMessages, E>): void =>
  layer(store)(`Documents (${name})`, (it) => {
    it.effect.prop(
      "gives back any bytes, written in any pieces",
      {
        bytes: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 }))),
        sizes: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 })))
      },
      ({ bytes, sizes }) =>
        Effect.gen(function* () {
          const documents = yield* Documents
          const content = Uint8Array.from(bytes)
          const { key, size } = yield* documents.write(Stream.fromIterable(cut(content, sizes)))
          assert.strictEqual(size, bytes.length)
          assert.deepStrictEqual(Array.from(yield* collect(documents.read(key))), bytes)
        }),
      { arbitrary: { runs: 60 } }
    )

    it.effect.each([0, 1, 65_535, 65_536, 65_537, 131_072, 524_288, 524_289, 3_000_001])(
      "gives back a document of %s bytes",
      (length) =>
        Effect.gen(function* () {
          const documents = yield* Documents
          const content = pattern(length)
          const written = yield* documents.write(Stream.fromIterable(cut(content, [1, 65_536, 0, 40_000])))
          assert.strictEqual(written.size, length)
          assert.deepStrictEqual(written.sha256, yield* digest(content))
          assert.isTrue(content.equals(yield* collect(documents.read(written.key))))
        })
    )

    it.effect("tells the checksums of what was written", () =>
      Effect.gen(function* () {
        const documents = yield* Documents
        // The check value of CRC-32/ISO-HDLC.
        const { crc32, size } = yield* documents.write(Stream.make(Buffer.from("1234"), Buffer.from("56789")))
        assert.deepStrictEqual([crc32, size], [0xcbf43926, 9])
      })
    )

    it.effect("gives each document a key of its own", () =>
      Effect.gen(function* () {
        const documents = yield* Documents
        const written = yield* Effect.forEach(
          Array.from({ length: 20 }, (_, index) => pattern(index * 1000)),
          (content) => documents.write(Stream.make(content)),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(new Set(written.map(({ key }) => key)).size, 20)
        const sizes = yield* Effect.forEach(
          written,
          ({ key }) => Effect.map(collect(documents.read(key)), (bytes) => bytes.length),
          {
            concurrency: "unbounded"
          }
        )
        assert.deepStrictEqual(
          sizes,
          written.map(({ size }) => size)
        )
      })
    )

    it.effect("leaves nothing of a document whose content fails, dies or is interrupted", () =>
      Effect.gen(function* () {
        const documents = yield* Documents
        yield* documents.sweep(everAfter)
        const begun = Stream.make(pattern(2_000_000))
        const failure = yield* documents.write(Stream.concat(begun, Stream.fail("stop"))).pipe(Effect.flip)
        assert.strictEqual(failure, "stop")
        yield* documents.write(Stream.concat(begun, Stream.die("bug"))).pipe(Effect.exit)
        const reached = yield* Deferred.make<void>()
        const stuck = Stream.fromEffect(Effect.andThen(Deferred.succeed(reached, undefined), Effect.never))
        const fiber = yield* Effect.forkChild(documents.write(Stream.concat(begun, stuck)))
        yield* Deferred.await(reached)
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(yield* documents.sweep(everAfter), 0)
      })
    )

    it.effect("says which document is missing", () =>
      Effect.gen(function* () {
        const documents = yield* Documents
        const { key } = yield* documents.write(Stream.make(pattern(10)))
        yield* documents.remove(key)
        yield* documents.remove(key)
        const missing = yield* Effect.forEach([key, "../../etc/passwd", ""], (absent) =>
          Effect.flip(collect(documents.read(absent)))
        )
        assert.deepStrictEqual(
          missing.map(({ reason }) => reason._tag),
          ["DocumentMissing", "DocumentMissing", "DocumentMissing"]
        )
        yield* documents.remove("../../no/document")
      })
    )

    it.effect("lets a reader stop before the end", () =>
      Effect.gen(function* () {
        const documents = yield* Documents
        const { key } = yield* documents.write(Stream.make(pattern(3_000_000)))
        const [first] = yield* Stream.runCollect(Stream.take(documents.read(key), 1))
        assert.isAbove(first?.length ?? 0, 0)
        yield* documents.remove(key)
      })
    )

    it.effect("sweeps away old documents that no message names, and only them", () =>
      Effect.gen(function* () {
        const documents = yield* Documents
        const outMessages = yield* OutMessages
        const inbox = yield* Inbox
        const write = Effect.map(documents.write(Stream.make(pattern(10))), (written) => written)
        const [outgoing, incoming, abandoned] = yield* Effect.all([write, write, write])
        const out = yield* sbd()
        yield* outMessages.put({ messageId: out.messageId, sbd: out, serviceIdentifier: "DPE" })
        yield* outMessages.addDocument(out.messageId, {
          ...outgoing,
          number: 1,
          filename: "a.pdf",
          mimeType: "application/pdf",
          title: undefined,
          primary: true
        })
        const arrived = yield* sbd()
        yield* inbox.put({
          messageId: arrived.messageId,
          sbd: arrived,
          serviceIdentifier: "DPE",
          documentKey: incoming.key
        })

        assert.strictEqual(yield* documents.sweep(at("1970-01-01T00:00:00Z")), 0)
        assert.isAtLeast(yield* documents.sweep(everAfter), 1)
        const exits = yield* Effect.forEach([outgoing, incoming, abandoned], ({ key }) =>
          Effect.match(collect(documents.read(key)), {
            onSuccess: (bytes) => bytes.length,
            onFailure: ({ reason }) => reason._tag
          })
        )
        assert.deepStrictEqual(exits, [10, 10, "DocumentMissing"])

        yield* outMessages.remove(out.messageId)
        yield* inbox.remove(arrived.messageId)
        assert.strictEqual(yield* documents.sweep(everAfter), 2)
      })
    )
  })
