/**
 * A broker, the registry and the channel of one organisation, for tests.
 */
import { createHash, randomUUID } from "node:crypto"
import { crc32 } from "node:zlib"
import * as MemoryDokumentpakke from "@eformidling/adapter-memory/MemoryDokumentpakke"
import * as MemoryRecipientLookup from "@eformidling/adapter-memory/MemoryRecipientLookup"
import * as MemoryRegistry from "@eformidling/adapter-memory/MemoryRegistry"
import * as MemoryServiceBusKeyLookup from "@eformidling/adapter-memory/MemoryServiceBusKeyLookup"
import { MessageId } from "@eformidling/domain/MessageId"
import { decodeReceived } from "@eformidling/domain/StandardBusinessDocument"
import type { ServiceRecord } from "@eformidling/port-registry/ServiceRecord"
import type { Outgoing, OutgoingDocument } from "@eformidling/port-transport/MessageSender"
import { Broker, layer as brokerLayer } from "@eformidling/servicebus-broker/Broker"
import type { BrokerOptions } from "@eformidling/servicebus-broker/Broker"
import { Context, Duration, Effect, Layer, Result, Stream } from "effect"
import * as ServiceBusChannel from "../ServiceBusChannel.ts"
import type { ServiceBusSettings } from "../ServiceBusSettings.ts"
import * as GateOf from "./gate.testing.ts"

export const keyName = "RootManageSharedAccessKey"
export const rightKey = "the right key"

export const kommune = "910077473"
export const einnsyn = "991825827"

export const urn = {
  innsynskrav: ["urn:no:difi:profile:einnsyn:innsynskrav:ver1.0", "urn:no:difi:einnsyn:xsd::innsynskrav"],
  publisering: ["urn:no:difi:profile:einnsyn:journalpost:ver1.0", "urn:no:difi:einnsyn:xsd::publisering"],
  einnsyn_kvittering: ["urn:no:difi:profile:einnsyn:response:ver1.0", "urn:no:difi:einnsyn:xsd::einnsyn_kvittering"],
  status: ["urn:no:difi:profile:einnsyn:response:ver1.0", "urn:no:difi:eformidling:xsd::status"]
} as const

export type Type = keyof typeof urn

const bodies: Record<Type, unknown> = {
  innsynskrav: { orgnr: kommune, epost: "innsyn@example.no" },
  publisering: { orgnr: kommune },
  einnsyn_kvittering: { dokumentId: "1", status: "publisert", referanseType: "publisering" },
  status: { status: "MOTTATT" }
}

const party = (value: string) => [{ identifier: { value, authority: "iso6523-actorid-upis" } }]

export interface Options {
  readonly type: Type
  readonly sender?: string
  readonly receiver?: string
  readonly messageId?: string
  readonly body?: unknown
}

/** An SBD as JSON. */
export const json = ({
  body,
  messageId = randomUUID(),
  receiver = `0192:${einnsyn}`,
  sender = `0192:${kommune}`,
  type
}: Options) => ({
  standardBusinessDocumentHeader: {
    headerVersion: "1.0",
    sender: party(sender),
    receiver: party(receiver),
    documentIdentification: { standard: urn[type][1], typeVersion: "2.0", instanceIdentifier: messageId, type },
    businessScope: {
      scope: [{ type: "ConversationId", instanceIdentifier: messageId, identifier: urn[type][0] }]
    }
  },
  [type]: body ?? bodies[type]
})

export const sbd = (options: Options) => Result.getOrThrow(decodeReceived(json(options)))

export const documentOf = (filename: string, content: Uint8Array): OutgoingDocument => ({
  filename,
  mimeType: "application/octet-stream",
  title: undefined,
  size: content.length,
  sha256: new Uint8Array(createHash("sha256").update(content).digest()),
  crc32: crc32(content),
  content: Stream.make(content.subarray(0, 10), content.subarray(10))
})

/** A message ready to be sent. */
export const outgoing = (options: Options, documents: ReadonlyArray<OutgoingDocument> = []): Effect.Effect<Outgoing> =>
  Effect.sync(() => {
    const messageId = MessageId.make(options.messageId ?? randomUUID())
    return { messageId, sbd: sbd({ ...options, messageId }), documents, attempt: 1, mayHaveArrived: false }
  })

export const record = (type: Type, endpointUrl: string, pemCertificate = "own"): ServiceRecord => ({
  organisationNumber: einnsyn,
  pemCertificate,
  process: urn[type][0],
  documentTypes: [urn[type][1]],
  service: { identifier: "DPE", endpointUrl, securityLevel: null },
  orgnrPostkasse: null,
  postkasseAdresse: null,
  mobilnummer: null,
  epostAdresse: null,
  kanVarsles: false,
  fysiskPost: false,
  spraak: null
})

export const records = [
  record("publisering", "data"),
  record("innsynskrav", "innsyn"),
  record("einnsyn_kvittering", "")
]

export const registry = MemoryRegistry.layer({
  recipients: { [kommune]: records, [einnsyn]: records },
  certificates: {},
  serviceBusKey: rightKey
})

/** Lookups that ask the {@link MemoryRegistry.MemoryRegistry} each time. */
export const lookups = Layer.merge(MemoryRecipientLookup.layer, MemoryServiceBusKeyLookup.layer)

export const broker = (options: BrokerOptions = {}) =>
  brokerLayer({
    keyName,
    key: rightKey,
    createOnFirstUse: true,
    maxMessageSize: 2 ** 20,
    restPort: false,
    ...options
  })

export class Gate extends Context.Service<Gate, GateOf.Gate>()("@eformidling/adapter-dpe-servicebus/testing/Gate") {}

export const gate = Layer.effect(
  Gate,
  Effect.gen(function* () {
    return yield* GateOf.make(yield* Broker)
  })
)

/** The settings of the municipality, which reads `innsyn`. */
export const settings = (host: string, overrides: Partial<ServiceBusSettings> = {}): ServiceBusSettings => ({
  host,
  keyName,
  plainTcp: true,
  webSockets: false,
  organisasjonsnummer: kommune,
  mode: "innsyn",
  receiptQueue: undefined,
  concurrency: 50,
  timeout: Duration.seconds(1),
  redeliveryDelay: Duration.millis(10),
  keyTransport: "pkcs1",
  ...overrides
})

/** The channel of the municipality behind a gate; the queues are there from the first use. */
export const channel = (overrides: Partial<ServiceBusSettings> = {}) =>
  Layer.unwrap(Effect.map(Gate, ({ host }) => ServiceBusChannel.layer(settings(host, overrides))))

/** Everything, with dokumentpakker in the clear. */
export const world = (overrides: Partial<ServiceBusSettings> = {}, options: BrokerOptions = {}) =>
  channel(overrides).pipe(
    Layer.provideMerge(Layer.mergeAll(gate, lookups, MemoryDokumentpakke.layer("own"))),
    Layer.provideMerge(Layer.mergeAll(broker(options), registry))
  )

/** Broker, registry and dokumentpakker, for a channel of the test's own. */
export const surroundings = (options: BrokerOptions = {}) =>
  Layer.mergeAll(lookups, MemoryDokumentpakke.layer("own")).pipe(
    Layer.provideMerge(Layer.mergeAll(broker(options), registry))
  )
