import { Meldingsformidler } from "@eformidling/adapter-memory/MemoryMessageSender"
import * as MemoryMessageReceiver from "@eformidling/adapter-memory/MemoryMessageReceiver"
import type { StandardBusinessDocument } from "@eformidling/domain/StandardBusinessDocument"
import { Documents } from "@eformidling/port-store/Documents"
import { Inbox } from "@eformidling/port-store/Inbox"
import { Outbox } from "@eformidling/port-store/Outbox"
import { StoreError, StoreUnavailable } from "@eformidling/port-store/StoreError"
import { Incoming } from "@eformidling/port-transport/Incoming"
import { MessageReceiver } from "@eformidling/port-transport/MessageReceiver"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import { deleteInMessage } from "./DeleteInMessage.ts"
import {
  conversationOf,
  draft,
  einnsyn,
  eventually,
  newMessageId,
  own,
  received,
  relayAll,
  send,
  start,
  statusesOf,
  world
} from "./internal/world.test.support.ts"
import { createMessage } from "./CreateMessage.ts"
import { peekMessage } from "./PeekMessage.ts"
import { receive, receiveForever } from "./ReceiveMessage.ts"

const bytes = new TextEncoder().encode("dokumentpakke")

const melding = (sbd: StandardBusinessDocument, dokumentpakke: Uint8Array | undefined = bytes) =>
  receive("DPE")(Incoming.Melding({ sbd, dokumentpakke }))

const statusOf = (
  sbd: { readonly messageId: string; readonly conversationId: string },
  status: string,
  expires?: DateTime.Utc
) =>
  received({ type: "status", messageId: sbd.messageId, conversationId: sbd.conversationId, body: { status }, expires })

const inboxSize = Effect.flatMap(Inbox, ({ size }) => size)
const outboxSize = Effect.flatMap(Outbox, ({ size }) => size)

const orphans = Effect.gen(function* () {
  return yield* (yield* Documents).sweep(DateTime.add(yield* DateTime.now, { days: 1 }))
})

