import type { MessageId } from "@eformidling/domain/MessageId"
import { Documents } from "@eformidling/port-store/Documents"
import { OutMessages } from "@eformidling/port-store/OutMessages"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Deferred, Effect, Fiber, Option, Stream } from "effect"
import { attachDocument } from "./AttachDocument.ts"
import { createMessage } from "./CreateMessage.ts"
import { dpeDefaults, dpiDefaults } from "./ExchangeSettings.ts"
import { attach, draft, newMessageId, relayAll, send, text, world } from "./internal/world.test.support.ts"

const megabyte = new Uint8Array(1024 * 1024)

/** Chunks without an announced size, as a chunked upload has them. */
const upload = (messageId: MessageId, filename: string, megabytes: number, announcedSize?: number) =>
  attachDocument(messageId, {
    filename,
    mimeType: "application/pdf",
    title: filename,
    announcedSize,
    content: Stream.fromIterable(Array.from({ length: megabytes }, () => megabyte))
  })

const documentsOf = Effect.fnUntraced(function* (messageId: MessageId) {
  return Option.getOrThrow(yield* (yield* OutMessages).get(messageId)).documents
})

/** How many documents the store holds that no message names. */
const orphans = Effect.gen(function* () {
  return yield* (yield* Documents).sweep(DateTime.add(yield* DateTime.now, { days: 1 }))
})

const messageOf = (type: "digital" | "publisering", body?: unknown) =>
  Effect.map(createMessage(draft({ type, body })), ({ messageId }) => messageId)

const tenMegabytes = world({ channels: { DPI: { ...dpiDefaults, uploadLimit: 10 * 1024 * 1024 }, DPE: dpeDefaults } })

