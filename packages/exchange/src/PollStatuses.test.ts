import { StatusBook } from "@eformidling/adapter-memory/MemoryStatusSource"
import { Incoming } from "@eformidling/port-transport/Incoming"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { TestClock } from "effect/testing"
import { conversationOf, relayAll, send, start, statusesOf, world } from "./internal/world.test.support.ts"
import { pollStatuses } from "./PollStatuses.ts"
import { receive } from "./ReceiveMessage.ts"

const sent = Effect.fnUntraced(function* (type: "digital" | "publisering" = "digital") {
  const messageId = yield* send({ type })
  yield* relayAll
  return messageId
})

describe("pollStatuses", () => {
  it.effect("registers what corner 2 tells, at its time, and stops asking", () =>
    Effect.gen(function* () {
      const book = yield* StatusBook
      const messageId = yield* sent()
      const timestamp = DateTime.add(start, { seconds: 7 })
      yield* book.report(messageId, { status: "OPPRETTET", timestamp: undefined }, { status: "SENDT", timestamp })
      yield* pollStatuses(undefined)
      const { messageStatuses, pollable } = yield* conversationOf(messageId)
      assert.deepStrictEqual(
        messageStatuses.map(({ status }) => status),
        ["OPPRETTET", "SENDT", "MOTTATT"]
      )
      assert.deepStrictEqual(messageStatuses.at(-1)?.lastUpdate, timestamp)
      assert.strictEqual(messageStatuses.at(-1)?.description, "Hjørne 3 har mottatt meldingen")
      assert.isFalse(pollable)
      yield* pollStatuses(undefined)
      assert.strictEqual(yield* book.questionsAbout(messageId), 1)
    }).pipe(Effect.provide(world()))
  )

  it.effect("registers that sending has failed", () =>
    Effect.gen(function* () {
      const messageId = yield* sent()
      yield* (yield* StatusBook).report(messageId, { status: "FEILET", timestamp: undefined })
      yield* pollStatuses(undefined)
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT", "FEIL"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("ignores MOTTATT after a receipt has brought it (DPI-82)", () =>
    Effect.gen(function* () {
      const messageId = yield* sent()
      const { conversationId } = yield* conversationOf(messageId)
      const kvittering = { _tag: "leveringskvittering" } as const
      yield* receive("DPI")(Incoming.Kvittering({ conversationId, kvittering, raw: "raw", tidspunkt: undefined }))
      yield* (yield* StatusBook).report(messageId, { status: "SENDT", timestamp: undefined })
      yield* pollStatuses(undefined)
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT", "MOTTATT", "LEVERT"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("asks about the others when one cannot be read, page after page", () =>
    Effect.gen(function* () {
      const book = yield* StatusBook
      const messageIds = yield* Effect.forEach([1, 2, 3, 4, 5], () => sent())
      yield* book.behave((messageId) => (messageId === messageIds[0] ? "isDown" : "answers"))
      yield* Effect.forEach(messageIds, (messageId) =>
        book.report(messageId, { status: "SENDT", timestamp: undefined })
      )
      yield* pollStatuses(undefined)
      const reached = yield* Effect.forEach(messageIds, statusOfPolled)
      assert.deepStrictEqual(reached, [false, true, true, true, true])
    }).pipe(Effect.provide(world({ pollPageSize: 2 })))
  )

  it.effect("asks about an old letter once an hour", () =>
    Effect.gen(function* () {
      const book = yield* StatusBook
      const messageId = yield* sent()
      yield* TestClock.adjust("31 days")
      let previous = yield* pollStatuses(undefined)
      const before = yield* book.questionsAbout(messageId)
      for (let minute = 0; minute < 180; minute++) {
        yield* TestClock.adjust("1 minutes")
        previous = yield* pollStatuses(previous)
      }
      assert.strictEqual((yield* book.questionsAbout(messageId)) - before, 3)
    }).pipe(Effect.provide(world()))
  )

  it.effect("never asks about DPE messages", () =>
    Effect.gen(function* () {
      const messageId = yield* sent("publisering")
      yield* pollStatuses(undefined)
      assert.strictEqual(yield* (yield* StatusBook).questionsAbout(messageId), 0)
    }).pipe(Effect.provide(world()))
  )
})

const statusOfPolled = (messageId: Effect.Success<ReturnType<typeof sent>>) =>
  Effect.map(statusesOf(messageId), (statuses) => statuses.includes("MOTTATT"))
