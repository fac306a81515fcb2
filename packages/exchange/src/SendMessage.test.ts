import { Outbox } from "@eformidling/port-store/Outbox"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { TestClock } from "effect/testing"
import * as SbdDateTime from "@eformidling/domain/SbdDateTime"
import { createMessage } from "./CreateMessage.ts"
import {
  attach,
  conversationOf,
  draft,
  isWaiting,
  newMessageId,
  relayAll,
  send,
  start,
  statusesOf,
  world
} from "./internal/world.test.support.ts"
import { sendMessage } from "./SendMessage.ts"

const queued = Effect.flatMap(Outbox, ({ size }) => size)

describe("sendMessage", () => {
  it.effect("promises the message once, however often it is asked", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "digital" })
      yield* sendMessage(messageId)
      yield* Effect.all([sendMessage(messageId), sendMessage(messageId)], { concurrency: "unbounded" })
      assert.strictEqual(yield* queued, 1)
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("does not find a message that is unknown or has been sent", () =>
    Effect.gen(function* () {
      const unknown = yield* newMessageId
      assert.strictEqual(
        (yield* Effect.flip(sendMessage(unknown))).message,
        `Message with messageId = ${unknown} was not found`
      )
      const messageId = yield* send({ type: "digital" })
      yield* relayAll
      assert.strictEqual(
        (yield* Effect.flip(sendMessage(messageId))).message,
        `Message with messageId = ${messageId} was not found`
      )
    }).pipe(Effect.provide(world()))
  )

  it.effect("refuses messages without a document (DPI-42, API-42, DPE-13)", () =>
    Effect.gen(function* () {
      for (const type of ["digital", "print", "innsynskrav", "publisering"] as const) {
        const { messageId } = yield* createMessage(draft({ type }))
        const error = yield* Effect.flip(sendMessage(messageId))
        assert.strictEqual(error.message, "There must always be at least one attachment")
      }
      assert.strictEqual(yield* queued, 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("takes an einnsyn_kvittering without documents (API-43)", () =>
    Effect.gen(function* () {
      yield* send({ type: "einnsyn_kvittering" })
      assert.strictEqual(yield* queued, 1)
    }).pipe(Effect.provide(world()))
  )

  it.effect("refuses a letter without its primary document (DPI-42, API-44)", () =>
    Effect.gen(function* () {
      const { messageId } = yield* createMessage(draft({ type: "digital" }))
      yield* attach(messageId, "vedlegg.pdf")
      const error = yield* Effect.flip(sendMessage(messageId))
      assert(error._tag === "ExchangeError" && error.reason._tag === "MissingPrimaryDocument")
      assert.strictEqual(yield* queued, 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("refuses a letter whose metadata are not there, and names them (DPI-43, API-45)", () =>
    Effect.gen(function* () {
      const metadataFiler = { "brev.pdf": "brev.xml", "borte.pdf": "borte.xml" }
      const body = { sikkerhetsnivaa: 3, hoveddokument: "brev.pdf", metadataFiler }
      const { messageId } = yield* createMessage(draft({ type: "digital", body }))
      yield* attach(messageId, "brev.pdf")
      const error = yield* Effect.flip(sendMessage(messageId))
      assert.strictEqual(error.message, "File(s) named brev.xml, borte.pdf, borte.xml was not found")
    }).pipe(Effect.provide(world()))
  )

  it.effect("gives up a message whose time ran out before it was sent (DPI-44, API-46, DPE-24)", () =>
    Effect.gen(function* () {
      const expires = DateTime.add(start, { minutes: 5 })
      const { messageId } = yield* createMessage(draft({ type: "digital", expires }))
      yield* attach(messageId, "brev.pdf")
      yield* TestClock.adjust("6 minutes")
      const error = yield* Effect.flip(sendMessage(messageId))
      assert.strictEqual(
        error.message,
        `ExpectedResponseDateTime ${SbdDateTime.format(expires)} has been exceeded. Please resend the message`
      )
      const { finished, messageStatuses } = yield* conversationOf(messageId)
      assert.isTrue(finished)
      assert.deepStrictEqual(
        messageStatuses.map(({ description, status }) => [status, description]),
        [
          ["OPPRETTET", undefined],
          ["LEVETID_UTLOPT", "Levetiden for meldingen er utgått. Må sendes på nytt"]
        ]
      )
      assert.isFalse(yield* isWaiting(messageId))
    }).pipe(Effect.provide(world()))
  )
})
