import { Meldingsformidler } from "@eformidling/adapter-memory/MemoryMessageSender"
import { DokumentpakkeSealer } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import { Documents } from "@eformidling/port-store/Documents"
import { Inbox } from "@eformidling/port-store/Inbox"
import { Outbox } from "@eformidling/port-store/Outbox"
import { StoreDamaged, StoreError, StoreUnavailable } from "@eformidling/port-store/StoreError"
import { Incoming } from "@eformidling/port-transport/Incoming"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Option, Stream } from "effect"
import { TestClock } from "effect/testing"
import { deleteInMessage } from "./DeleteInMessage.ts"
import {
  conversationOf,
  einnsyn,
  newMessageId,
  own,
  received,
  relayAll,
  statusesOf,
  text,
  type Type,
  world
} from "./internal/world.test.support.ts"
import { peekMessage } from "./PeekMessage.ts"
import { popMessage } from "./PopMessage.ts"
import { receive } from "./ReceiveMessage.ts"
import { unlockMessages } from "./UnlockMessages.ts"

/** A package with one document, sealed for whom the certificate names. */
const sealed = (recipientCertificate: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { content } = yield* (yield* DokumentpakkeSealer).seal({
        flavour: "dpe",
        sender: `0192:${einnsyn}`,
        receiver: `0192:${own}`,
        documents: [{ filename: "order.xml", mimeType: "text/xml", content: () => text("<order/>") }],
        recipientCertificate
      })
      return yield* Stream.mkUint8Array(content)
    })
  )

const arrive = Effect.fnUntraced(function* (dokumentpakke: Uint8Array | undefined, type: Type = "innsynskrav") {
  const sbd = received({ type })
  yield* receive("DPE")(Incoming.Melding({ sbd, dokumentpakke }))
  return sbd.messageId
})

const arriveAndPeek = Effect.fnUntraced(function* (dokumentpakke: Uint8Array | undefined, type?: Type) {
  const messageId = yield* arrive(dokumentpakke, type)
  yield* peekMessage({ messageId })
  return messageId
})

const popBytes = (messageId: Effect.Success<typeof newMessageId>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const popped = yield* popMessage(messageId)
      return Option.isNone(popped) ? undefined : Buffer.from(yield* Stream.mkUint8Array(popped.value.content))
    })
  )

const inboxSize = Effect.flatMap(Inbox, ({ size }) => size)

