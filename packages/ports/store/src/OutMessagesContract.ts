/**
 * What every {@link OutMessages} is held to.
 */
import { assert, layer } from "@effect/vitest"
import { DateTime, Effect, type Layer, Option } from "effect"
import { TestClock } from "effect/testing"
import { conversationId, firstPage, messageId, sbd, unique } from "./StoreSamples.ts"
import { type OutMessageFilter, OutMessages, type StoredDocument } from "./OutMessages.ts"
import { Transaction } from "./Transaction.ts"

const document = (number: number, title: string | undefined): StoredDocument => ({
  number,
  key: `key-${number}`,
  filename: "blåbær \u0000.pdf",
  mimeType: "application/pdf",
  title,
  primary: number === 1,
  size: 5_000_000_000,
  sha256: Uint8Array.from({ length: 32 }, (_, index) => index * 8),
  crc32: 0xfedcba98
})

const put = Effect.fnUntraced(function* (members: Parameters<typeof sbd>[0] = {}) {
  const outMessages = yield* OutMessages
  const content = yield* sbd(members)
  yield* outMessages.put({ messageId: content.messageId, sbd: content, serviceIdentifier: "DPI" })
  return { outMessages, sbd: content, messageId: content.messageId }
})

/** Runs the contract of {@link OutMessages}. */
export const suite = <E>(name: string, store: Layer.Layer<OutMessages | Transaction, E>): void =>
  layer(store)(`OutMessages (${name})`, (it) => {
    it.effect("gives back a message as it was put, times to the letter", () =>
      Effect.gen(function* () {
        const now = yield* DateTime.now
        const { outMessages, messageId, sbd } = yield* put()
        const expected = Option.some({
          messageId,
          sbd,
          serviceIdentifier: "DPI" as const,
          queued: false,
          documents: [],
          lastUpdated: now
        })
        assert.deepStrictEqual(yield* outMessages.get(messageId), expected)
        assert.deepStrictEqual(yield* outMessages.getForUpdate(messageId), expected)
      })
    )

    it.effect("refuses an id that is taken, and keeps what has it (API-22)", () =>
      Effect.gen(function* () {
        const { outMessages, messageId, sbd: first } = yield* put()
        const other = yield* sbd({ messageId })
        const failure = yield* outMessages.put({ messageId, sbd: other, serviceIdentifier: "DPE" }).pipe(Effect.flip)
        assert.strictEqual(failure._tag, "OutMessageExists")
        assert.deepStrictEqual(
          Option.map(yield* outMessages.get(messageId), (message) => message.sbd),
          Option.some(first)
        )
      })
    )

    it.effect("gives the documents of a message in the order of their numbers", () =>
      Effect.gen(function* () {
        const { outMessages, messageId } = yield* put()
        yield* put()
        const documents = [document(1, "Vedtak"), document(2, undefined), document(10, "")]
        yield* Effect.forEach(documents.toReversed(), (each) => outMessages.addDocument(messageId, each))
        assert.deepStrictEqual(
          Option.map(yield* outMessages.get(messageId), (message) => message.documents),
          Option.some(documents)
        )
      })
    )

    it.effect("adds no document to a message that is not there, nor one under a number that is taken", () =>
      Effect.gen(function* () {
        const { outMessages, messageId: present } = yield* put()
        yield* outMessages.addDocument(present, document(1, "first"))
        const taken = yield* outMessages.addDocument(present, document(1, "second")).pipe(Effect.flip)
        const absent = yield* outMessages.addDocument(yield* messageId, document(1, "first")).pipe(Effect.flip)
        assert.deepStrictEqual([taken.reason._tag, absent.reason._tag], ["StoreUnavailable", "StoreUnavailable"])
        const [kept] = Option.getOrThrow(yield* outMessages.get(present)).documents
        assert.strictEqual(kept?.title, "first")
      })
    )

    it.effect("lets only one of many mark a message as queued", () =>
      Effect.gen(function* () {
        const { outMessages, messageId: id } = yield* put()
        const marks = yield* Effect.forEach(Array.from({ length: 10 }), () => outMessages.markQueued(id), {
          concurrency: "unbounded"
        })
        assert.strictEqual(marks.filter(Boolean).length, 1)
        assert.isTrue(Option.getOrThrow(yield* outMessages.get(id)).queued)
        assert.isFalse(yield* outMessages.markQueued(yield* messageId))
      })
    )

    it.effect("keeps others from changing a message that is held for update", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const { outMessages, messageId } = yield* put()
        const add = run(
          Effect.gen(function* () {
            const { documents } = Option.getOrThrow(yield* outMessages.getForUpdate(messageId))
            yield* outMessages.addDocument(messageId, document(documents.length + 1, undefined))
          })
        )
        yield* Effect.forEach(Array.from({ length: 10 }), () => add, { concurrency: "unbounded", discard: true })
        const { documents } = Option.getOrThrow(yield* outMessages.get(messageId))
        assert.deepStrictEqual(
          documents.map(({ number }) => number),
          [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
        )
      })
    )

    it.effect(
      "removes a message with what is known of its documents, and repeating that changes nothing (API-54)",
      () =>
        Effect.gen(function* () {
          const { outMessages, messageId, sbd } = yield* put()
          yield* outMessages.addDocument(messageId, document(1, undefined))
          yield* outMessages.remove(messageId)
          yield* outMessages.remove(messageId)
          assert.isTrue(Option.isNone(yield* outMessages.get(messageId)))
          yield* outMessages.put({ messageId, sbd, serviceIdentifier: "DPI" })
          assert.deepStrictEqual(Option.getOrThrow(yield* outMessages.get(messageId)).documents, [])
        })
    )

    it.effect("finds what matches one alternative of every filter given", () =>
      Effect.gen(function* () {
        const process = yield* unique("urn:no:test:process")
        const conversation = yield* conversationId
        const { outMessages, messageId: id } = yield* put({
          process,
          conversationId: conversation,
          sender: "0192:111111111:222222222",
          receiver: "06068700602"
        })
        yield* put({ process })
        const matching: OutMessageFilter = {
          conversationId: [conversation],
          messageId: [id],
          processIdentifier: [process],
          receiverIdentifier: ["06068700602"],
          senderIdentifier: ["222222222"],
          serviceIdentifier: ["DPI"]
        }
        const other = { ...matching, serviceIdentifier: ["DPE"] }
        const found = (filter: OutMessageFilter) =>
          Effect.map(outMessages.search(filter, firstPage), ({ content }) =>
            content.map((message) => message.messageId)
          )
        assert.deepStrictEqual(yield* found(matching), [id])
        assert.deepStrictEqual(yield* found(other), [])
        for (const [member, values] of Object.entries(matching)) {
          assert.deepStrictEqual(yield* found({ ...matching, [member]: ["no such value", ...values] }), [id], member)
          assert.deepStrictEqual(yield* found({ ...matching, [member]: ["no such value"] }), [], member)
          assert.deepStrictEqual(yield* found({ ...matching, [member]: [] }), [], member)
        }
        assert.strictEqual((yield* outMessages.search({ processIdentifier: [process] }, firstPage)).totalElements, 2)
      })
    )

    it.effect("lists page by page, in the order put or sorted as asked (API-52)", () =>
      Effect.gen(function* () {
        const process = yield* unique("urn:no:test:process")
        const outMessages = yield* OutMessages
        const ids = yield* Effect.forEach(Array.from({ length: 5 }), () =>
          Effect.tap(
            Effect.map(put({ process }), (message) => message.messageId),
            TestClock.adjust("1 second")
          )
        )
        const filter = { processIdentifier: [process] }
        const pages = yield* Effect.forEach([0, 1, 2, 3], (page) =>
          outMessages.search(filter, { page, size: 2, sort: [] })
        )
        assert.deepStrictEqual(
          pages.flatMap(({ content }) => content.map((message) => message.messageId)),
          ids
        )
        assert.deepStrictEqual(
          pages.map(({ totalElements }) => totalElements),
          [5, 5, 5, 5]
        )
        const newest = yield* outMessages.search(filter, {
          page: 0,
          size: 3,
          sort: [{ property: "lastUpdated", direction: "desc" }]
        })
        assert.deepStrictEqual(
          newest.content.map((message) => message.messageId),
          ids.toReversed().slice(0, 3)
        )
      })
    )
  })
