import { type Behaviour, Meldingsformidler } from "@eformidling/adapter-memory/MemoryMessageSender"
import { Documents } from "@eformidling/port-store/Documents"
import { Outbox } from "@eformidling/port-store/Outbox"
import { OutMessages } from "@eformidling/port-store/OutMessages"
import { StoreError, StoreUnavailable } from "@eformidling/port-store/StoreError"
import { Transaction } from "@eformidling/port-store/Transaction"
import { Incoming } from "@eformidling/port-transport/Incoming"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import { expireConversations } from "./ExpireConversations.ts"
import {
  citizen,
  conversationOf,
  driven,
  eventually,
  isWaiting,
  relayAll,
  received,
  send,
  start,
  statusesOf,
  world
} from "./internal/world.test.support.ts"
import { promises } from "./Promises.ts"
import { receive } from "./ReceiveMessage.ts"
import { relayForever, relayOnce } from "./RelayOutbox.ts"

const behave = (behaviour: Behaviour) => Effect.flatMap(Meldingsformidler, (peer) => peer.behave(behaviour))

const copies = Effect.fnUntraced(function* (messageId: Effect.Success<ReturnType<typeof send>>) {
  return (yield* (yield* Meldingsformidler).copiesOf(messageId)).length
})

const nothingStored = Effect.gen(function* () {
  const documents = yield* Documents
  assert.strictEqual(yield* (yield* Outbox).size, 0)
  assert.strictEqual(yield* documents.sweep(DateTime.add(yield* DateTime.now, { days: 1 })), 0)
})

/** Lets time pass in steps, relaying in each. */
const relayFor = Effect.fnUntraced(function* (duration: Duration.Input, step: Duration.Input) {
  const steps = Math.ceil(Duration.toMillis(duration) / Duration.toMillis(step))
  for (let index = 0; index < steps; index++) {
    yield* TestClock.adjust(step)
    yield* relayAll
  }
})

