/**
 * An organisation's exchange on the memory adapters, for tests.
 */
import { randomUUID } from "node:crypto"
import * as MemoryDokumentpakke from "@eformidling/adapter-memory/MemoryDokumentpakke"
import * as MemoryCertificateLookup from "@eformidling/adapter-memory/MemoryCertificateLookup"
import * as MemoryMessageSender from "@eformidling/adapter-memory/MemoryMessageSender"
import * as MemoryRecipientLookup from "@eformidling/adapter-memory/MemoryRecipientLookup"
import * as MemoryRegistry from "@eformidling/adapter-memory/MemoryRegistry"
import * as MemoryStatusSource from "@eformidling/adapter-memory/MemoryStatusSource"
import * as MemoryStore from "@eformidling/adapter-memory/MemoryStore"
import { ConversationId } from "@eformidling/domain/ConversationId"
import type { Direction } from "@eformidling/domain/Direction"
import { MessageId } from "@eformidling/domain/MessageId"
import type { MessageStatus } from "@eformidling/domain/MessageStatus"
import { Organisasjonsnummer } from "@eformidling/domain/Organisasjonsnummer"
import * as SbdDateTime from "@eformidling/domain/SbdDateTime"
import { decode, decodeReceived, type Draft } from "@eformidling/domain/StandardBusinessDocument"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import type { ServiceRecord } from "@eformidling/port-registry/ServiceRecord"
import { Conversations } from "@eformidling/port-store/Conversations"
import { OutMessages } from "@eformidling/port-store/OutMessages"
import { MessageSender } from "@eformidling/port-transport/MessageSender"
import { StatusSource } from "@eformidling/port-transport/StatusSource"
import { DateTime, Effect, Fiber, Layer, Option, Redacted, Result, Stream } from "effect"
import { TestClock } from "effect/testing"
import { attachDocument } from "../AttachDocument.ts"
import { Channels } from "../Channels.ts"
import { createMessage } from "../CreateMessage.ts"
import * as ExchangeSettings from "../ExchangeSettings.ts"
import { relayOnce } from "../RelayOutbox.ts"
import { sendMessage } from "../SendMessage.ts"
import * as StatusRegistered from "../StatusRegistered.ts"

export const own = Organisasjonsnummer.make("910077473")
export const einnsyn = "991825827"
export const citizen = "06068700602"

export const start = DateTime.makeUnsafe("2026-03-25T11:38:23Z")

const urn = {
  digital: ["urn:no:difi:profile:digitalpost:info:ver1.0", "urn:no:difi:digitalpost:xsd:digital::digital"],
  print: ["urn:no:difi:profile:digitalpost:info:ver1.0", "urn:no:difi:digitalpost:xsd:fysisk::print"],
  innsynskrav: ["urn:no:difi:profile:einnsyn:innsynskrav:ver1.0", "urn:no:difi:einnsyn:xsd::innsynskrav"],
  publisering: ["urn:no:difi:profile:einnsyn:journalpost:ver1.0", "urn:no:difi:einnsyn:xsd::publisering"],
  einnsyn_kvittering: ["urn:no:difi:profile:einnsyn:response:ver1.0", "urn:no:difi:einnsyn:xsd::einnsyn_kvittering"],
  status: ["urn:no:difi:profile:einnsyn:response:ver1.0", "urn:no:difi:eformidling:xsd::status"]
} as const

export type Type = keyof typeof urn

const bodies: Record<Type, unknown> = {
  digital: {
    sikkerhetsnivaa: 3,
    hoveddokument: "brev.pdf",
    tittel: "Vedtak",
    spraak: "nb",
    digitalPostInfo: { virkningsdato: "2026-03-25", aapningskvittering: false }
  },
  print: {
    hoveddokument: "brev.pdf",
    mottaker: { navn: "Kari Nordmann", adresselinje1: "Utsikten 1", postnummer: "2900", poststed: "FJELLHEIMEN" },
    retur: {
      mottaker: { navn: "Kommunen", adresselinje1: "Torget 1", postnummer: "0001", poststed: "OSLO" },
      returhaandtering: "DIREKTE_RETUR"
    }
  },
  innsynskrav: { orgnr: own, epost: "innsyn@example.no" },
  publisering: { orgnr: own },
  einnsyn_kvittering: { dokumentId: "1", status: "OK", referanseType: "publisering" },
  status: { status: "MOTTATT" }
}

export interface Options {
  readonly type: Type
  readonly messageId?: string | undefined
  readonly conversationId?: string | undefined
  readonly sender?: string | undefined
  /** Null for none. */
  readonly receiver?: string | null | undefined
  readonly expires?: DateTime.Utc | undefined
  readonly body?: unknown
  readonly standard?: string | undefined
}

const party = (value: string) => [{ identifier: { value, authority: "iso6523-actorid-upis" } }]

/** A message as JSON; what is not given is left out or usual. */
export const json = ({ body, conversationId, expires, messageId, receiver, sender, standard, type }: Options) => ({
  standardBusinessDocumentHeader: {
    headerVersion: "1.0",
    sender: sender === undefined ? undefined : party(sender),
    receiver:
      receiver === null
        ? []
        : party(receiver ?? (type === "digital" || type === "print" ? citizen : `0192:${einnsyn}`)),
    documentIdentification: {
      standard: standard ?? urn[type][1],
      typeVersion: "1.0",
      instanceIdentifier: messageId,
      type
    },
    businessScope: {
      scope: [
        {
          type: "ConversationId",
          instanceIdentifier: conversationId,
          identifier: urn[type][0],
          scopeInformation:
            expires === undefined ? undefined : [{ expectedResponseDateTime: SbdDateTime.format(expires) }]
        }
      ]
    }
  },
  [type]: body ?? bodies[type]
})

