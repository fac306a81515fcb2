import { Meldingsformidler } from "@eformidling/adapter-memory/MemoryMessageSender"
import { Documents } from "@eformidling/port-store/Documents"
import { Inbox } from "@eformidling/port-store/Inbox"
import { Outbox } from "@eformidling/port-store/Outbox"
import { Incoming } from "@eformidling/port-transport/Incoming"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { expireForever } from "./Background.ts"
import { createMessage } from "./CreateMessage.ts"
import { expireConversations } from "./ExpireConversations.ts"
import {
  attach,
  conversationOf,
  draft,
  eventually,
  isWaiting,
  received,
  relayAll,
  send,
  start,
  statusesOf,
  world
} from "./internal/world.test.support.ts"
import { receive } from "./ReceiveMessage.ts"
import { registerStatuses } from "./RegisterStatus.ts"

const soon = DateTime.add(start, { hours: 1 })

const orphans = Effect.gen(function* () {
  return yield* (yield* Documents).sweep(DateTime.add(yield* DateTime.now, { days: 1 }))
})

describe("expireConversations", () => {
  it.effect("gives up an incoming message, row and package, without a text (DPE-69)", () =>
    Effect.gen(function* () {
      const sbd = received({ type: "innsynskrav", expires: soon })
      yield* receive("DPE")(Incoming.Melding({ sbd, dokumentpakke: new Uint8Array(10) }))
      yield* TestClock.adjust("59 minutes")
      assert.strictEqual(yield* expireConversations(), 0)
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual(yield* expireConversations(), 1)
      const { finished, messageStatuses } = yield* conversationOf(sbd.messageId, "INCOMING")
      assert.isTrue(finished)
      assert.deepStrictEqual(
        messageStatuses.slice(2).map(({ description, status }) => [status, description]),
        [["LEVETID_UTLOPT", undefined]]
      )
      assert.strictEqual(yield* (yield* Inbox).size, 0)
      assert.strictEqual(yield* orphans, 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("gives up a sent message nobody has received in time (DPE-70)", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "publisering", expires: soon })
      yield* relayAll
      yield* TestClock.adjust("61 minutes")
      yield* expireConversations()
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT", "LEVETID_UTLOPT"])
      assert.strictEqual(yield* expireConversations(), 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("leaves a finished message alone, and others within half a minute (DPI-87)", () =>
    Effect.gen(function* () {
      const finished = yield* send({ type: "digital", expires: soon })
      const unfinished = yield* send({ type: "digital", expires: soon })
      yield* relayAll
      yield* registerStatuses(yield* conversationOf(finished), [{ status: "LEVERT", at: start }])
      yield* TestClock.adjust("60 minutes")
      const expiring = yield* Effect.forkChild(expireForever, { startImmediately: true })
      yield* eventually(
        Effect.andThen(
          TestClock.adjust("1 seconds"),
          Effect.map(statusesOf(unfinished), (statuses) => statuses.includes("LEVETID_UTLOPT"))
        )
      )
      yield* Fiber.interrupt(expiring)
      assert.isTrue(DateTime.isLessThanOrEqualTo(yield* DateTime.now, DateTime.add(soon, { seconds: 31 })))
      assert.deepStrictEqual(yield* statusesOf(finished), ["OPPRETTET", "SENDT", "LEVERT"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("removes a message that was created and never sent", () =>
    Effect.gen(function* () {
      const { messageId } = yield* createMessage(draft({ type: "digital", expires: soon }))
      yield* attach(messageId, "brev.pdf")
      yield* TestClock.adjust("61 minutes")
      yield* expireConversations()
      assert.isFalse(yield* isWaiting(messageId))
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "LEVETID_UTLOPT"])
      assert.strictEqual(yield* orphans, 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("calls back a message that waits for its next attempt", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "digital", expires: soon })
      yield* (yield* Meldingsformidler).behave("isDown")
      yield* relayAll
      yield* TestClock.adjust("61 minutes")
      yield* expireConversations()
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "LEVETID_UTLOPT"])
      assert.strictEqual(yield* (yield* Outbox).size, 0)
      assert.isFalse(yield* isWaiting(messageId))
    }).pipe(Effect.provide(world()))
  )
})