describe("attachDocument", () => {
  it.effect("keeps documents in the order of upload, with size, digest and checksum", () =>
    Effect.gen(function* () {
      const messageId = yield* messageOf("digital")
      yield* attach(messageId, "vedlegg.pdf", "Vedlegg")
      yield* attach(messageId, "brev.pdf", "Brev")
      const documents = yield* documentsOf(messageId)
      assert.deepStrictEqual(
        documents.map(({ filename, number, primary, size, title }) => ({ filename, number, primary, size, title })),
        [
          { filename: "vedlegg.pdf", number: 1, primary: false, size: 11, title: "Vedlegg" },
          { filename: "brev.pdf", number: 2, primary: true, size: 8, title: "Brev" }
        ]
      )
      assert.strictEqual(documents[0]?.sha256.length, 32)
    }).pipe(Effect.provide(world()))
  )

  it.effect("takes documents up to the channel's limit (DPI-34, DPI-35, API-39)", () =>
    Effect.gen(function* () {
      const messageId = yield* messageOf("digital")
      yield* upload(messageId, "a.pdf", 4)
      yield* upload(messageId, "b.pdf", 5)
      assert.strictEqual((yield* documentsOf(messageId)).length, 2)
      const exactly = yield* messageOf("digital")
      yield* upload(exactly, "a.pdf", 10)
      assert.strictEqual((yield* documentsOf(exactly)).length, 1)
    }).pipe(Effect.provide(tenMegabytes))
  )

  it.effect("stops a document that is too large while it comes, and leaves nothing (DPI-36, API-39)", () =>
    Effect.gen(function* () {
      const messageId = yield* messageOf("digital")
      const error = yield* Effect.flip(upload(messageId, "a.pdf", 100))
      assert(error._tag === "ExchangeError" && error.reason._tag === "MaxFileSizeExceeded")
      assert.strictEqual(error.reason.totalBytes, 11 * 1024 * 1024)
      assert.strictEqual(
        error.message,
        "The combined file size for all attachments (11MB) exceeds the maximum allowed upload size for the target service (DPI, 10MB)"
      )
      assert.deepStrictEqual(yield* documentsOf(messageId), [])
      assert.strictEqual(yield* orphans, 0)
    }).pipe(Effect.provide(tenMegabytes))
  )

  it.effect("refuses the document that makes the sum too large (DPI-37, API-39)", () =>
    Effect.gen(function* () {
      const messageId = yield* messageOf("digital")
      yield* upload(messageId, "a.pdf", 6)
      const error = yield* Effect.flip(upload(messageId, "b.pdf", 5))
      assert(error._tag === "ExchangeError" && error.reason._tag === "MaxFileSizeExceeded")
      assert.strictEqual((yield* documentsOf(messageId)).length, 1)
      assert.strictEqual(yield* orphans, 0)
    }).pipe(Effect.provide(tenMegabytes))
  )

  it.effect("refuses an announced size before a byte is read (DPE-19)", () =>
    Effect.gen(function* () {
      const messageId = yield* messageOf("publisering")
      const error = yield* Effect.flip(
        attachDocument(messageId, {
          filename: "a.json",
          mimeType: "application/json",
          title: undefined,
          announcedSize: 2 * 1024 * 1024 + 1,
          content: Stream.fromEffect(Effect.die("read"))
        })
      )
      assert(error._tag === "ExchangeError" && error.reason._tag === "MaxFileSizeExceeded")
    }).pipe(Effect.provide(world()))
  )

  it.effect("refuses an attachment to a letter without a title (DPI-38, API-40)", () =>
    Effect.gen(function* () {
      const messageId = yield* messageOf("digital")
      const error = yield* Effect.flip(attach(messageId, "vedlegg.pdf", " "))
      assert.strictEqual(error.message, "Title is required for the following capabilities: DPI")
    }).pipe(Effect.provide(world()))
  )

  it.effect("takes metadata and the primary document without a title (DPI-39, DPI-40)", () =>
    Effect.gen(function* () {
      const body = { sikkerhetsnivaa: 3, hoveddokument: "brev.pdf", metadataFiler: { "brev.pdf": "brev.xml" } }
      const messageId = yield* messageOf("digital", body)
      yield* attachDocument(messageId, { filename: "brev.xml", mimeType: "", title: undefined, content: text("<a/>") })
      yield* attachDocument(messageId, { filename: "brev.pdf", mimeType: "", title: undefined, content: text("%PDF") })
      const documents = yield* documentsOf(messageId)
      assert.deepStrictEqual(
        documents.map(({ mimeType }) => mimeType),
        ["text/xml", "application/pdf"]
      )
    }).pipe(Effect.provide(world()))
  )

  it.effect("takes a document without a title over DPE (API-41)", () =>
    Effect.gen(function* () {
      const messageId = yield* messageOf("publisering")
      yield* attachDocument(messageId, {
        filename: "a.txt",
        mimeType: "text/plain;charset=UTF-8",
        title: undefined,
        content: text("a")
      })
      assert.strictEqual((yield* documentsOf(messageId))[0]?.mimeType, "text/plain;charset=UTF-8")
    }).pipe(Effect.provide(world()))
  )

  it.effect("refuses a second document of the same name (DPI-41, API-38)", () =>
    Effect.gen(function* () {
      const messageId = yield* messageOf("digital")
      yield* attach(messageId, "brev.pdf")
      const error = yield* Effect.flip(attach(messageId, "brev.pdf"))
      assert.strictEqual(error.message, "Filename already exists in message: brev.pdf.")
      assert.strictEqual(yield* orphans, 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("takes one of two uploads of the same name at once, and leaves nothing of the other", () =>
    Effect.gen(function* () {
      const messageId = yield* messageOf("digital")
      const one = Effect.result(attach(messageId, "brev.pdf"))
      const results = yield* Effect.all([one, one], { concurrency: "unbounded" })
      assert.strictEqual(results.filter(({ _tag }) => _tag === "Success").length, 1)
      assert.strictEqual((yield* documentsOf(messageId)).length, 1)
      assert.strictEqual(yield* orphans, 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("does not find a message that is unknown, sent or on its way (API-37)", () =>
    Effect.gen(function* () {
      const unknown = yield* newMessageId
      const error = yield* Effect.flip(attach(unknown, "brev.pdf"))
      assert.strictEqual(error.message, `Message with messageId = ${unknown} was not found`)
      const messageId = yield* send({ type: "digital" })
      const queued = yield* Effect.flip(attach(messageId, "b.pdf"))
      assert(queued._tag === "ExchangeError" && queued.reason._tag === "MessageNotFound")
      yield* relayAll
      const sent = yield* Effect.flip(attach(messageId, "b.pdf"))
      assert(sent._tag === "ExchangeError" && sent.reason._tag === "MessageNotFound")
    }).pipe(Effect.provide(world()))
  )

  it.effect("leaves nothing when the client breaks off in the middle", () =>
    Effect.gen(function* () {
      const messageId = yield* messageOf("digital")
      const half = Stream.concat(text("half"), Stream.fail("connection reset" as const))
      const error = yield* Effect.flip(
        attachDocument(messageId, { filename: "brev.pdf", mimeType: "", title: undefined, content: half })
      )
      assert.strictEqual(error, "connection reset")
      assert.deepStrictEqual(yield* documentsOf(messageId), [])
      assert.strictEqual(yield* orphans, 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("leaves nothing when it is interrupted", () =>
    Effect.gen(function* () {
      const messageId = yield* messageOf("digital")
      const reading = yield* Deferred.make<void>()
      const content = Stream.concat(
        text("half"),
        Stream.fromEffect(Effect.andThen(Deferred.succeed(reading, undefined), Effect.never))
      )
      const uploading = yield* Effect.forkChild(
        attachDocument(messageId, { filename: "brev.pdf", mimeType: "", title: undefined, content })
      )
      yield* Deferred.await(reading)
      yield* Fiber.interrupt(uploading)
      assert.deepStrictEqual(yield* documentsOf(messageId), [])
      assert.strictEqual(yield* orphans, 0)
    }).pipe(Effect.provide(world()))
  )
})
