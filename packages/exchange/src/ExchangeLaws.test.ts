import { type Behaviour, Meldingsformidler } from "@eformidling/adapter-memory/MemoryMessageSender"
import { StatusBook } from "@eformidling/adapter-memory/MemoryStatusSource"
import type { Conversation } from "@eformidling/domain/Conversation"
import type { DpiKvittering } from "@eformidling/domain/dpi/DpiKvittering"
import type { MessageStatus } from "@eformidling/domain/MessageStatus"
import { Documents } from "@eformidling/port-store/Documents"
import { Inbox } from "@eformidling/port-store/Inbox"
import { Outbox } from "@eformidling/port-store/Outbox"
import { StoreError, StoreUnavailable } from "@eformidling/port-store/StoreError"
import { Transaction } from "@eformidling/port-store/Transaction"
import { Incoming } from "@eformidling/port-transport/Incoming"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Exit, Fiber, Schema } from "effect"
import { TestClock } from "effect/testing"
import { deleteInMessage } from "./DeleteInMessage.ts"
import { expireConversations } from "./ExpireConversations.ts"
import {
  conversationOf,
  driven,
  isWaiting,
  received,
  relayAll,
  send,
  start,
  statusesOf,
  world
} from "./internal/world.test.support.ts"
import { peekMessage } from "./PeekMessage.ts"
import { pollStatuses } from "./PollStatuses.ts"
import { promises } from "./Promises.ts"
import { receive } from "./ReceiveMessage.ts"
import { relayOnce } from "./RelayOutbox.ts"
import { sendMessage } from "./SendMessage.ts"

const Step = Schema.Literals([
  "relay, accepted",
  "relay, peer down",
  "relay, answer lost",
  "relay, killed after sending",
  "relay, store down after sending",
  "ask to send again",
  "receipt LEVERT",
  "receipt LEVERT again",
  "receipt LEST",
  "poll",
  "expire",
  "a minute passes",
  "an hour passes"
])
type Step = typeof Step.Type

const Steps = Schema.Array(Step).check(Schema.isMaxLength(25))

const down = new StoreError({ reason: new StoreUnavailable({ operation: "test" }) })

const relayAs = (behaviour: Behaviour) =>
  Effect.andThen(
    Effect.flatMap(Meldingsformidler, (peer) => peer.behave(behaviour)),
    relayAll
  )

/** The process dies once the peer has the message: nothing after it happens, and the lease is left behind. */
const killedAfterSending = Effect.gen(function* () {
  const outbox = yield* Outbox
  const peer = yield* Meldingsformidler
  yield* peer.behave("acceptsAndIsSilent")
  const relaying = yield* Effect.forkChild(
    relayOnce().pipe(Effect.provideService(Outbox, { ...outbox, settle: () => Effect.fail(down) })),
    { startImmediately: true }
  )
  yield* Effect.replicateEffect(Effect.yieldNow, 20, { discard: true })
  yield* Fiber.interrupt(relaying)
})

const storeDownAfterSending = Effect.gen(function* () {
  const transaction = yield* Transaction
  yield* (yield* Meldingsformidler).behave("accepts")
  yield* driven(relayOnce().pipe(Effect.provideService(Transaction, { ...transaction, run: () => Effect.fail(down) })))
})

const kvittering = ({ conversationId }: Conversation, kvittering: DpiKvittering, raw: string) =>
  receive("DPI")(Incoming.Kvittering({ conversationId, kvittering, raw, tidspunkt: undefined }))

const take = Effect.fnUntraced(function* (step: Step, conversation: Conversation) {
  switch (step) {
    case "relay, accepted":
      return yield* relayAs("accepts")
    case "relay, peer down":
      return yield* relayAs("isDown")
    case "relay, answer lost":
      return yield* relayAs("acceptsWithoutAnswering")
    case "relay, killed after sending":
      return yield* killedAfterSending
    case "relay, store down after sending":
      return yield* storeDownAfterSending
    case "ask to send again":
      return yield* Effect.ignore(sendMessage(conversation.messageId))
    case "receipt LEVERT":
      return yield* kvittering(conversation, { _tag: "leveringskvittering" }, "first")
    case "receipt LEVERT again":
      return yield* kvittering(conversation, { _tag: "mottakskvittering" }, "second")
    case "receipt LEST":
      return yield* kvittering(conversation, { _tag: "aapningskvittering" }, "third")
    case "poll":
      yield* pollStatuses(undefined)
      return
    case "expire":
      yield* expireConversations()
      return
    case "a minute passes":
      return yield* TestClock.adjust("1 minutes")
    case "an hour passes":
      return yield* TestClock.adjust("1 hours")
  }
})

