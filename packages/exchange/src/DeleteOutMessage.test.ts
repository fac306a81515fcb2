import { Meldingsformidler } from "@eformidling/adapter-memory/MemoryMessageSender"
import { Documents } from "@eformidling/port-store/Documents"
import { Outbox } from "@eformidling/port-store/Outbox"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Fiber } from "effect"
import { createMessage } from "./CreateMessage.ts"
import { deleteOutMessage } from "./DeleteOutMessage.ts"
import {
  attach,
  draft,
  eventually,
  isWaiting,
  relayAll,
  send,
  statusesOf,
  world
} from "./internal/world.test.support.ts"
import { relayOnce } from "./RelayOutbox.ts"

describe("deleteOutMessage", () => {
  it.effect("removes message and documents and keeps the conversation (API-54)", () =>
    Effect.gen(function* () {
      const documents = yield* Documents
      const { messageId } = yield* createMessage(draft({ type: "digital" }))
      yield* attach(messageId, "brev.pdf")
      assert.isTrue(yield* deleteOutMessage(messageId))
      assert.isFalse(yield* deleteOutMessage(messageId))
      assert.isFalse(yield* isWaiting(messageId))
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET"])
      assert.strictEqual(yield* documents.sweep(DateTime.add(yield* DateTime.now, { days: 1 })), 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("calls back a message that waits to be sent", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "digital" })
      assert.isTrue(yield* deleteOutMessage(messageId))
      yield* relayAll
      assert.deepStrictEqual(yield* (yield* Meldingsformidler).handed, [])
      assert.strictEqual(yield* (yield* Outbox).size, 0)
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("leaves alone a message that is on its way to the peer", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "digital" })
      yield* (yield* Meldingsformidler).behave("isSilent")
      const relaying = yield* Effect.forkChild(relayOnce(), { startImmediately: true })
      yield* eventually(Effect.map((yield* Meldingsformidler).attemptsOf(messageId), (count) => count === 1))
      assert.isFalse(yield* deleteOutMessage(messageId))
      assert.isTrue(yield* isWaiting(messageId))
      yield* Fiber.interrupt(relaying)
    }).pipe(Effect.provide(world()))
  )
})
