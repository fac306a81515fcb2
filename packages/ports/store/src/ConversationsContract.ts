/**
 * What every {@link Conversations} is held to.
 */
import type { NewConversation } from "@eformidling/domain/Conversation"
import { assert, layer } from "@effect/vitest"
import { DateTime, Duration, Effect, type Layer, Option } from "effect"
import { TestClock } from "effect/testing"
import { Conversations } from "./Conversations.ts"
import { suite as searchSuite } from "./internal/conversationSearchContract.ts"
import { at, conversation, firstPage, messageId, status } from "./StoreSamples.ts"

const opened = Effect.fnUntraced(function* (given: Partial<NewConversation> = {}, first = [status("OPPRETTET")]) {
  const conversations = yield* Conversations
  return yield* conversations.open(yield* conversation(given), first)
})

const stored = Effect.fnUntraced(function* (id: number) {
  const { content } = yield* (yield* Conversations).search({ id }, firstPage)
  return content[0] ?? assert.fail("the conversation is gone")
})

/** Runs the contract of {@link Conversations}. */
export const suite = <E>(name: string, store: Layer.Layer<Conversations, E>): void =>
  layer(store)(`Conversations (${name})`, (it) => {
    it.effect("gives back a conversation as it was opened", () =>
      Effect.gen(function* () {
        const conversations = yield* Conversations
        const now = yield* DateTime.now
        const given = yield* conversation({ messageTitle: "Vedtak \u0000 om blåbær", receiver: "06068700602" })
        const description = "Kvittering\u0000\ud800"
        const result = yield* conversations.open(given, [
          { ...status("OPPRETTET"), description, rawReceipt: "eyJ.\u0000.x" }
        ])
        const [first] = result.messageStatuses
        assert.deepStrictEqual(result, {
          ...given,
          id: result.id,
          lastUpdate: now,
          finished: false,
          pollable: false,
          messageStatuses: [
            {
              id: first?.id ?? 0,
              status: "OPPRETTET",
              lastUpdate: at("2022-05-20T10:00:00.123Z"),
              description,
              rawReceipt: "eyJ.\u0000.x"
            }
          ]
        })
        assert.deepStrictEqual(yield* conversations.byMessageId(given.messageId), Option.some(result))
      })
    )

    it.effect("opens a conversation without receiver (API-18)", () =>
      Effect.gen(function* () {
        const { receiver: _, receiverIdentifier: __, ...given } = yield* conversation()
        const result = yield* (yield* Conversations).open(given, [])
        assert.deepStrictEqual(yield* stored(result.id), result)
        assert.notProperty(result, "receiver")
      })
    )

    it.effect("gives conversations and statuses rising ids from one series, below 2^31", () =>
      Effect.gen(function* () {
        const conversations = yield* Conversations
        const first = yield* opened({}, [status("OPPRETTET"), status("SENDT")])
        const [late] = yield* conversations.register(first.id, [status("MOTTATT")])
        const second = yield* opened()
        const ids = [first, second].flatMap((each) => [each.id, ...each.messageStatuses.map(({ id }) => id)])
        ids.splice(3, 0, late?.id ?? 0)
        assert.deepStrictEqual(
          ids,
          [...new Set(ids)].toSorted((one, other) => one - other)
        )
        assert.isTrue(ids.every((id) => Number.isInteger(id) && id > 0 && id < 2 ** 31))
      })
    )

    it.effect(
      "refuses a messageId that has a conversation in the same direction, and opens one in the other (DPE-63)",
      () =>
        Effect.gen(function* () {
          const conversations = yield* Conversations
          const outgoing = yield* opened()
          const again = yield* conversation({ messageId: outgoing.messageId })
          const failure = yield* conversations.open(again, []).pipe(Effect.flip)
          assert.strictEqual(failure._tag, "ConversationExists")
          const incoming = yield* opened({ messageId: outgoing.messageId, direction: "INCOMING" })
          const found = yield* Effect.forEach([undefined, "OUTGOING", "INCOMING"] as const, (direction) =>
            Effect.map(
              conversations.byMessageId(outgoing.messageId, direction),
              (each) => Option.getOrUndefined(each)?.id
            )
          )
          assert.deepStrictEqual(found, [outgoing.id, outgoing.id, incoming.id])
        })
    )

    it.effect("opens one conversation when many are opened with one messageId at the same time", () =>
      Effect.gen(function* () {
        const given = yield* conversation()
        const conversations = yield* Conversations
        const exits = yield* Effect.forEach(
          Array.from({ length: 10 }),
          () => Effect.result(conversations.open(given, [status("OPPRETTET")])),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(exits.filter(({ _tag }) => _tag === "Success").length, 1)
        assert.strictEqual((yield* conversations.statuses({ messageId: given.messageId }, firstPage)).totalElements, 1)
      })
    )

    it.effect("registers what is new, in the order given, and says what that was", () =>
      Effect.gen(function* () {
        const conversations = yield* Conversations
        const { id } = yield* opened()
        yield* TestClock.adjust("1 minute")
        const now = yield* DateTime.now
        const added = yield* conversations.register(id, [
          status("OPPRETTET"),
          { ...status("SENDT"), description: "sent", rawReceipt: "raw" },
          status("LEVERT", "1999-01-01T00:00:00Z"),
          status("LEVERT")
        ])
        assert.deepStrictEqual(
          added.map((each) => [each.status, each.description, each.rawReceipt]),
          [
            ["SENDT", "sent", "raw"],
            ["LEVERT", undefined, undefined]
          ]
        )
        const after = yield* stored(id)
        assert.deepStrictEqual(after.messageStatuses.slice(1), added)
        assert.deepStrictEqual([after.finished, after.pollable, after.lastUpdate], [true, false, now])
      })
    )

    it.effect("changes nothing when a registration is repeated (API-66, DPE-38)", () =>
      Effect.gen(function* () {
        const conversations = yield* Conversations
        const { id } = yield* opened()
        yield* conversations.register(id, [status("SENDT")])
        const before = yield* stored(id)
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(yield* conversations.register(id, [status("SENDT", "2023-01-01T00:00:00Z")]), [])
        assert.deepStrictEqual(yield* stored(id), before)
      })
    )

    it.effect("registers nothing where there is no conversation", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* (yield* Conversations).register(2 ** 31 - 1, [status("SENDT")]), [])
      })
    )

    it.effect("keeps one row of a status that is registered many times at once", () =>
      Effect.gen(function* () {
        const conversations = yield* Conversations
        const { id } = yield* opened()
        const added = yield* Effect.forEach(
          Array.from({ length: 30 }, (_, index) =>
            status((["SENDT", "MOTTATT", "LEVERT"] as const)[index % 3] ?? "SENDT")
          ),
          (each) => conversations.register(id, [each]),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(added.flat().length, 3)
        const { messageStatuses } = yield* stored(id)
        assert.deepStrictEqual(messageStatuses.map((each) => each.status).toSorted(), [
          "LEVERT",
          "MOTTATT",
          "OPPRETTET",
          "SENDT"
        ])
      })
    )

    it.effect("is pollable from SENDT to MOTTATT, and counts what is (API-77)", () =>
      Effect.gen(function* () {
        const conversations = yield* Conversations
        const before = yield* conversations.countPollable
        const one = yield* opened({}, [status("OPPRETTET"), status("SENDT")])
        const two = yield* opened()
        yield* conversations.register(two.id, [status("SENDT")])
        const three = yield* opened({}, [status("SENDT")])
        yield* conversations.register(three.id, [status("MOTTATT")])
        assert.strictEqual(yield* conversations.countPollable, before + 2)
        const pages = yield* Effect.all([
          conversations.pollable(one.id - 1, 1),
          conversations.pollable(one.id, 10),
          conversations.pollable(two.id, 10)
        ])
        assert.deepStrictEqual(
          pages.map((page) => page.map(({ id }) => id)),
          [[one.id], [two.id], []]
        )
      })
    )

    it.effect("finds all outgoing messages of a conversation, newest first", () =>
      Effect.gen(function* () {
        const conversations = yield* Conversations
        const first = yield* opened()
        const { conversationId } = first
        const second = yield* opened({ conversationId })
        yield* opened({ conversationId, direction: "INCOMING" })
        const found = yield* conversations.outgoingByConversationId(conversationId)
        assert.deepStrictEqual(found, [second, first])
      })
    )

    it.effect("lists what is past its expiry and unfinished, oldest expiry first (API-91, DPE-70)", () =>
      Effect.gen(function* () {
        const conversations = yield* Conversations
        const expiring = (expiry: string) => opened({ expiry: at(expiry) })
        const late = yield* expiring("1971-01-02T00:00:00Z")
        const early = yield* expiring("1971-01-01T00:00:00Z")
        const finished = yield* expiring("1971-01-01T12:00:00Z")
        yield* conversations.register(finished.id, [status("LEVERT")])
        const limit = yield* expiring("1971-01-03T00:00:00Z")
        const ids = (now: string, limit: number) =>
          Effect.map(conversations.expired(at(now), limit), (found) => found.map(({ id }) => id))
        assert.deepStrictEqual(yield* ids("1971-01-03T00:00:00Z", 10), [early.id, late.id])
        assert.deepStrictEqual(yield* ids("1971-01-03T00:00:00Z", 1), [early.id])
        assert.deepStrictEqual(yield* ids("1971-01-03T00:00:00.001Z", 10), [early.id, late.id, limit.id])
        yield* Effect.forEach([early, late, limit], ({ id }) => conversations.register(id, [status("LEVETID_UTLOPT")]))
        assert.deepStrictEqual(yield* ids("1971-02-01T00:00:00Z", 10), [])
      })
    )

    it.effect("sets the title", () =>
      Effect.gen(function* () {
        const conversations = yield* Conversations
        const { id } = yield* opened()
        yield* conversations.setTitle(id, "Vedtak")
        assert.strictEqual((yield* stored(id)).messageTitle, "Vedtak")
      })
    )

    it.effect("shows a failed attempt until it is cleared, and leaves the time of update alone", () =>
      Effect.gen(function* () {
        const conversations = yield* Conversations
        const before = yield* opened()
        yield* TestClock.adjust("1 minute")
        const note = {
          nextAttempt: DateTime.addDuration(yield* DateTime.now, Duration.seconds(20)),
          lastError: "refused\u0000"
        }
        yield* conversations.noteAttempt(before.id, note)
        assert.deepStrictEqual(yield* stored(before.id), { ...before, ...note })
        yield* conversations.noteAttempt(before.id, undefined)
        assert.deepStrictEqual(yield* stored(before.id), before)
      })
    )

    it.effect("removes a conversation with its statuses, and repeating that changes nothing (API-78)", () =>
      Effect.gen(function* () {
        const conversations = yield* Conversations
        const { id, messageId: gone } = yield* opened()
        yield* conversations.remove(id)
        yield* conversations.remove(id)
        assert.isTrue(Option.isNone(yield* conversations.byMessageId(gone)))
        assert.strictEqual((yield* conversations.statuses({ messageId: gone }, firstPage)).totalElements, 0)
        assert.isTrue(Option.isNone(yield* conversations.byMessageId(yield* messageId)))
      })
    )

    searchSuite(it)
  })