const isOnce = (statuses: ReadonlyArray<MessageStatus>) =>
  assert.deepStrictEqual([...new Set(statuses)], statuses, "a status is there twice")

describe("the exchange", () => {
  it.effect.prop(
    "sends a letter once, gives each status once and loses nothing, whatever happens in between",
    [Steps],
    ([steps]) =>
      Effect.gen(function* () {
        const peer = yield* Meldingsformidler
        const messageId = yield* send({ type: "digital" })
        const conversation = yield* conversationOf(messageId)
        yield* (yield* StatusBook).report(messageId, { status: "SENDT", timestamp: undefined })
        for (const step of steps) yield* take(step, conversation)

        // In the end the peer is well and no lease is left.
        yield* TestClock.adjust(promises.leaseFor)
        yield* relayAs("accepts")
        yield* TestClock.adjust("1 hours")
        yield* relayAs("accepts")
        const statuses = yield* statusesOf(messageId)
        const copies = yield* peer.copiesOf(messageId)
        isOnce(statuses)
        assert.isFalse(yield* isWaiting(messageId))
        assert.isAtMost(copies.length, 1)
        assert.isTrue(statuses.includes("SENDT") || statuses.includes("LEVETID_UTLOPT"))
        if (statuses.includes("SENDT")) assert.strictEqual(copies.length, 1)
        const mottatt = statuses.indexOf("MOTTATT")
        if (statuses.includes("LEVERT")) assert.isTrue(mottatt >= 0 && mottatt < statuses.indexOf("LEVERT"))
        assert.strictEqual(yield* (yield* Outbox).size, 0)
        const documents = yield* Documents
        assert.strictEqual(yield* documents.sweep(DateTime.add(yield* DateTime.now, { days: 1 })), 0)
        if (statuses.includes("MOTTATT") || statuses.includes("LEST")) {
          assert.isFalse((yield* conversationOf(messageId)).pollable)
        }
      }).pipe(Effect.provide(world())),
    { arbitrary: { runs: 150 } }
  )

  const Arrival = Schema.Literals(["delivered", "delivered twice at once", "killed", "store down", "taken", "relayed"])

  it.effect.prop(
    "keeps an incoming message once and answers each status once, however it is delivered",
    [Schema.Array(Arrival).check(Schema.isMaxLength(15))],
    ([arrivals]) =>
      Effect.gen(function* () {
        const sbd = received({ type: "innsynskrav", expires: DateTime.add(start, { days: 2 }) })
        const deliver = receive("DPE")(Incoming.Melding({ sbd, dokumentpakke: new Uint8Array(64) }))
        const transaction = yield* Transaction
        let taken = 0
        const deleteIfThere = Effect.gen(function* () {
          yield* peekMessage({})
          const exit = yield* Effect.exit(deleteInMessage(sbd.messageId))
          if (Exit.isSuccess(exit)) taken += 1
        })
        const step = (arrival: typeof Arrival.Type) => {
          switch (arrival) {
            case "delivered":
              return Effect.exit(deliver)
            case "delivered twice at once":
              return Effect.all([Effect.exit(deliver), Effect.exit(deliver)], { concurrency: "unbounded" })
            case "killed":
              return Effect.flatMap(Effect.forkChild(deliver, { startImmediately: true }), Fiber.interrupt)
            case "store down":
              return Effect.exit(
                deliver.pipe(Effect.provideService(Transaction, { ...transaction, run: () => Effect.fail(down) }))
              )
            case "taken":
              return deleteIfThere
            case "relayed":
              return relayAs("accepts")
          }
        }
        for (const arrival of arrivals) yield* step(arrival)
        yield* deliver
        yield* deleteIfThere
        yield* deliver
        yield* relayAs("accepts")

        assert.strictEqual(taken, 1)
        assert.strictEqual(yield* (yield* Inbox).size, 0)
        assert.deepStrictEqual(yield* statusesOf(sbd.messageId, "INCOMING"), [
          "OPPRETTET",
          "INNKOMMENDE_MOTTATT",
          "INNKOMMENDE_LEVERT"
        ])
        const answers = yield* (yield* Meldingsformidler).copiesOf(sbd.messageId)
        assert.deepStrictEqual(
          answers.map(({ outgoing }) => outgoing.sbd.message.body),
          [{ status: "MOTTATT" }, { status: "LEVERT" }]
        )
        const documents = yield* Documents
        assert.strictEqual(yield* documents.sweep(DateTime.add(yield* DateTime.now, { days: 1 })), 0)
      }).pipe(Effect.provide(world())),
    { arbitrary: { runs: 150 } }
  )
})