describe("relay", () => {
  it.effect("sends the message, registers SENDT and removes what was stored of it", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "digital" })
      yield* relayAll
      assert.strictEqual(yield* copies(messageId), 1)
      const conversation = yield* conversationOf(messageId)
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT"])
      assert.strictEqual(conversation.messageTitle, "Vedtak")
      assert.isTrue(conversation.pollable)
      assert.isFalse(yield* isWaiting(messageId))
      yield* nothingStored
    }).pipe(Effect.provide(world()))
  )

  it.effect("never makes a DPE message one to be asked about (DPE-6)", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "einnsyn_kvittering" })
      yield* relayAll
      assert.isFalse((yield* conversationOf(messageId)).pollable)
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT"])
      const [handed] = yield* (yield* Meldingsformidler).copiesOf(messageId)
      assert.deepStrictEqual(handed?.documents, [])
    }).pipe(Effect.provide(world()))
  )

  it.effect("tries again after 20 s and 60 s, shows why, and registers SENDT once (API-89, DPE-21)", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "digital" })
      yield* behave("isDown")
      yield* relayAll
      const waiting = yield* conversationOf(messageId)
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET"])
      assert.strictEqual(waiting.lastError, "the meldingsformidler is down")
      assert.deepStrictEqual(waiting.nextAttempt, DateTime.add(start, { seconds: 20 }))

      yield* TestClock.adjust("19 seconds")
      assert.strictEqual(yield* relayOnce(), 0)
      yield* TestClock.adjust("1 seconds")
      assert.strictEqual(yield* relayOnce(), 1)
      assert.deepStrictEqual((yield* conversationOf(messageId)).nextAttempt, DateTime.add(start, { seconds: 80 }))

      yield* behave("accepts")
      yield* TestClock.adjust("60 seconds")
      yield* relayAll
      const sent = yield* conversationOf(messageId)
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT"])
      assert.isUndefined(sent.lastError)
      assert.isUndefined(sent.nextAttempt)
      assert.strictEqual(yield* copies(messageId), 1)
    }).pipe(Effect.provide(world()))
  )

  it.effect("tries again when the peer does not let us in", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "digital" })
      yield* behave("doesNotLetUsIn")
      yield* relayAll
      yield* behave("accepts")
      yield* TestClock.adjust("20 seconds")
      yield* relayAll
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("gives up at once a message the peer refuses, with the peer's words as receipt (DPE-20)", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "digital" })
      yield* behave("refuses")
      yield* relayAll
      const { finished, messageStatuses } = yield* conversationOf(messageId)
      const failed = messageStatuses.at(-1)
      assert.strictEqual(failed?.status, "FEIL")
      assert.strictEqual(failed?.description, "Failed to deliver message - check raw receipt")
      assert.strictEqual(failed?.rawReceipt, "400 Bad Request from the meldingsformidler")
      assert.isTrue(finished)
      assert.strictEqual(yield* (yield* Meldingsformidler).attemptsOf(messageId), 1)
      assert.isFalse(yield* isWaiting(messageId))
      yield* nothingStored
    }).pipe(Effect.provide(world()))
  )

  it.effect("gives up when all redeliveries are used (API-90, DPE-23)", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "digital", expires: DateTime.add(start, { days: 30 }) })
      yield* behave("isDown")
      yield* relayAll
      yield* relayFor("102 hours", "20 minutes")
      assert.strictEqual(yield* (yield* Meldingsformidler).attemptsOf(messageId), 106)
      const failed = (yield* conversationOf(messageId)).messageStatuses.at(-1)
      assert.strictEqual(failed?.status, "FEIL")
      assert.strictEqual(
        failed?.description,
        `Request to receiver '${citizen}' failed delivery over DPI - Moved to DLQ`
      )
      assert.isFalse(yield* isWaiting(messageId))
      yield* nothingStored
    }).pipe(Effect.provide(world()))
  )

  it.effect("gives up a message whose time runs out while the peer is down (API-91, DPE-22)", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "publisering" })
      yield* behave("isDown")
      yield* relayAll
      yield* relayFor("26 hours", "20 minutes")
      const { finished, messageStatuses } = yield* conversationOf(messageId)
      assert.deepStrictEqual(
        messageStatuses.map(({ description, status }) => [status, description]),
        [
          ["OPPRETTET", undefined],
          ["LEVETID_UTLOPT", "Levetiden for meldingen er utgått. Må sendes på nytt"]
        ]
      )
      assert.isTrue(finished)
      yield* behave("accepts")
      yield* relayFor("2 hours", "20 minutes")
      assert.strictEqual(yield* copies(messageId), 0)
      yield* nothingStored
    }).pipe(Effect.provide(world()))
  )

  it.effect("tells the sender that an attempt may have arrived after the answer was lost", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "digital" })
      yield* behave("acceptsWithoutAnswering")
      yield* relayAll
      yield* behave("isDown")
      yield* TestClock.adjust("20 seconds")
      yield* relayAll
      yield* behave("accepts")
      yield* TestClock.adjust("60 seconds")
      yield* relayAll
      assert.strictEqual(yield* copies(messageId), 1)
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("sends the others while one message fails and another hangs", () =>
    Effect.gen(function* () {
      const failing = yield* send({ type: "digital" })
      const hanging = yield* send({ type: "digital" })
      yield* (yield* Meldingsformidler).behave(({ messageId }) =>
        messageId === failing ? "isDown" : messageId === hanging ? "isSilent" : "accepts"
      )
      const relaying = yield* Effect.forkChild(relayForever(), { startImmediately: true })
      const others = yield* Effect.forEach(Array.from({ length: 25 }), () => send({ type: "publisering" }))
      for (const messageId of others) {
        yield* eventually(Effect.map(statusesOf(messageId), (statuses) => statuses.includes("SENDT")))
      }
      assert.deepStrictEqual(yield* statusesOf(hanging), ["OPPRETTET"])
      yield* Fiber.interrupt(relaying)
    }).pipe(Effect.provide(world()))
  )

  it.effect("keeps hold of a message for as long as its peer takes", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "digital" })
      yield* behave("isSilent")
      const relaying = yield* Effect.forkChild(relayOnce(), { startImmediately: true })
      yield* eventually(Effect.map((yield* Meldingsformidler).attemptsOf(messageId), (count) => count === 1))
      for (let minute = 0; minute < 10; minute++) {
        yield* TestClock.adjust("1 minutes")
        assert.strictEqual(yield* relayOnce(), 0)
      }
      assert.strictEqual(yield* (yield* Meldingsformidler).attemptsOf(messageId), 1)
      yield* Fiber.interrupt(relaying)
    }).pipe(Effect.provide(world()))
  )

  it.effect("lets go of a message when it is interrupted, and knows that it may have arrived", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "digital" })
      yield* behave("acceptsAndIsSilent")
      const relaying = yield* Effect.forkChild(relayForever(), { startImmediately: true })
      yield* eventually(Effect.map(copies(messageId), (count) => count === 1))
      yield* Fiber.interrupt(relaying)
      yield* behave("accepts")
      yield* relayAll
      assert.strictEqual(yield* copies(messageId), 1)
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("delivers once when it is killed between sending and settling (API-92)", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "digital" })
      const outbox = yield* Outbox
      const down = new StoreError({ reason: new StoreUnavailable({ operation: "settle" }) })
      const dying = relayOnce().pipe(
        Effect.provideService(Outbox, { ...outbox, settle: () => Effect.fail(down), renew: () => Effect.succeed(true) })
      )
      yield* driven(dying)
      assert.strictEqual(yield* copies(messageId), 1)
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET"])
      yield* TestClock.adjust(promises.leaseFor)
      yield* relayAll
      assert.strictEqual(yield* copies(messageId), 1)
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT"])
      assert.isFalse(yield* isWaiting(messageId))
    }).pipe(Effect.provide(world()))
  )

  it.effect("waits out a store that stumbles between sending and settling", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "digital" })
      const transaction = yield* Transaction
      let stumbles = 2
      const stumbling = relayOnce().pipe(
        Effect.provideService(Transaction, {
          ...transaction,
          run: (effect) =>
            stumbles-- > 0
              ? Effect.fail(new StoreError({ reason: new StoreUnavailable({ operation: "commit" }) }))
              : transaction.run(effect)
        })
      )
      yield* driven(stumbling)
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT"])
      assert.strictEqual(yield* (yield* Meldingsformidler).attemptsOf(messageId), 1)
    }).pipe(Effect.provide(world()))
  )

  it.effect("gives up a message whose document is gone", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "digital" })
      const documents = yield* Documents
      const found = yield* documentKeys(messageId)
      yield* Effect.forEach(found, documents.remove)
      yield* relayAll
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "FEIL"])
      assert.strictEqual(yield* copies(messageId), 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("drops a status the peer refuses, or that is too late, and leaves its conversation alone", () =>
    Effect.gen(function* () {
      const messageIds = [received({ type: "innsynskrav" }), received({ type: "innsynskrav" })]
      const [refused, late] = messageIds
      yield* receive("DPE")(Incoming.Melding({ sbd: refused!, dokumentpakke: undefined }))
      yield* behave("refuses")
      yield* relayAll
      yield* receive("DPE")(Incoming.Melding({ sbd: late!, dokumentpakke: undefined }))
      yield* behave("isDown")
      yield* relayAll
      yield* relayFor("26 hours", "30 minutes")
      assert.strictEqual(yield* (yield* Outbox).size, 0)
      for (const { messageId } of [refused!, late!]) {
        assert.deepStrictEqual(yield* statusesOf(messageId, "INCOMING"), ["OPPRETTET", "INNKOMMENDE_MOTTATT"])
      }
    }).pipe(Effect.provide(world()))
  )

  it.effect("never registers both SENDT and LEVETID_UTLOPT from one attempt (DPE-30)", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "digital", expires: DateTime.add(start, { seconds: 1 }) })
      yield* behave("acceptsAndIsSilent")
      const relaying = yield* Effect.forkChild(relayOnce(), { startImmediately: true })
      yield* eventually(Effect.map(copies(messageId), (count) => count === 1))
      yield* TestClock.adjust("2 seconds")
      yield* expireConversations()
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET"])
      yield* Fiber.interrupt(relaying)
      yield* relayAll
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "LEVETID_UTLOPT"])
    }).pipe(Effect.provide(world()))
  )
})

const documentKeys = Effect.fnUntraced(function* (messageId: Effect.Success<ReturnType<typeof send>>) {
  const found = yield* (yield* OutMessages).get(messageId)
  return Option.match(found, { onNone: () => [], onSome: ({ documents }) => documents.map(({ key }) => key) })
})
