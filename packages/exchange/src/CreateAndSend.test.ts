import { Meldingsformidler } from "@eformidling/adapter-memory/MemoryMessageSender"
import { Documents } from "@eformidling/port-store/Documents"
import { Outbox } from "@eformidling/port-store/Outbox"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Stream } from "effect"
import { createAndSend, type Part } from "./CreateAndSend.ts"
import {
  draft,
  isWaiting,
  newMessageId,
  relayAll,
  statusesOf,
  text,
  type Type,
  world
} from "./internal/world.test.support.ts"

const file = (filename: string, content: Stream.Stream<Uint8Array> = text(filename)): Part<never, never> => ({
  _tag: "File",
  filename,
  mimeType: "application/pdf",
  title: filename,
  content
})

const sbd = (type: Type, messageId: string): Part<never, never> => ({ _tag: "Sbd", draft: draft({ type, messageId }) })

/** Nothing of a refused request may be left. */
const nothingLeft = Effect.fnUntraced(function* (messageId: Effect.Success<typeof newMessageId>) {
  const documents = yield* Documents
  const outbox = yield* Outbox
  assert.isFalse(yield* isWaiting(messageId))
  assert.deepStrictEqual(yield* statusesOf(messageId), [])
  assert.strictEqual(yield* outbox.size, 0)
  assert.strictEqual(yield* documents.sweep(DateTime.add(yield* DateTime.now, { days: 1 })), 0)
})

describe("createAndSend", () => {
  it.effect("sends a message with its documents in one request (API-48)", () =>
    Effect.gen(function* () {
      const messageId = yield* newMessageId
      const completed = yield* createAndSend(
        Stream.make(sbd("digital", messageId), file("brev.pdf"), file("vedlegg.pdf"))
      )
      assert.strictEqual(completed.messageId, messageId)
      yield* relayAll
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT"])
      const [handed] = yield* (yield* Meldingsformidler).copiesOf(messageId)
      assert.deepStrictEqual(
        handed?.documents.map(({ filename }) => filename),
        ["brev.pdf", "vedlegg.pdf"]
      )
    }).pipe(Effect.provide(world()))
  )

  it.effect("takes the message after its documents", () =>
    Effect.gen(function* () {
      const messageId = yield* newMessageId
      yield* createAndSend(Stream.make(file("vedlegg.pdf"), file("brev.pdf"), sbd("digital", messageId)))
      assert.isTrue(yield* isWaiting(messageId))
    }).pipe(Effect.provide(world()))
  )

  it.effect("takes a file of exactly 5 MiB and refuses one byte more (API-49)", () =>
    Effect.gen(function* () {
      const limit = 5 * 1024 * 1024
      const content = (bytes: number) => Stream.make(new Uint8Array(bytes - 1), new Uint8Array(1))
      const messageId = yield* newMessageId
      yield* createAndSend(Stream.make(sbd("digital", messageId), file("brev.pdf", content(limit))))
      const other = yield* newMessageId
      const error = yield* Effect.flip(
        createAndSend(Stream.make(sbd("digital", other), file("brev.pdf", content(limit + 1))))
      )
      assert.strictEqual(
        error.message,
        "The attachment named 'brev.pdf' is too large. The maximum size for multipart requests is 5,242,880 bytes. Please use the non-multipart API to avoid such problems."
      )
      assert.isFalse(yield* isWaiting(other))
    }).pipe(Effect.provide(world()))
  )

  it.effect("refuses two files of one name (API-50)", () =>
    Effect.gen(function* () {
      const messageId = yield* newMessageId
      const error = yield* Effect.flip(
        createAndSend(Stream.make(sbd("digital", messageId), file("brev.pdf"), file("a.pdf"), file("brev.pdf")))
      )
      assert.strictEqual(error.message, "Filename already exists in message: brev.pdf, brev.pdf.")
      yield* nothingLeft(messageId)
    }).pipe(Effect.provide(world()))
  )

  it.effect("leaves nothing when the message is refused", () =>
    Effect.gen(function* () {
      const messageId = yield* newMessageId
      const error = yield* Effect.flip(
        createAndSend(Stream.make(file("a.pdf"), file("b.pdf"), sbd("digital", messageId)))
      )
      assert(error._tag === "ExchangeError" && error.reason._tag === "MissingPrimaryDocument")
      yield* nothingLeft(messageId)
    }).pipe(Effect.provide(world()))
  )

  it.effect("leaves nothing when the client breaks off", () =>
    Effect.gen(function* () {
      const messageId = yield* newMessageId
      const parts: Stream.Stream<Part<never, never>, "reset"> = Stream.concat(
        Stream.make(sbd("digital", messageId), file("brev.pdf")),
        Stream.fail("reset" as const)
      )
      assert.strictEqual(yield* Effect.flip(createAndSend(parts)), "reset")
      yield* nothingLeft(messageId)
    }).pipe(Effect.provide(world()))
  )

  it.effect("refuses a request without a message", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(createAndSend(Stream.make(file("brev.pdf"))))
      assert.strictEqual(error.message, "sbd: must not be null")
      yield* nothingLeft(yield* newMessageId)
    }).pipe(Effect.provide(world()))
  )

  it.effect("holds the documents together to the channel's limit", () =>
    Effect.gen(function* () {
      const messageId = yield* newMessageId
      const megabyte = (name: string) => file(name, Stream.make(new Uint8Array(1024 * 1024)))
      const error = yield* Effect.flip(
        createAndSend(Stream.make(sbd("publisering", messageId), megabyte("a"), megabyte("b"), megabyte("c")))
      )
      assert(error._tag === "ExchangeError" && error.reason._tag === "MaxFileSizeExceeded")
      yield* nothingLeft(messageId)
    }).pipe(Effect.provide(world()))
  )
})
