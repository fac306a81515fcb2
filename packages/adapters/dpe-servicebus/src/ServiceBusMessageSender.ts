import { randomUUID } from "node:crypto"
import type { ServiceBusSender } from "@azure/service-bus"
import * as QueueName from "@eformidling/domain/dpe/QueueName"
import * as PartyIdentifier from "@eformidling/domain/PartyIdentifier"
import type { StandardBusinessDocument } from "@eformidling/domain/StandardBusinessDocument"
import type { Document } from "@eformidling/port-dokumentpakke/Document"
import { DocumentError, type DokumentpakkeError } from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import { DokumentpakkeSealer } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import { RecipientLookup } from "@eformidling/port-registry/RecipientLookup"
import { MessageSender, type Outgoing, type OutgoingDocument } from "@eformidling/port-transport/MessageSender"
import { Rejected, TransportError, Unavailable } from "@eformidling/port-transport/TransportError"
import { Effect, Option, Stream } from "effect"
import type { Namespace } from "./Namespace.ts"
import * as Payload from "./Payload.ts"
import * as ServiceBusFailure from "./ServiceBusFailure.ts"
import type { ServiceBusSettings } from "./ServiceBusSettings.ts"

/** What AMQP headers and properties add to a body, generously, in bytes. */
const envelopeBytes = 1024

const tryLater = (detail: string, cause?: unknown): TransportError =>
  new TransportError({
    reason: new Unavailable({ detail, ambiguous: false, ...(cause === undefined ? {} : { cause }) })
  })

const tooLarge = (bytes: number, limit: number): TransportError =>
  new TransportError({
    reason: new Rejected({
      code: "MessageSizeExceeded",
      detail: `the message is ${bytes} bytes when encoded, and the queue takes at most ${limit - envelopeBytes}`
    })
  })

const fromSealing = (error: DokumentpakkeError): TransportError =>
  error.reason._tag === "InvalidInput"
    ? new TransportError({ reason: new Rejected({ code: "InvalidInput", detail: error.message, cause: error }) })
    : tryLater(error.message, error)

const toDocument = (document: OutgoingDocument): Document => ({
  filename: document.filename,
  mimeType: document.mimeType,
  size: document.size,
  sha256: document.sha256,
  crc32: document.crc32,
  content: () => Stream.mapError(document.content, (cause) => new DocumentError({ filename: document.filename, cause }))
})

const collect = <E, R>(size: number, content: Stream.Stream<Uint8Array, E, R>): Effect.Effect<Uint8Array, E, R> =>
  Effect.suspend(() => {
    const bytes = new Uint8Array(size)
    let filled = 0
    return Effect.as(
      Stream.runForEach(content, (chunk) =>
        Effect.sync(() => {
          bytes.set(chunk, filled)
          filled += chunk.length
        })
      ),
      bytes
    )
  })

/**
 * Sends DPE messages as queue messages.
 *
 * Each queue message has an id of its own: the message, its MOTTATT and its LEVERT share their messageId, and a
 * queue that detects duplicates would drop the later ones. Source: dpe 2.3.
 */
export const make = Effect.fnUntraced(function* (settings: ServiceBusSettings, namespace: Namespace) {
  const recipients = yield* RecipientLookup
  const sealer = yield* DokumentpakkeSealer

  const recordFor = Effect.fnUntraced(function* (sbd: StandardBusinessDocument) {
    const { conversationId, process, receiver, standard } = sbd
    if (receiver === undefined) return yield* tryLater("the message has no receiver")
    const identifier = PartyIdentifier.primaryIdentifier(receiver)
    const records = yield* Effect.mapError(recipients.lookup({ identifier, process, conversationId }), (error) =>
      tryLater(error.message, error)
    )
    const record = records.find(({ documentTypes }) => documentTypes.includes(standard))
    return record ?? (yield* tryLater(`the registry has no record for ${standard} in ${process}`))
  })

  const queueOf = Effect.fnUntraced(function* (sbd: StandardBusinessDocument) {
    const suffix = QueueName.isAnswer(sbd) ? undefined : (yield* recordFor(sbd)).service.endpointUrl
    return yield* Option.match(QueueName.destination(sbd, settings, suffix), {
      onNone: () => Effect.fail(tryLater(`No endpointUrl defined for process ${sbd.process}`)),
      onSome: Effect.succeed
    })
  })

  const seal = Effect.fnUntraced(function* ({ documents, sbd }: Outgoing) {
    if (documents.length === 0) return undefined
    const record = yield* recordFor(sbd)
    return yield* Effect.mapError(
      Effect.flatMap(
        sealer.seal({
          flavour: "dpe",
          sender: sbd.sender,
          receiver: sbd.receiver ?? sbd.sender,
          documents: documents.map(toDocument),
          recipientCertificate: record.pemCertificate,
          keyTransport: settings.keyTransport
        }),
        (sealed) => collect(sealed.size, sealed.content)
      ),
      fromSealing
    )
  }, Effect.scoped)

  const inTime = Effect.timeoutOrElse({
    duration: settings.timeout,
    orElse: () => Effect.fail(tryLater("Service Bus: the link was not opened in time"))
  })

  /** Opening the link first tells an attempt that cannot have arrived from one that may have. */
  const transfer = (body: Buffer) =>
    Effect.fnUntraced(function* (sender: ServiceBusSender) {
      const { maxSizeInBytes } = yield* inTime(
        Effect.tryPromise({
          try: (abortSignal) => sender.createMessageBatch({ abortSignal }),
          catch: ServiceBusFailure.transportError
        })
      )
      if (body.length + envelopeBytes > maxSizeInBytes) return yield* tooLarge(body.length, maxSizeInBytes)
      yield* Effect.tryPromise({
        try: (abortSignal) =>
          sender.sendMessages({ body, contentType: "application/json", messageId: randomUUID() }, { abortSignal }),
        catch: ServiceBusFailure.sendError
      })
    })

  const send = Effect.fn("ServiceBusMessageSender.send")(
    function* (message: Outgoing) {
      const queue = yield* queueOf(message.sbd)
      const body = Payload.encode({ sbd: message.sbd, dokumentpakke: yield* seal(message) })
      yield* namespace.send(queue, transfer(body))
    },
    (effect, { messageId }) => Effect.mapError(effect, ({ reason }) => new TransportError({ reason, messageId }))
  )

  return MessageSender.of({ send })
})