describe("the incoming messages", () => {
  it.effect("are peeked, popped and deleted, and the sender hears MOTTATT and LEVERT (API-55, DPE-34, DPE-35)", () =>
    Effect.gen(function* () {
      const pakke = yield* sealed("own")
      const messageId = yield* arrive(pakke)
      const peeked = Option.getOrThrow(yield* peekMessage({}))
      assert.strictEqual(peeked.messageId, messageId)
      assert.deepStrictEqual(yield* popBytes(messageId), Buffer.from(pakke))
      assert.strictEqual(yield* (yield* Outbox).size, 1)
      const deleted = yield* deleteInMessage(messageId)
      assert.strictEqual(deleted.messageId, messageId)
      assert.deepStrictEqual(yield* statusesOf(messageId, "INCOMING"), [
        "OPPRETTET",
        "INNKOMMENDE_MOTTATT",
        "INNKOMMENDE_LEVERT"
      ])
      assert.isTrue((yield* conversationOf(messageId, "INCOMING")).finished)
      yield* relayAll
      const handed = yield* (yield* Meldingsformidler).copiesOf(messageId)
      assert.deepStrictEqual(
        handed.map(({ outgoing }) => outgoing.sbd.message.body),
        [{ status: "MOTTATT" }, { status: "LEVERT" }]
      )
      assert.strictEqual(yield* inboxSize, 0)
      const documents = yield* Documents
      assert.strictEqual(yield* documents.sweep(DateTime.add(yield* DateTime.now, { days: 1 })), 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("are none when nothing has come (API-57)", () =>
    Effect.gen(function* () {
      assert.isTrue(Option.isNone(yield* peekMessage({})))
    }).pipe(Effect.provide(world()))
  )

  it.effect("come back after the lock has ended and has been cleared, after the others (API-58, DPE-66)", () =>
    Effect.gen(function* () {
      const first = yield* arriveAndPeek(undefined)
      assert.isTrue(Option.isNone(yield* peekMessage({})))
      yield* TestClock.adjust("4 minutes")
      const second = yield* arrive(undefined)
      assert.strictEqual(yield* unlockMessages(), 0)
      yield* TestClock.adjust("61 seconds")
      assert.strictEqual(yield* unlockMessages(), 1)
      assert.strictEqual(Option.getOrThrow(yield* peekMessage({})).messageId, second)
      assert.strictEqual(Option.getOrThrow(yield* peekMessage({})).messageId, first)
    }).pipe(Effect.provide(world()))
  )

  it.effect("are never given to two who peek at once (API-59, DPE-64)", () =>
    Effect.gen(function* () {
      const arrived = yield* Effect.forEach([1, 2, 3, 4, 5], () => arrive(undefined))
      const peeked = yield* Effect.replicateEffect(peekMessage({}), 20, { concurrency: "unbounded" })
      const ids = peeked.flatMap((found) => (Option.isSome(found) ? [found.value.messageId] : []))
      assert.deepStrictEqual(ids.sort(), [...arrived].sort())
    }).pipe(Effect.provide(world()))
  )

  it.effect("are filtered, all filters together (API-60, DPE-65)", () =>
    Effect.gen(function* () {
      const krav = yield* arrive(undefined)
      const kvittering = yield* arrive(undefined, "einnsyn_kvittering")
      const process = "urn:no:difi:profile:einnsyn:response:ver1.0"
      assert.isTrue(Option.isNone(yield* peekMessage({ serviceIdentifier: "DPE", process, messageId: krav })))
      const found = yield* peekMessage({ serviceIdentifier: "DPE", process, senderIdentifier: einnsyn })
      assert.strictEqual(Option.getOrThrow(found).messageId, kvittering)
    }).pipe(Effect.provide(world()))
  )

  it.effect("must be peeked before they are popped or deleted (API-61, DPE-67)", () =>
    Effect.gen(function* () {
      const messageId = yield* arrive(undefined)
      const popped = yield* Effect.flip(popBytes(messageId))
      assert.strictEqual(popped.message, `Message with messageId = ${messageId} was not locked`)
      const deleted = yield* Effect.flip(deleteInMessage(messageId))
      assert.strictEqual(deleted.message, `Message with messageId = ${messageId} was not locked`)
      const unknown = yield* newMessageId
      const missing = yield* Effect.flip(deleteInMessage(unknown))
      assert.strictEqual(missing.message, `Message with messageId = ${unknown} was not found`)
      assert.strictEqual(yield* inboxSize, 1)
    }).pipe(Effect.provide(world()))
  )

  it.effect("have nothing to pop when they are kvitteringer or came without a package (API-62)", () =>
    Effect.gen(function* () {
      const kvittering = yield* arriveAndPeek(yield* sealed("own"), "einnsyn_kvittering")
      assert.isUndefined(yield* popBytes(kvittering))
      const bare = yield* arriveAndPeek(undefined)
      assert.isUndefined(yield* popBytes(bare))
      assert.strictEqual(yield* inboxSize, 2)
    }).pipe(Effect.provide(world()))
  )

  it.effect("can be popped again and again while they are locked (API-63)", () =>
    Effect.gen(function* () {
      const pakke = yield* sealed("own")
      const messageId = yield* arriveAndPeek(pakke)
      assert.deepStrictEqual(yield* popBytes(messageId), Buffer.from(pakke))
      assert.deepStrictEqual(yield* popBytes(messageId), Buffer.from(pakke))
      assert.deepStrictEqual(yield* statusesOf(messageId, "INCOMING"), ["OPPRETTET", "INNKOMMENDE_MOTTATT"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("stay when their package was sealed for another (DPE-54)", () =>
    Effect.gen(function* () {
      const messageId = yield* arriveAndPeek(yield* sealed("another"))
      assert.isUndefined(yield* popBytes(messageId))
      assert.strictEqual(yield* inboxSize, 1)
      assert.deepStrictEqual(yield* statusesOf(messageId, "INCOMING"), ["OPPRETTET", "INNKOMMENDE_MOTTATT"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("are given up when their package is gone (DPE-68)", () =>
    Effect.gen(function* () {
      const messageId = yield* arriveAndPeek(yield* sealed("own"))
      const { documentKey } = Option.getOrThrow(yield* (yield* Inbox).get(messageId))
      yield* (yield* Documents).remove(documentKey!)
      const error = yield* Effect.flip(popBytes(messageId))
      assert.strictEqual(error.message, "File(s) named asic.zip was not found")
      const failed = (yield* conversationOf(messageId, "INCOMING")).messageStatuses.at(-1)
      assert.strictEqual(failed?.status, "FEIL")
      assert.strictEqual(
        failed?.description,
        `Can not read file "asic.zip" for message [messageId=${messageId}, sender=${einnsyn}], removing from queue.`
      )
      assert.strictEqual(yield* inboxSize, 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("are given up when the store cannot read their package (API-64)", () =>
    Effect.gen(function* () {
      const messageId = yield* arriveAndPeek(yield* sealed("own"))
      const documents = yield* Documents
      const damaged = new StoreError({ reason: new StoreDamaged({ operation: "read", detail: "the key has changed" }) })
      const error = yield* popBytes(messageId).pipe(
        Effect.flip,
        Effect.provideService(Documents, { ...documents, read: () => Stream.fail(damaged) })
      )
      assert(error._tag === "ExchangeError" && error.reason._tag === "PackageDamaged")
      assert.deepStrictEqual(yield* statusesOf(messageId, "INCOMING"), ["OPPRETTET", "INNKOMMENDE_MOTTATT", "FEIL"])
      assert.strictEqual(yield* inboxSize, 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("stay while the store is away", () =>
    Effect.gen(function* () {
      const messageId = yield* arriveAndPeek(yield* sealed("own"))
      const documents = yield* Documents
      const away = new StoreError({ reason: new StoreUnavailable({ operation: "read" }) })
      const error = yield* popBytes(messageId).pipe(
        Effect.flip,
        Effect.provideService(Documents, { ...documents, read: () => Stream.fail(away) })
      )
      assert.strictEqual(error._tag, "StoreError")
      assert.strictEqual(yield* inboxSize, 1)
      assert.isDefined(yield* popBytes(messageId))
    }).pipe(Effect.provide(world()))
  )
})
