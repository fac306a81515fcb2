/**
 * What every {@link Inbox} is held to.
 */
import type { MessageId } from "@eformidling/domain/MessageId"
import { assert, layer } from "@effect/vitest"
import { DateTime, Duration, Effect, type Layer, Option } from "effect"
import { TestClock } from "effect/testing"
import { conversationId, firstPage, messageId, sbd, unique } from "./StoreSamples.ts"
import { Inbox, type InMessageFilter } from "./Inbox.ts"

const inFiveMinutes = Effect.map(DateTime.now, DateTime.addDuration(Duration.minutes(5)))

const idOf = (found: Option.Option<{ readonly messageId: MessageId }>) => Option.getOrUndefined(found)?.messageId

/** Messages of a process of their own, put one after the other. */
const waiting = Effect.fnUntraced(function* (count: number) {
  const inbox = yield* Inbox
  const process = yield* unique("urn:no:test:process")
  const messages = yield* Effect.forEach(Array.from({ length: count }), () =>
    Effect.tap(sbd({ process }), (document) =>
      inbox.put({ messageId: document.messageId, sbd: document, serviceIdentifier: "DPE", documentKey: undefined })
    )
  )
  const peek = Effect.flatMap(inFiveMinutes, (until) => inbox.peek({ process }, until))
  return { inbox, process, peek, ids: messages.map((message) => message.messageId) }
})

