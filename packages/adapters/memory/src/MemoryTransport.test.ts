import { createHash, randomUUID } from "node:crypto"
import { crc32 } from "node:zlib"
import { MessageId } from "@eformidling/domain/MessageId"
import { decodeReceived, type StandardBusinessDocument } from "@eformidling/domain/StandardBusinessDocument"
import * as DeadLetterQueueContract from "@eformidling/port-transport/DeadLetterQueueContract"
import { MessageReceiver, Undeliverable } from "@eformidling/port-transport/MessageReceiver"
import { Incoming } from "@eformidling/port-transport/Incoming"
import * as MessageReceiverContract from "@eformidling/port-transport/MessageReceiverContract"
import type { OutgoingDocument } from "@eformidling/port-transport/MessageSender"
import * as MessageSenderContract from "@eformidling/port-transport/MessageSenderContract"
import * as StatusSourceContract from "@eformidling/port-transport/StatusSourceContract"
import { Effect, Layer, Result, Stream } from "effect"
import * as MemoryMessageReceiver from "./MemoryMessageReceiver.ts"
import * as MemoryMessageSender from "./MemoryMessageSender.ts"
import * as MemoryStatusSource from "./MemoryStatusSource.ts"

const party = (value: string) => [{ identifier: { value, authority: "iso6523-actorid-upis" } }]

const innsynskrav = (messageId: string): StandardBusinessDocument =>
  Result.getOrThrow(
    decodeReceived({
      standardBusinessDocumentHeader: {
        headerVersion: "1.0",
        sender: party("0192:991825827"),
        receiver: party("0192:910076787"),
        documentIdentification: {
          standard: "urn:no:difi:einnsyn:xsd::innsynskrav",
          typeVersion: "1.0",
          instanceIdentifier: messageId,
          type: "innsynskrav"
        },
        businessScope: {
          scope: [
            {
              type: "ConversationId",
              instanceIdentifier: messageId,
              identifier: "urn:no:difi:profile:einnsyn:innsynskrav:ver1.0"
            }
          ]
        }
      },
      innsynskrav: { orgnr: "910076787", epost: "post@example.no" }
    })
  )

const newId = Effect.sync(() => MessageId.make(randomUUID()))

const documentOf = ({ content, filename }: MessageSenderContract.PeerFile): OutgoingDocument => ({
  filename,
  mimeType: "application/octet-stream",
  title: undefined,
  size: content.length,
  sha256: new Uint8Array(createHash("sha256").update(content).digest()),
  crc32: crc32(content),
  content: Stream.make(content.subarray(0, 10), content.subarray(10))
})

const senderPeer = Layer.effect(
  MessageSenderContract.Peer,
  Effect.map(MemoryMessageSender.Meldingsformidler, ({ behave, copiesOf }) => ({
    behave,
    message: (files) =>
      Effect.map(newId, (messageId) => ({
        messageId,
        sbd: innsynskrav(messageId),
        documents: files.map(documentOf),
        attempt: 1,
        mayHaveArrived: false
      })),
    held: (messageId) => Effect.map(copiesOf(messageId), (copies) => copies.map(({ documents }) => documents))
  }))
)

MessageSenderContract.suite("memory", Layer.provideMerge(senderPeer, MemoryMessageSender.layer), {
  asksBeforeRepeating: true
})

const keyOf = (incoming: Incoming): string => (incoming._tag === "Melding" ? incoming.sbd.messageId : "")

const receiverPeer = Layer.effect(
  MessageReceiverContract.Peer,
  Effect.map(MemoryMessageReceiver.IncomingQueue, (queue) => {
    const deliveries = new Map<string, number>()
    return {
      keyOf,
      deliver: Effect.gen(function* () {
        const messageId = yield* newId
        deliveries.set(
          messageId,
          yield* queue.deliver(Incoming.Melding({ sbd: innsynskrav(messageId), dokumentpakke: undefined }))
        )
        return messageId
      }),
      deliverUnreadable: Effect.asVoid(
        queue.deliver(
          Incoming.Uleselig({
            source: "memory",
            key: "1",
            reason: "InvalidPayload",
            description: "not JSON",
            body: new Uint8Array([123])
          })
        )
      ),
      holds: (key) => Effect.suspend(() => queue.holds(deliveries.get(key) ?? -1)),
      setAside: Effect.map(queue.setAside, (letters) => letters.map(({ reason }) => reason)),
      goAway: queue.goAway,
      comeBack: queue.comeBack
    } satisfies MessageReceiverContract.Peer["Service"]
  })
)

const receiver = (keepsDeadLetters: boolean) =>
  Layer.provideMerge(receiverPeer, MemoryMessageReceiver.layer({ redeliveryDelay: "10 millis", keepsDeadLetters }))

MessageReceiverContract.suite("memory", receiver(true), { keepsDeadLetters: true })
MessageReceiverContract.suite("memory, without dead letters", receiver(false), { keepsDeadLetters: false })

const bodyText = (body: Uint8Array) => new TextDecoder().decode(body)

const deadPeer = Layer.effect(
  DeadLetterQueueContract.Peer,
  Effect.gen(function* () {
    const queue = yield* MemoryMessageReceiver.IncomingQueue
    const receiver = yield* MessageReceiver
    const deliveries = new Map<string, number>()
    return DeadLetterQueueContract.Peer.of({
      kill: Effect.fnUntraced(function* (letter) {
        const messageId = yield* newId
        const incoming = Incoming.Melding({ sbd: innsynskrav(messageId), dokumentpakke: undefined })
        deliveries.set(messageId, yield* queue.deliver(incoming))
        let found = false
        while (!found) {
          yield* Effect.ignore(
            receiver.take((taken) => {
              found = keyOf(taken) === messageId
              return found ? Effect.fail(new Undeliverable(letter)) : Effect.fail("another")
            })
          )
        }
        return messageId
      }),
      waiting: Effect.suspend(() =>
        Effect.filter([...deliveries.keys()], (key) => queue.holds(deliveries.get(key) ?? -1))
      ),
      keyOf: (body) =>
        JSON.parse(bodyText(body)).sbd.standardBusinessDocumentHeader.documentIdentification.instanceIdentifier
    })
  })
)

DeadLetterQueueContract.suite(
  "memory",
  Layer.provideMerge(deadPeer, MemoryMessageReceiver.layer({ redeliveryDelay: "10 millis" }))
)

const statusPeer = Layer.effect(
  StatusSourceContract.Peer,
  Effect.map(MemoryStatusSource.StatusBook, ({ behave, report }) => ({
    behave,
    knows: (statuses) => Effect.tap(newId, (messageId) => report(messageId, ...statuses)),
    unknown: newId
  }))
)

StatusSourceContract.suite("memory", Layer.provideMerge(statusPeer, MemoryStatusSource.layer))