const withoutAbsent = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** A message as a business system hands it in. */
export const draft = (options: Options): Draft => Result.getOrThrow(decode(withoutAbsent(json(options))))

/** A message as it comes from another organisation. */
export const received = (options: Options) =>
  Result.getOrThrow(
    decodeReceived(
      withoutAbsent(
        json({
          sender: `0192:${einnsyn}`,
          receiver: `0192:${own}`,
          messageId: randomUUID(),
          conversationId: randomUUID(),
          ...options
        })
      )
    )
  )

const record = (type: Type, overrides: Partial<ServiceRecord> = {}): ServiceRecord => ({
  organisationNumber: einnsyn,
  pemCertificate: "",
  process: urn[type][0],
  documentTypes: [urn[type][1]],
  service: {
    identifier: type === "digital" || type === "print" ? "DPI" : "DPE",
    endpointUrl: "data",
    securityLevel: null
  },
  orgnrPostkasse: "984661185",
  postkasseAdresse: "kari.nordmann#1234",
  mobilnummer: null,
  epostAdresse: null,
  kanVarsles: false,
  fysiskPost: type === "print",
  spraak: null,
  ...overrides
})

const organisation = [record("innsynskrav"), record("publisering"), record("einnsyn_kvittering")]

export const contents: MemoryRegistry.Contents = {
  recipients: { [citizen]: [record("digital"), record("print")], [einnsyn]: organisation, [own]: organisation },
  certificates: {}
}

export const certificate = Layer.succeed(BusinessCertificate, {
  organisasjonsnummer: Option.some<string>(own),
  chain: [new Uint8Array([1])],
  privateKey: Redacted.make("not a key"),
  notBefore: DateTime.makeUnsafe("2025-01-01T00:00:00Z"),
  notAfter: DateTime.makeUnsafe("2028-01-01T00:00:00Z"),
  serialNumber: "4711",
  subject: "CN=test"
})

const channels = Layer.effect(
  Channels,
  Effect.gen(function* () {
    const sender = yield* MessageSender
    const statuses = yield* StatusSource
    return Channels.of({ DPI: { sender, statuses }, DPE: { sender } })
  })
)

/** What is there besides the store, which may be another's. */
export const around = (overrides: Partial<ExchangeSettings.Settings> = {}) =>
  Layer.mergeAll(
    Layer.mergeAll(MemoryRecipientLookup.layer, MemoryCertificateLookup.layer).pipe(
      Layer.provideMerge(MemoryRegistry.layer(contents))
    ),
    channels.pipe(Layer.provideMerge(Layer.mergeAll(MemoryMessageSender.layer, MemoryStatusSource.layer))),
    MemoryDokumentpakke.layer("own"),
    certificate,
    ExchangeSettings.layer({ ...ExchangeSettings.defaults(own), ...overrides }),
    StatusRegistered.layer,
    Layer.effectDiscard(TestClock.setTime(start.epochMilliseconds))
  )

/** A whole exchange, empty, in March 2026. */
export const world = (overrides: Partial<ExchangeSettings.Settings> = {}) =>
  Layer.mergeAll(MemoryStore.layer, around(overrides))

export const newMessageId = Effect.sync(() => MessageId.make(randomUUID()))
export const newConversationId = Effect.sync(() => ConversationId.make(randomUUID()))

export const text = (content: string) => Stream.make(new TextEncoder().encode(content))

/** Uploads a small file. */
export const attach = (messageId: MessageId, filename: string, title: string | undefined = filename) =>
  attachDocument(messageId, { filename, mimeType: "application/pdf", title, content: text(filename) })

/** Creates, uploads `brev.pdf` and asks for it to be sent. */
export const send = Effect.fnUntraced(function* (options: Options) {
  const { messageId } = yield* createMessage(draft(options))
  if (options.type !== "einnsyn_kvittering" && options.type !== "status") yield* attach(messageId, "brev.pdf")
  yield* sendMessage(messageId)
  return messageId
})

/** Relays until nothing is due. */
export const relayAll: Effect.Effect<
  void,
  Effect.Error<ReturnType<typeof relayOnce>>,
  Effect.Services<ReturnType<typeof relayOnce>>
> = Effect.asVoid(Effect.repeat(Effect.suspend(relayOnce), { while: (count) => count > 0 }))

/** Runs an effect and lets time pass until it has ended. */
export const driven = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const fiber = yield* Effect.forkChild(effect, { startImmediately: true })
  while (fiber.pollUnsafe() === undefined) yield* Effect.andThen(TestClock.adjust("100 millis"), Effect.yieldNow)
  return yield* Fiber.join(fiber)
})

/** Waits, without letting time pass, until other fibers have brought something about. */
export const eventually = <E, R>(check: Effect.Effect<boolean, E, R>) =>
  Effect.asVoid(Effect.repeat(Effect.andThen(Effect.yieldNow, check), { until: (holds) => holds }))

/** Names of the statuses a message has had, in the order of registration. */
export const statusesOf = Effect.fnUntraced(function* (messageId: MessageId, direction: Direction = "OUTGOING") {
  const conversation = yield* (yield* Conversations).byMessageId(messageId, direction)
  return Option.match(conversation, {
    onNone: (): ReadonlyArray<MessageStatus> => [],
    onSome: ({ messageStatuses }) => messageStatuses.map(({ status }) => status)
  })
})

export const conversationOf = Effect.fnUntraced(function* (messageId: MessageId, direction: Direction = "OUTGOING") {
  return Option.getOrThrow(yield* (yield* Conversations).byMessageId(messageId, direction))
})

export const isWaiting = Effect.fnUntraced(function* (messageId: MessageId) {
  return Option.isSome(yield* (yield* OutMessages).get(messageId))
})