describe("receive a message", () => {
  it.effect("stores the message and promises its sender MOTTATT", () =>
    Effect.gen(function* () {
      const sbd = received({ type: "innsynskrav" })
      yield* melding(sbd)
      assert.deepStrictEqual(yield* statusesOf(sbd.messageId, "INCOMING"), ["OPPRETTET", "INNKOMMENDE_MOTTATT"])
      assert.strictEqual(yield* inboxSize, 1)
      yield* relayAll
      const [handed] = yield* (yield* Meldingsformidler).copiesOf(sbd.messageId)
      const answer = handed?.outgoing.sbd
      assert.deepStrictEqual(answer?.message, { type: "status", body: { status: "MOTTATT" } })
      assert.strictEqual(answer?.receiver, `0192:${einnsyn}`)
      assert.strictEqual(answer?.sender, `0192:${own}`)
      assert.strictEqual(answer?.conversationId, sbd.conversationId)
      assert.deepStrictEqual(yield* statusesOf(sbd.messageId, "INCOMING"), ["OPPRETTET", "INNKOMMENDE_MOTTATT"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("notes an expired message and neither keeps nor answers it (API-56, DPE-36)", () =>
    Effect.gen(function* () {
      const sbd = received({ type: "innsynskrav", expires: DateTime.subtract(start, { minutes: 38 }) })
      yield* melding(sbd)
      const { finished, messageStatuses } = yield* conversationOf(sbd.messageId, "INCOMING")
      assert.deepStrictEqual(
        messageStatuses.map(({ description, status }) => [status, description]),
        [
          ["OPPRETTET", undefined],
          ["LEVETID_UTLOPT", "Levetiden for meldingen er utgått. Må sendes på nytt"]
        ]
      )
      assert.isTrue(finished)
      assert.isTrue(Option.isNone(yield* peekMessage({})))
      assert.strictEqual(yield* outboxSize, 0)
      assert.strictEqual(yield* orphans, 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect(
    "registers a status on the message we sent, once, and answers nothing (API-66, DPE-37, DPE-38, DPE-39)",
    () =>
      Effect.gen(function* () {
        const messageId = yield* send({ type: "publisering" })
        yield* relayAll
        const sent = yield* conversationOf(messageId)
        yield* melding(statusOf(sent, "MOTTATT"), undefined)
        yield* melding(statusOf(sent, "MOTTATT"), undefined)
        assert.isFalse((yield* conversationOf(messageId)).finished)
        yield* melding(statusOf(sent, "LEVERT"), undefined)
        assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT", "MOTTATT", "LEVERT"])
        assert.isTrue((yield* conversationOf(messageId)).finished)
        assert.strictEqual(yield* inboxSize, 0)
        assert.strictEqual(yield* outboxSize, 0)
      }).pipe(Effect.provide(world()))
  )

  it.effect("drops a status about a message we do not know (DPE-40)", () =>
    Effect.gen(function* () {
      const sbd = received({ type: "status" })
      yield* melding(sbd, undefined)
      assert.deepStrictEqual(yield* statusesOf(sbd.messageId), [])
      assert.deepStrictEqual(yield* statusesOf(sbd.messageId, "INCOMING"), [])
      assert.strictEqual(yield* inboxSize, 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("drops a status that is too late and leaves its message alone", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "publisering" })
      yield* relayAll
      const late = statusOf(yield* conversationOf(messageId), "LEVERT", DateTime.subtract(start, { seconds: 1 }))
      yield* melding(late, undefined)
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("puts SENDT before a MOTTATT that is faster (DPE-41)", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "publisering" })
      yield* melding(statusOf(yield* conversationOf(messageId), "MOTTATT"), undefined)
      yield* relayAll
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT", "MOTTATT"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("takes an einnsyn_kvittering as a message and answers it, the original untouched (DPE-43)", () =>
    Effect.gen(function* () {
      const original = yield* send({ type: "publisering" })
      yield* relayAll
      const { conversationId } = yield* conversationOf(original)
      const sbd = received({ type: "einnsyn_kvittering", conversationId })
      yield* melding(sbd, undefined)
      yield* peekMessage({ messageId: sbd.messageId })
      yield* deleteInMessage(sbd.messageId)
      yield* relayAll
      const handed = yield* (yield* Meldingsformidler).copiesOf(sbd.messageId)
      assert.deepStrictEqual(
        handed.map(({ outgoing }) => outgoing.sbd.message.body),
        [{ status: "MOTTATT" }, { status: "LEVERT" }]
      )
      assert.deepStrictEqual(yield* statusesOf(original), ["OPPRETTET", "SENDT"])
    }).pipe(Effect.provide(world()))
  )

  it.effect(
    "stores a message that comes twice once, with the first package, and answers it once (API-65, DPE-46)",
    () =>
      Effect.gen(function* () {
        const sbd = received({ type: "innsynskrav" })
        yield* melding(sbd)
        yield* melding(sbd, new TextEncoder().encode("another"))
        assert.strictEqual(yield* inboxSize, 1)
        assert.strictEqual(yield* outboxSize, 1)
        assert.strictEqual(yield* orphans, 0)
        assert.deepStrictEqual(yield* statusesOf(sbd.messageId, "INCOMING"), ["OPPRETTET", "INNKOMMENDE_MOTTATT"])
      }).pipe(Effect.provide(world()))
  )

  it.effect("discards a message that comes again after the business system has taken it (DPE-47)", () =>
    Effect.gen(function* () {
      const sbd = received({ type: "innsynskrav" })
      yield* melding(sbd)
      yield* peekMessage({})
      yield* deleteInMessage(sbd.messageId)
      yield* relayAll
      yield* melding(sbd)
      assert.strictEqual(yield* inboxSize, 0)
      assert.strictEqual(yield* outboxSize, 0)
      assert.strictEqual(yield* orphans, 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("stores once a message delivered again after a crash or a lost lock (DPE-48, DPE-60)", () =>
    Effect.gen(function* () {
      const sbd = received({ type: "innsynskrav" })
      const twice = Effect.exit(melding(sbd))
      yield* Effect.all([twice, twice], { concurrency: "unbounded" })
      yield* melding(sbd)
      assert.strictEqual(yield* inboxSize, 1)
      assert.strictEqual(yield* outboxSize, 1)
      assert.deepStrictEqual(yield* statusesOf(sbd.messageId, "INCOMING"), ["OPPRETTET", "INNKOMMENDE_MOTTATT"])
      assert.strictEqual(yield* orphans, 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("takes a message addressed to another organisation (DPE-57)", () =>
    Effect.gen(function* () {
      yield* melding(received({ type: "innsynskrav", receiver: "0192:999999999" }))
      assert.strictEqual(yield* inboxSize, 1)
    }).pipe(Effect.provide(world()))
  )

  it.effect("answers the whole identifier of a sender on behalf of another (DPE-61)", () =>
    Effect.gen(function* () {
      const sbd = received({ type: "innsynskrav", sender: "0192:111111111:222222222" })
      yield* melding(sbd)
      yield* relayAll
      const [handed] = yield* (yield* Meldingsformidler).copiesOf(sbd.messageId)
      assert.strictEqual(handed?.outgoing.sbd.receiver, "0192:111111111:222222222")
    }).pipe(Effect.provide(world()))
  )

  it.effect(
    "keeps nothing and answers nothing when the store fails, and takes the message when it comes again (DPE-59)",
    () =>
      Effect.gen(function* () {
        const sbd = received({ type: "innsynskrav" })
        const inbox = yield* Inbox
        const outbox = yield* Outbox
        const down = Effect.fail(new StoreError({ reason: new StoreUnavailable({ operation: "test" }) }))
        const stores = [
          { inbox: { ...inbox, put: () => down }, outbox },
          { inbox, outbox: { ...outbox, offer: () => down } }
        ]
        for (const failing of stores) {
          const error = yield* melding(sbd).pipe(
            Effect.flip,
            Effect.provideService(Inbox, failing.inbox),
            Effect.provideService(Outbox, failing.outbox)
          )
          assert(error instanceof StoreError && error.reason._tag === "StoreUnavailable")
          assert.strictEqual(yield* inboxSize, 0)
          assert.strictEqual(yield* outboxSize, 0)
          assert.deepStrictEqual(yield* statusesOf(sbd.messageId, "INCOMING"), [])
          assert.strictEqual(yield* orphans, 0)
        }
        yield* melding(sbd)
        assert.strictEqual(yield* inboxSize, 1)
      }).pipe(Effect.provide(world()))
  )

  it.effect("keeps two conversations of a message we sent to ourselves (DPE-63)", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "publisering", receiver: `0192:${own}` })
      yield* relayAll
      const [handed] = yield* (yield* Meldingsformidler).copiesOf(messageId)
      yield* melding(handed!.outgoing.sbd)
      yield* melding(statusOf(yield* conversationOf(messageId), "MOTTATT"), undefined)
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT", "MOTTATT"])
      assert.deepStrictEqual(yield* statusesOf(messageId, "INCOMING"), ["OPPRETTET", "INNKOMMENDE_MOTTATT"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("takes 120 waiting messages exactly once, also while the store fails now and then (DPE-58)", () =>
    Effect.gen(function* () {
      const receiver = yield* MessageReceiver
      const queue = yield* MemoryMessageReceiver.IncomingQueue
      const sbds = Array.from({ length: 120 }, () => received({ type: "innsynskrav" }))
      yield* Effect.forEach(sbds, (sbd) => queue.deliver(Incoming.Melding({ sbd, dokumentpakke: bytes })))
      const inbox = yield* Inbox
      let calls = 0
      const flaky = {
        ...inbox,
        put: (message: Parameters<typeof inbox.put>[0]) =>
          ++calls % 10 === 0
            ? Effect.fail(new StoreError({ reason: new StoreUnavailable({ operation: "test" }) }))
            : inbox.put(message)
      }
      const receiving = yield* Effect.forkChild(
        receiveForever("DPE", receiver).pipe(Effect.provideService(Inbox, flaky)),
        { startImmediately: true }
      )
      yield* eventually(
        Effect.andThen(
          TestClock.adjust("1 seconds"),
          Effect.map(queue.size, (size) => size === 0)
        )
      )
      yield* Fiber.interrupt(receiving)
      assert.strictEqual(yield* inboxSize, 120)
      assert.strictEqual(yield* outboxSize, 120)
    }).pipe(Effect.provide([world(), MemoryMessageReceiver.layer({ redeliveryDelay: "5 seconds" })]))
  )

  it.effect("does not take a messageId for a new message that has come in before", () =>
    Effect.gen(function* () {
      const messageId = yield* newMessageId
      yield* melding(received({ type: "innsynskrav", messageId }))
      const error = yield* Effect.flip(createMessage(draft({ type: "innsynskrav", messageId })))
      assert.strictEqual(error.message, `Message with messageId = ${messageId} already exists`)
    }).pipe(Effect.provide(world()))
  )
})
