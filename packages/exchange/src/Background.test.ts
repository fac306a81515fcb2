import { StatusBook } from "@eformidling/adapter-memory/MemoryStatusSource"
import { Documents } from "@eformidling/port-store/Documents"
import { Inbox } from "@eformidling/port-store/Inbox"
import { StoreError, StoreUnavailable } from "@eformidling/port-store/StoreError"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { pollForever, sweepForever, unlockForever } from "./Background.ts"
import { eventually, relayAll, send, statusesOf, text, world } from "./internal/world.test.support.ts"

describe("background work", () => {
  it.effect("goes on after a round that failed", () =>
    Effect.gen(function* () {
      const inbox = yield* Inbox
      let rounds = 0
      const flaky = {
        ...inbox,
        unlockExpired: (now: DateTime.Utc) =>
          ++rounds === 1
            ? Effect.fail(new StoreError({ reason: new StoreUnavailable({ operation: "test" }) }))
            : rounds === 2
              ? Effect.die("broken")
              : inbox.unlockExpired(now)
      }
      const unlocking = yield* Effect.forkChild(unlockForever.pipe(Effect.provideService(Inbox, flaky)), {
        startImmediately: true
      })
      yield* eventually(
        Effect.andThen(
          TestClock.adjust("5 seconds"),
          Effect.sync(() => rounds >= 3)
        )
      )
      yield* Fiber.interrupt(unlocking)
    }).pipe(Effect.provide(world()))
  )

  it.effect("asks about every sent letter in its first round, and again within minutes", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "digital" })
      yield* relayAll
      const book = yield* StatusBook
      const polling = yield* Effect.forkChild(pollForever, { startImmediately: true })
      yield* eventually(Effect.map(book.questionsAbout(messageId), (count) => count === 1))
      yield* book.report(messageId, { status: "SENDT", timestamp: undefined })
      yield* TestClock.adjust("2 minutes")
      yield* eventually(Effect.map(statusesOf(messageId), (statuses) => statuses.includes("MOTTATT")))
      yield* Fiber.interrupt(polling)
    }).pipe(Effect.provide(world()))
  )

  it.effect("sweeps a document no message names once it is a day old", () =>
    Effect.gen(function* () {
      const documents = yield* Documents
      yield* documents.write(text("left behind"))
      const messageId = yield* send({ type: "digital" })
      const sweeping = yield* Effect.forkChild(sweepForever, { startImmediately: true })
      yield* TestClock.adjust("25 hours")
      yield* Fiber.interrupt(sweeping)
      assert.strictEqual(yield* documents.sweep(yield* DateTime.now), 0)
      yield* relayAll
      assert.include(yield* statusesOf(messageId), "LEVETID_UTLOPT")
    }).pipe(Effect.provide(world()))
  )
})
