/**
 * Whole integrasjonspunkt over one broker: use cases, a store that outlives them, and the Service Bus channel.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { generateKeyPairSync } from "node:crypto"
import * as MemoryCertificateLookup from "@eformidling/adapter-memory/MemoryCertificateLookup"
import * as MemoryDokumentpakke from "@eformidling/adapter-memory/MemoryDokumentpakke"
import * as MemoryRegistry from "@eformidling/adapter-memory/MemoryRegistry"
import * as SqliteStore from "@eformidling/adapter-store-sql/SqliteStore"
import type { MessageId } from "@eformidling/domain/MessageId"
import type { MessageStatus } from "@eformidling/domain/MessageStatus"
import { Organisasjonsnummer } from "@eformidling/domain/Organisasjonsnummer"
import { decode } from "@eformidling/domain/StandardBusinessDocument"
import { attachDocument } from "@eformidling/exchange/AttachDocument"
import { Channels } from "@eformidling/exchange/Channels"
import { createMessage } from "@eformidling/exchange/CreateMessage"
import { deleteInMessage } from "@eformidling/exchange/DeleteInMessage"
import * as ExchangeSettings from "@eformidling/exchange/ExchangeSettings"
import { peekMessage } from "@eformidling/exchange/PeekMessage"
import { receiveForever } from "@eformidling/exchange/ReceiveMessage"
import { relayForever } from "@eformidling/exchange/RelayOutbox"
import { sendMessage } from "@eformidling/exchange/SendMessage"
import * as StatusRegistered from "@eformidling/exchange/StatusRegistered"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { Conversations } from "@eformidling/port-store/Conversations"
import type { Store } from "@eformidling/port-store/Store"
import { MessageReceiver } from "@eformidling/port-transport/MessageReceiver"
import { MessageSender } from "@eformidling/port-transport/MessageSender"
import { DateTime, Duration, Effect, Layer, Option, Redacted, Result, Stream } from "effect"
import * as ServiceBusChannel from "../ServiceBusChannel.ts"
import { json, lookups, type Options, settings } from "./world.testing.ts"

const privateKey = Redacted.make(
  generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }).toString()
)

const certificate = Layer.succeed(BusinessCertificate, {
  organisasjonsnummer: Option.none<string>(),
  chain: [new Uint8Array()] as const,
  privateKey,
  notBefore: DateTime.makeUnsafe("2000-01-01T00:00:00Z"),
  notAfter: DateTime.makeUnsafe("2099-01-01T00:00:00Z"),
  serialNumber: "1",
  subject: "CN=Test"
})

/** A folder for stores, gone with the scope. */
export const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "eformidling-dpe-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

export interface Party {
  readonly organisasjonsnummer: string
  readonly mode: "innsyn" | "data"
}

/** A store on files, which the next life finds as the last one left it. */
export const onFiles = ({ organisasjonsnummer }: Party, path: string) =>
  SqliteStore.layer({
    filename: join(path, `${organisasjonsnummer}.sqlite`),
    documentsFolder: join(path, organisasjonsnummer)
  })

/** The services and background work of one life of an integrasjonspunkt. */
export const layer = <E>(
  { mode, organisasjonsnummer }: Party,
  host: string,
  store: Layer.Layer<Store, E, BusinessCertificate>
) => {
  const number = Organisasjonsnummer.make(organisasjonsnummer)
  const base = Layer.mergeAll(
    store,
    lookups,
    MemoryCertificateLookup.layer,
    MemoryDokumentpakke.layer("own"),
    StatusRegistered.layer,
    ExchangeSettings.layer({
      ...ExchangeSettings.defaults(number),
      retry: { first: Duration.millis(100), factor: 2, cap: Duration.seconds(2), redeliveries: 100 }
    })
  ).pipe(Layer.provideMerge(certificate))
  const channel = ServiceBusChannel.layer(settings(host, { organisasjonsnummer, mode, timeout: Duration.seconds(3) }))
  const channels = Layer.effect(
    Channels,
    Effect.map(MessageSender, (sender) => ({ DPE: { sender } }))
  )
  const work = Layer.effectDiscard(
    Effect.gen(function* () {
      yield* Effect.forkScoped(receiveForever("DPE", yield* MessageReceiver))
      yield* Effect.forkScoped(relayForever())
    })
  )
  return work.pipe(
    Layer.provideMerge(channels),
    Layer.provide(channel),
    Layer.provideMerge(base),
    Layer.provide(Layer.effect(MemoryRegistry.MemoryRegistry, MemoryRegistry.MemoryRegistry)),
    Layer.fresh
  )
}

/** Creates a message with a document of so many bytes, unless it is a receipt, and asks for it to be sent. */
export const send = Effect.fnUntraced(function* (options: Options, content: Uint8Array = new Uint8Array(10_000)) {
  const { messageId } = yield* createMessage(Result.getOrThrow(decode(json(options))))
  if (options.type !== "einnsyn_kvittering") {
    const file = { filename: "journalpost.json", mimeType: "application/json", title: undefined }
    yield* attachDocument(messageId, { ...file, content: Stream.make(content) })
  }
  yield* sendMessage(messageId)
  return messageId
})

/** Takes every message the business system finds, and returns their ids. */
export const collect = Effect.gen(function* () {
  const ids: Array<string> = []
  while (true) {
    const message = yield* peekMessage({})
    if (Option.isNone(message)) return ids
    yield* deleteInMessage(message.value.messageId)
    ids.push(message.value.messageId)
  }
})

/** Names of the statuses a message of ours has had, in order. */
export const statusesOf = Effect.fnUntraced(function* (messageId: MessageId) {
  const conversation = yield* (yield* Conversations).byMessageId(messageId, "OUTGOING")
  return Option.match(conversation, {
    onNone: (): ReadonlyArray<MessageStatus> => [],
    onSome: ({ messageStatuses }) => messageStatuses.map(({ status }) => status)
  })
})
