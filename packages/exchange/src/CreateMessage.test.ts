import { MemoryRegistry } from "@eformidling/adapter-memory/MemoryRegistry"
import { instant } from "@eformidling/domain/SbdDateTime"
import { expectedResponse } from "@eformidling/domain/StandardBusinessDocument"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { RecipientLookup } from "@eformidling/port-registry/RecipientLookup"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Option, Ref } from "effect"
import { TestClock } from "effect/testing"
import { createMessage } from "./CreateMessage.ts"
import type { ExchangeError } from "./ExchangeError.ts"
import { dpeDefaults, dpiDefaults } from "./ExchangeSettings.ts"
import {
  conversationOf,
  draft,
  isWaiting,
  newMessageId,
  own,
  relayAll,
  send,
  start,
  statusesOf,
  world
} from "./internal/world.test.support.ts"

const reasonOf = <A, E, R>(effect: Effect.Effect<A, E | ExchangeError, R>) =>
  Effect.map(Effect.flip(effect), (error) => {
    assert((error as ExchangeError)._tag === "ExchangeError")
    return (error as ExchangeError).reason
  })

describe("createMessage", () => {
  it.effect("stores the message and begins its conversation with OPPRETTET", () =>
    Effect.gen(function* () {
      const { messageId } = yield* createMessage(draft({ type: "digital" }))
      assert.isTrue(yield* isWaiting(messageId))
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET"])
      const conversation = yield* conversationOf(messageId)
      assert.strictEqual(conversation.serviceIdentifier, "DPI")
      assert.strictEqual(conversation.messageTitle, "")
    }).pipe(Effect.provide(world()))
  )

  it.effect("fills in sender, identifiers, time of creation and expiry (API-9, API-10, DPE-16)", () =>
    Effect.gen(function* () {
      const sbd = yield* createMessage(draft({ type: "innsynskrav" }))
      assert.strictEqual(sbd.sender, `0192:${own}`)
      assert.match(sbd.messageId, /^[0-9a-f]{8}-/)
      assert.match(sbd.conversationId, /^[0-9a-f]{8}-/)
      assert.strictEqual(
        instant(sbd.header.documentIdentification!.creationDateAndTime!).epochMilliseconds,
        start.epochMilliseconds
      )
      assert.deepStrictEqual(expectedResponse(sbd), Option.some(DateTime.add(start, { hours: 24 })))
    }).pipe(Effect.provide(world()))
  )

  it.effect("gives a message its channel's life (API-11)", () =>
    Effect.gen(function* () {
      const dpe = yield* createMessage(draft({ type: "innsynskrav" }))
      assert.deepStrictEqual(expectedResponse(dpe), Option.some(DateTime.add(start, { hours: 48 })))
      const dpi = yield* createMessage(draft({ type: "digital" }))
      assert.deepStrictEqual(expectedResponse(dpi), Option.some(DateTime.add(start, { hours: 24 })))
    }).pipe(
      Effect.provide(world({ channels: { DPI: dpiDefaults, DPE: { ...dpeDefaults, timeToLive: Duration.hours(48) } } }))
    )
  )

  it.effect("makes another organisation the one we send on behalf of (API-12, DPE-17)", () =>
    Effect.gen(function* () {
      const sbd = yield* createMessage(draft({ type: "publisering", sender: "0192:111111111" }))
      assert.strictEqual(sbd.sender, `0192:${own}:111111111`)
      const { senderIdentifier } = yield* conversationOf(sbd.messageId)
      assert.strictEqual(senderIdentifier, "111111111")
    }).pipe(Effect.provide(world()))
  )

  it.effect("refuses a messageId that waits to be sent (API-22, DPI-33)", () =>
    Effect.gen(function* () {
      const messageId = yield* newMessageId
      yield* createMessage(draft({ type: "digital", messageId }))
      const reason = yield* reasonOf(createMessage(draft({ type: "digital", messageId })))
      assert.strictEqual(reason.message, `Message with messageId = ${messageId} already exists`)
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("refuses a messageId that has been sent (API-22, DPI-33)", () =>
    Effect.gen(function* () {
      const messageId = yield* send({ type: "digital" })
      yield* relayAll
      assert.isFalse(yield* isWaiting(messageId))
      const reason = yield* reasonOf(createMessage(draft({ type: "digital", messageId })))
      assert.strictEqual(reason._tag, "MessageAlreadyExists")
    }).pipe(Effect.provide(world()))
  )

  it.effect("takes one of two messages that are created with the same messageId at once", () =>
    Effect.gen(function* () {
      const messageId = yield* newMessageId
      const create = Effect.result(createMessage(draft({ type: "digital", messageId })))
      const results = yield* Effect.all([create, create, create], { concurrency: "unbounded" })
      assert.strictEqual(results.filter(({ _tag }) => _tag === "Success").length, 1)
      assert.deepStrictEqual(yield* statusesOf(messageId), ["OPPRETTET"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("refuses a channel that is not switched on (API-25)", () =>
    Effect.gen(function* () {
      const messageId = yield* newMessageId
      const reason = yield* reasonOf(createMessage(draft({ type: "digital", messageId })))
      assert.strictEqual(reason.message, "Service DPI is not enabled")
      assert.isFalse(yield* isWaiting(messageId))
      assert.deepStrictEqual(yield* statusesOf(messageId), [])
    }).pipe(Effect.provide(world({ channels: { DPE: dpeDefaults } })))
  )

  it.effect("refuses a document type the receiver does not take, and says what was asked (API-26, DPI-107)", () =>
    Effect.gen(function* () {
      const standard = "urn:no:difi:digitalpost:xsd:annet::digital"
      const reason = yield* reasonOf(createMessage(draft({ type: "digital", standard })))
      assert(reason._tag === "ReceiverDoesNotAcceptProcess")
      assert.match(
        reason.description,
        /^Error looking up service record with document type '.*::digital' and parameters: SRParameter\(/
      )
    }).pipe(Effect.provide(world()))
  )

  it.effect("refuses a receiver the registry does not know (DPE-18)", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(createMessage(draft({ type: "publisering", receiver: "0192:999999999" })))
      assert(reason._tag === "ReceiverDoesNotAcceptProcess")
      assert.match(reason.description, /^Service record not found for parameters: SRParameter\(/)
    }).pipe(Effect.provide(world()))
  )

  it.effect("refuses a digital letter without receiver as one of no channel (API-27, DPI-31)", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(createMessage(draft({ type: "digital", receiver: null })))
      assert.strictEqual(reason.message, "Service UNKNOWN is not enabled")
    }).pipe(Effect.provide(world()))
  )

  it.effect("takes a print letter without receiver and does not ask the registry (API-18)", () =>
    Effect.gen(function* () {
      const sbd = yield* createMessage(draft({ type: "print", receiver: null }))
      assert.isUndefined(sbd.receiver)
      assert.deepStrictEqual(sbd.header.receiver, [])
      assert.strictEqual((yield* conversationOf(sbd.messageId)).serviceIdentifier, "DPI")
    }).pipe(
      Effect.provideService(RecipientLookup, { lookup: () => Effect.die("asked"), describe: () => "" }),
      Effect.provide(world())
    )
  )

  it.effect("refuses an expiry that has passed, and names the member (API-28)", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(createMessage(draft({ type: "digital", expires: start })))
      assert(reason._tag === "InvalidInput")
      assert.strictEqual(reason.violations[0]?.detail, "must be a future date")
      assert.match(reason.violations[0]?.field ?? "", /expectedResponseDateTime$/)
    }).pipe(Effect.provide(world()))
  )

  it.effect("refuses a type that contradicts the document type (API-23, DPE-14)", () =>
    Effect.gen(function* () {
      const standard = "urn:no:difi:einnsyn:xsd::innsynskrav"
      yield* (yield* MemoryRegistry).update((contents) => ({
        ...contents,
        recipients: Object.fromEntries(
          Object.entries(contents.recipients).map(([identifier, records]) => [
            identifier,
            records.map((record) => ({ ...record, documentTypes: [...record.documentTypes, standard] }))
          ])
        )
      }))
      const reason = yield* reasonOf(createMessage(draft({ type: "publisering", standard })))
      assert.strictEqual(reason.message, `Message type publisering does not match the document type ${standard}`)
    }).pipe(Effect.provide(world()))
  )

  it.effect("refuses eInnsyn messages that lack a member (DPE-15)", () =>
    Effect.gen(function* () {
      const lacking = [
        draft({ type: "publisering", body: {} }),
        draft({ type: "innsynskrav", body: { orgnr: own } }),
        draft({ type: "einnsyn_kvittering", body: { dokumentId: "1", status: "OK" } })
      ]
      const reasons = yield* Effect.forEach(lacking, (message) => reasonOf(createMessage(message)))
      assert.deepStrictEqual(
        reasons.map((reason) => (reason._tag === "InvalidInput" ? reason.violations[0]?.field : reason._tag)),
        ["publisering.orgnr", "innsynskrav.epost", "einnsyn_kvittering.referanseType"]
      )
    }).pipe(Effect.provide(world()))
  )

  it.effect("refuses a print letter without an address, and names what is missing (API-16)", () =>
    Effect.gen(function* () {
      const body = {
        hoveddokument: "brev.pdf",
        mottaker: { navn: "Kari", adresselinje1: "Utsikten 1", land: "Norway" }
      }
      const reason = yield* reasonOf(createMessage(draft({ type: "print", receiver: null, body })))
      assert(reason._tag === "MissingAddressInformation")
      assert.strictEqual(reason.field, "mottaker.postnummer/poststed/adresselinje1")
    }).pipe(Effect.provide(world()))
  )

  it.effect("says that the registry is away rather than that the receiver is unknown", () =>
    Effect.gen(function* () {
      yield* (yield* MemoryRegistry).setAvailable(false)
      const messageId = yield* newMessageId
      const reason = yield* reasonOf(createMessage(draft({ type: "digital", messageId })))
      assert.strictEqual(reason._tag, "RegistryFailed")
      assert.isFalse(yield* isWaiting(messageId))
    }).pipe(Effect.provide(world()))
  )

  it.effect("takes no message once the own certificate has expired", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime((yield* BusinessCertificate).notAfter.epochMilliseconds + 1)
      const reason = yield* reasonOf(createMessage(draft({ type: "digital" })))
      assert.strictEqual(reason.message, "NotAfter: 2028-01-01T00:00:00.000Z")
    }).pipe(Effect.provide(world()))
  )

  it.effect("takes messages while the registry cannot say which certificate is registered", () =>
    Effect.gen(function* () {
      const { messageId } = yield* createMessage(draft({ type: "publisering" }))
      assert.isTrue(yield* isWaiting(messageId))
    }).pipe(Effect.provide(world()))
  )

  it.effect("asks the registry for the security level of the letter", () =>
    Effect.gen(function* () {
      const recipients = yield* RecipientLookup
      const asked = yield* Ref.make<number | undefined>(undefined)
      yield* createMessage(draft({ type: "digital" })).pipe(
        Effect.provideService(RecipientLookup, {
          ...recipients,
          lookup: (query) => Effect.andThen(Ref.set(asked, query.securityLevel), recipients.lookup(query))
        })
      )
      assert.strictEqual(yield* Ref.get(asked), 3)
    }).pipe(Effect.provide(world()))
  )
})
