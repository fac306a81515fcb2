import { Transaction } from "@eformidling/port-store/Transaction"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Stream } from "effect"
import { createMessage } from "./CreateMessage.ts"
import { conversationOf, draft, start, world } from "./internal/world.test.support.ts"
import { registerStatuses } from "./RegisterStatus.ts"
import { StatusEvents } from "./StatusRegistered.ts"

describe("status events", () => {
  it.effect("tell each new status once, after its commit, and none of what was rolled back", () =>
    Effect.gen(function* () {
      const { events } = yield* StatusEvents
      const transaction = yield* Transaction
      const listening = yield* Effect.forkChild(Stream.runCollect(Stream.take(events, 3)), { startImmediately: true })
      yield* Effect.yieldNow
      const { messageId } = yield* createMessage(draft({ type: "digital" }))
      const conversation = yield* conversationOf(messageId)
      yield* transaction
        .run(
          Effect.andThen(registerStatuses(conversation, [{ status: "FEIL", at: start }]), Effect.fail("rolled back"))
        )
        .pipe(Effect.flip)
      yield* registerStatuses(conversation, [{ status: "SENDT", at: start }])
      yield* registerStatuses(conversation, [{ status: "SENDT", at: start }])
      yield* registerStatuses(conversation, [{ status: "LEVERT", at: start }])
      const told = yield* Fiber.join(listening)
      assert.deepStrictEqual(
        told.map(({ direction, entry, messageId: of }) => [of, direction, entry.status]),
        ["OPPRETTET", "SENDT", "LEVERT"].map((status) => [messageId, "OUTGOING", status])
      )
    }).pipe(Effect.provide(world()))
  )
})
