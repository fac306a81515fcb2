import { randomUUID } from "node:crypto"
import * as MemoryMessageReceiver from "@eformidling/adapter-memory/MemoryMessageReceiver"
import type { ConversationId } from "@eformidling/domain/ConversationId"
import type { DpiKvittering } from "@eformidling/domain/dpi/DpiKvittering"
import { Conversations } from "@eformidling/port-store/Conversations"
import { DeadLetters } from "@eformidling/port-store/DeadLetters"
import { Incoming } from "@eformidling/port-transport/Incoming"
import { MessageReceiver } from "@eformidling/port-transport/MessageReceiver"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Option } from "effect"
import {
  conversationOf,
  newConversationId,
  relayAll,
  send,
  start,
  statusesOf,
  world
} from "./internal/world.test.support.ts"
import { receive } from "./ReceiveMessage.ts"

const bytes = new TextEncoder().encode("dokumentpakke")

const kvittering = (conversationId: ConversationId, kvittering: DpiKvittering, raw: string = randomUUID()) =>
  receive("DPI")(
    Incoming.Kvittering({ conversationId, kvittering, raw, tidspunkt: DateTime.add(start, { minutes: 1 }) })
  )

describe("receive a receipt", () => {
  const letter = Effect.gen(function* () {
    const messageId = yield* send({ type: "digital" })
    yield* relayAll
    return yield* conversationOf(messageId)
  })

  it.effect("puts MOTTATT a second before LEVERT (DPI-81, API-67)", () =>
    Effect.gen(function* () {
      const { conversationId, messageId } = yield* letter
      yield* kvittering(conversationId, { _tag: "leveringskvittering" }, "raw.jws")
      const { messageStatuses, pollable } = yield* conversationOf(messageId)
      assert.deepStrictEqual(
        messageStatuses
          .slice(2)
          .map(({ lastUpdate, rawReceipt, status }) => [status, DateTime.formatIso(lastUpdate), rawReceipt]),
        [
          ["MOTTATT", "2026-03-25T11:39:22.000Z", undefined],
          ["LEVERT", "2026-03-25T11:39:23.000Z", "raw.jws"]
        ]
      )
      assert.isFalse(pollable)
    }).pipe(Effect.provide(world()))
  )

  it.effect("changes nothing when the same receipt comes again (DPI-83)", () =>
    Effect.gen(function* () {
      const { conversationId, messageId } = yield* letter
      yield* kvittering(conversationId, { _tag: "leveringskvittering" }, "raw.jws")
      yield* kvittering(conversationId, { _tag: "leveringskvittering" }, "raw.jws")
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT", "MOTTATT", "LEVERT"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("accepts a receipt about a letter we do not know (DPI-84, API-68)", () =>
    Effect.gen(function* () {
      const { messageId } = yield* letter
      yield* kvittering(yield* newConversationId, { _tag: "leveringskvittering" })
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT"])
      assert.strictEqual(yield* (yield* DeadLetters).size, 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("appends LEST to a letter that is finished (DPI-85)", () =>
    Effect.gen(function* () {
      const { conversationId, messageId } = yield* letter
      yield* kvittering(conversationId, { _tag: "leveringskvittering" })
      const { finished, pollable } = yield* conversationOf(messageId)
      assert.deepStrictEqual([finished, pollable], [true, false])
      yield* kvittering(conversationId, { _tag: "aapningskvittering" })
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT", "MOTTATT", "LEVERT", "LEST"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("keeps the first of two failures (DPI-86)", () =>
    Effect.gen(function* () {
      const { conversationId, messageId } = yield* letter
      yield* kvittering(conversationId, { _tag: "returpostkvittering" }, "first")
      yield* kvittering(conversationId, { _tag: "feil", feiltype: "KLIENT", detaljer: undefined }, "second")
      const failures = (yield* conversationOf(messageId)).messageStatuses.filter(({ status }) => status === "FEIL")
      assert.deepStrictEqual(
        failures.map(({ rawReceipt }) => rawReceipt),
        ["first"]
      )
    }).pipe(Effect.provide(world()))
  )

  it.effect("registers every kind of receipt with its text and time (API-69)", () =>
    Effect.gen(function* () {
      const kinds: ReadonlyArray<readonly [DpiKvittering, string]> = [
        [{ _tag: "leveringskvittering" }, "LEVERT"],
        [{ _tag: "aapningskvittering" }, "LEST"],
        [{ _tag: "varslingfeiletkvittering", varslingskanal: "epost", beskrivelse: undefined }, "FEIL"],
        [{ _tag: "mottakskvittering" }, "LEVERT"],
        [{ _tag: "returpostkvittering" }, "FEIL"],
        [{ _tag: "feil", feiltype: "SERVER", detaljer: undefined }, "FEIL"],
        [{ _tag: "ukjent", type: "flyttet" }, "ANNET"]
      ]
      for (const [kind, status] of kinds) {
        const { conversationId, messageId } = yield* letter
        yield* kvittering(conversationId, kind)
        const last = (yield* conversationOf(messageId)).messageStatuses.at(-1)
        assert.strictEqual(last?.status, status)
        assert.isNotEmpty(last?.description)
        assert.strictEqual(last?.lastUpdate.epochMilliseconds, start.epochMilliseconds + 60_000)
      }
    }).pipe(Effect.provide(world()))
  )

  it.effect("gives each of two letters of one conversation its own receipt, and a repeated one to neither", () =>
    Effect.gen(function* () {
      const conversationId = yield* newConversationId
      const older = yield* send({ type: "digital", conversationId })
      const newer = yield* send({ type: "digital", conversationId })
      yield* relayAll
      yield* kvittering(conversationId, { _tag: "leveringskvittering" }, "one")
      yield* kvittering(conversationId, { _tag: "leveringskvittering" }, "one")
      assert.isTrue((yield* conversationOf(newer)).finished)
      assert.isFalse((yield* conversationOf(older)).finished)
      yield* kvittering(conversationId, { _tag: "leveringskvittering" }, "two")
      assert.isTrue((yield* conversationOf(older)).finished)
    }).pipe(Effect.provide(world()))
  )

  it.effect("delivers a letter that had run out of time when its receipt comes after all", () =>
    Effect.gen(function* () {
      const { conversationId, id, messageId } = yield* letter
      yield* (yield* Conversations).register(id, [{ status: "LEVETID_UTLOPT", at: start }])
      yield* kvittering(conversationId, { _tag: "leveringskvittering" })
      assert.deepStrictEqual(yield* statusesOf(messageId), [
        "OPPRETTET",
        "SENDT",
        "LEVETID_UTLOPT",
        "MOTTATT",
        "LEVERT"
      ])
    }).pipe(Effect.provide(world()))
  )

  it.effect("keeps what cannot be read as one dead letter, and handles the others (DPI-91)", () =>
    Effect.gen(function* () {
      const { conversationId, messageId } = yield* letter
      const unreadable = Incoming.Uleselig({
        source: "dpi-kvittering",
        key: "17",
        reason: "BadSignature",
        description: "the signature does not verify",
        body: bytes
      })
      const receiver = yield* MessageReceiver
      const queue = yield* MemoryMessageReceiver.IncomingQueue
      const levert = Incoming.Kvittering({
        conversationId,
        kvittering: { _tag: "leveringskvittering" },
        raw: "1",
        tidspunkt: undefined
      })
      const lest = Incoming.Kvittering({ ...levert, kvittering: { _tag: "aapningskvittering" }, raw: "2" })
      yield* Effect.forEach([levert, unreadable, unreadable, lest], queue.deliver)
      yield* Effect.forEach([1, 2, 3, 4], () => receiver.take(receive("DPI")))
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET", "SENDT", "MOTTATT", "LEVERT", "LEST"])
      const deadLetters = yield* DeadLetters
      assert.strictEqual(yield* deadLetters.size, 1)
      assert.strictEqual(Option.getOrThrow(yield* deadLetters.get("dpi-kvittering", "17")).reason, "BadSignature")
      assert.strictEqual(yield* queue.size, 0)
    }).pipe(
      Effect.provide([world(), MemoryMessageReceiver.layer({ redeliveryDelay: "5 seconds", keepsDeadLetters: false })])
    )
  )
})