/** Runs the contract of {@link Inbox}. */
export const suite = <E>(name: string, inboxLayer: Layer.Layer<Inbox, E>): void =>
  layer(inboxLayer)(`Inbox (${name})`, (it) => {
    it.effect("gives back a message as it was put, times to the letter", () =>
      Effect.gen(function* () {
        const inbox = yield* Inbox
        const document = yield* sbd({ sender: "0192:111111111:222222222" })
        const key = yield* unique("key")
        const now = yield* DateTime.now
        const put = yield* inbox.put({
          messageId: document.messageId,
          sbd: document,
          serviceIdentifier: "DPE",
          documentKey: key
        })
        assert.isTrue(put)
        assert.deepStrictEqual(
          yield* inbox.get(document.messageId),
          Option.some({
            messageId: document.messageId,
            sbd: document,
            serviceIdentifier: "DPE" as const,
            documentKey: key,
            lockedUntil: undefined,
            lastUpdated: now
          })
        )
      })
    )

    it.effect("stores an id once, however often and at whatever time it is put (DPE-46, API-65)", () =>
      Effect.gen(function* () {
        const inbox = yield* Inbox
        const document = yield* sbd()
        const message = {
          messageId: document.messageId,
          sbd: document,
          serviceIdentifier: "DPE" as const,
          documentKey: undefined
        }
        const puts = yield* Effect.forEach(Array.from({ length: 20 }), () => inbox.put(message), {
          concurrency: "unbounded"
        })
        assert.strictEqual(puts.filter(Boolean).length, 1)
        const { totalElements } = yield* inbox.search({ messageId: document.messageId }, firstPage)
        assert.strictEqual(totalElements, 1)
      })
    )

    it.effect("does not take in again what has been handled (DPE-47)", () =>
      Effect.gen(function* () {
        const inbox = yield* Inbox
        const document = yield* sbd()
        const message = {
          messageId: document.messageId,
          sbd: document,
          serviceIdentifier: "DPE" as const,
          documentKey: undefined
        }
        yield* inbox.put(message)
        assert.isTrue(yield* inbox.remove(document.messageId))
        assert.isFalse(yield* inbox.put({ ...message, documentKey: "other" }))
        assert.isTrue(Option.isNone(yield* inbox.get(document.messageId)))
        assert.isFalse(yield* inbox.remove(document.messageId))
      })
    )

    it.effect("peeks in the order of arrival and locks what it gives", () =>
      Effect.gen(function* () {
        const { inbox, peek, ids } = yield* waiting(3)
        const until = yield* inFiveMinutes
        const seen = yield* Effect.all([peek, peek, peek, peek])
        assert.deepStrictEqual(seen.map(idOf), [...ids, undefined])
        const [first] = seen
        assert.deepStrictEqual(Option.getOrUndefined(first)?.lockedUntil, until)
        const stored = yield* inbox.get(ids[0] ?? assert.fail())
        assert.deepStrictEqual(stored, first)
      })
    )

    it.effect("gives no message to two peeks at the same time (API-59, DPE-64)", () =>
      Effect.gen(function* () {
        const { peek, ids } = yield* waiting(20)
        const seen = yield* Effect.forEach(Array.from({ length: 50 }), () => peek, { concurrency: "unbounded" })
        const rest = yield* Effect.forEach(Array.from({ length: 20 }), () => peek)
        const given = [...seen, ...rest].map(idOf).filter((id) => id !== undefined)
        assert.deepStrictEqual(given.toSorted(), ids.toSorted())
      })
    )

    it.effect("gives a message again, after the others, when its lock has ended (API-58, DPE-66)", () =>
      Effect.gen(function* () {
        const { inbox, peek, ids } = yield* waiting(3)
        const [first, second, third] = ids
        yield* peek
        yield* TestClock.adjust("1 minute")
        yield* peek
        yield* TestClock.adjust("10 minutes")
        assert.isAtLeast(yield* inbox.unlockExpired(yield* DateTime.now), 2)
        const seen = yield* Effect.all([peek, peek, peek, peek])
        assert.deepStrictEqual(seen.map(idOf), [third, first, second, undefined])
      })
    )

    it.effect("leaves locks that have not ended", () =>
      Effect.gen(function* () {
        const { inbox, peek } = yield* waiting(1)
        yield* peek
        yield* TestClock.adjust("5 minutes")
        yield* inbox.unlockExpired(yield* DateTime.now)
        assert.isTrue(Option.isNone(yield* peek))
        yield* TestClock.adjust("1 millis")
        yield* inbox.unlockExpired(yield* DateTime.now)
        assert.isTrue(Option.isSome(yield* peek))
      })
    )

    it.effect("gives only what matches every filter given (API-60, DPE-65)", () =>
      Effect.gen(function* () {
        const { inbox, process } = yield* waiting(1)
        const conversation = yield* conversationId
        const document = yield* sbd({
          process,
          conversationId: conversation,
          sender: "0192:111111111:222222222",
          receiver: "0192:333333333"
        })
        yield* inbox.put({
          messageId: document.messageId,
          sbd: document,
          serviceIdentifier: "DPE",
          documentKey: undefined
        })
        const matching: InMessageFilter = {
          conversationId: conversation,
          messageId: document.messageId,
          receiverIdentifier: "333333333",
          senderIdentifier: "222222222",
          serviceIdentifier: "DPE",
          process
        }
        const others: InMessageFilter = {
          conversationId: yield* conversationId,
          messageId: yield* messageId,
          receiverIdentifier: "111111111",
          senderIdentifier: "111111111",
          serviceIdentifier: "DPO",
          process: yield* unique("urn:no:test:process")
        }
        const until = yield* inFiveMinutes
        for (const [member, other] of Object.entries(others)) {
          const filter = { ...matching, [member]: other }
          assert.deepStrictEqual((yield* inbox.search(filter, firstPage)).totalElements, 0, member)
          assert.isTrue(Option.isNone(yield* inbox.peek(filter, until)), member)
        }
        const alone = yield* Effect.forEach(["conversationId", "messageId"] as const, (member) =>
          inbox.search({ [member]: matching[member] }, firstPage)
        )
        assert.deepStrictEqual(
          alone.map((page) => page.totalElements),
          [1, 1]
        )
        assert.strictEqual((yield* inbox.search(matching, firstPage)).totalElements, 1)
        assert.strictEqual(idOf(yield* inbox.peek(matching, until)), document.messageId)
      })
    )

    it.effect("lists what waits, locked or not, page by page, sorted as asked", () =>
      Effect.gen(function* () {
        const { inbox, process, peek, ids } = yield* waiting(5)
        yield* peek
        const page = (number: number) => inbox.search({ process }, { page: number, size: 2, sort: [] })
        const pages = yield* Effect.all([page(0), page(1), page(2), page(3)])
        assert.deepStrictEqual(
          pages.map(({ content }) => content.length),
          [2, 2, 1, 0]
        )
        assert.deepStrictEqual(
          pages.map(({ totalElements }) => totalElements),
          [5, 5, 5, 5]
        )
        assert.deepStrictEqual(
          pages.flatMap(({ content }) => content.map((message) => message.messageId)),
          ids
        )
        const sorted = yield* inbox.search(
          { process },
          {
            ...firstPage,
            sort: [
              { property: "serviceIdentifier", direction: "asc" },
              { property: "messageId", direction: "desc" }
            ]
          }
        )
        assert.deepStrictEqual(
          sorted.content.map((message) => message.messageId),
          ids.toSorted().toReversed()
        )
      })
    )

    it.effect("counts what waits", () =>
      Effect.gen(function* () {
        const inbox = yield* Inbox
        const before = yield* inbox.size
        const { ids } = yield* waiting(3)
        assert.strictEqual(yield* inbox.size, before + 3)
        yield* Effect.forEach(ids, inbox.remove)
        assert.strictEqual(yield* inbox.size, before)
      })
    )
  })
