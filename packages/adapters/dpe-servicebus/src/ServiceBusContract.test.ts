import { randomUUID } from "node:crypto"
import * as MemoryDokumentpakke from "@eformidling/adapter-memory/MemoryDokumentpakke"
import { MessageId } from "@eformidling/domain/MessageId"
import { DokumentpakkeOpener } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import type { Incoming } from "@eformidling/port-transport/Incoming"
import * as MessageReceiverContract from "@eformidling/port-transport/MessageReceiverContract"
import * as MessageSenderContract from "@eformidling/port-transport/MessageSenderContract"
import { Broker } from "@eformidling/servicebus-broker/Broker"
import { ServiceBusClient } from "@azure/service-bus"
import { Duration, Effect, Layer, Result, Stream } from "effect"
import {
  documentOf,
  einnsyn,
  Gate,
  keyName,
  kommune,
  outgoing,
  rightKey,
  sbd,
  world
} from "./internal/world.testing.ts"
import { untilNoticed } from "./internal/gate.testing.ts"
import * as Payload from "./Payload.ts"

const toEinnsyn = `nextbestqueue${einnsyn}data`
const own = `nextbestqueue${kommune}innsyn`

const payloadsIn = (queue: string) =>
  Effect.gen(function* () {
    const messages = yield* (yield* Broker)
      .queue(queue)
      .messages()
      .pipe(Effect.orElseSucceed(() => []))
    return messages.flatMap(({ body }) =>
      Result.match(Payload.decode(body), { onFailure: () => [], onSuccess: (payload) => [payload] })
    )
  })

const senderPeer = Layer.effect(
  MessageSenderContract.Peer,
  Effect.gen(function* () {
    const broker = yield* Broker
    const gate = yield* Gate
    const opener = yield* DokumentpakkeOpener
    const documentsOf = (dokumentpakke: Uint8Array) =>
      Effect.gen(function* () {
        const container = yield* opener.decrypt(Stream.make(dokumentpakke))
        const { documents } = yield* opener.open(container, { flavour: "dpe" })
        return yield* Effect.forEach(documents, ({ content, name }) =>
          Effect.map(Stream.mkUint8Array(content), (bytes) => ({ filename: name, content: bytes }))
        )
      }).pipe(Effect.scoped, Effect.orDie)
    return MessageSenderContract.Peer.of({
      message: (files) =>
        outgoing(
          { type: "publisering" },
          files.map(({ content, filename }) => documentOf(filename, content))
        ),
      held: Effect.fnUntraced(function* (messageId) {
        const payloads = yield* Effect.provideService(payloadsIn(toEinnsyn), Broker, broker)
        return yield* Effect.forEach(
          payloads.filter(({ sbd }) => sbd.messageId === messageId),
          ({ dokumentpakke }) => (dokumentpakke === undefined ? Effect.succeed([]) : documentsOf(dokumentpakke))
        )
      }),
      behave: Effect.fnUntraced(function* (behaviour) {
        yield* broker.faults.clear
        yield* broker.putKey({ name: keyName, key: rightKey, rights: ["Manage"] })
        if (behaviour === "isDown") return yield* gate.shut
        yield* gate.open
        switch (behaviour) {
          case "accepts":
            return
          case "refuses":
            return yield* broker.faults.refuseSends({ condition: "amqp:link:message-size-exceeded", times: Infinity })
          case "doesNotLetUsIn":
            yield* broker.putKey({ name: keyName, key: "another key", rights: ["Manage"] })
            yield* broker.faults.dropConnections()
            return yield* Effect.sleep(untilNoticed)
          case "acceptsWithoutAnswering":
          case "isSilent":
            return yield* broker.faults.delaySends({ for: "1 hour", times: Infinity })
        }
      })
    })
  })
)

MessageSenderContract.suite("Service Bus", Layer.provideMerge(senderPeer, world()), { asksBeforeRepeating: false })

const keyOf = (incoming: Incoming) => (incoming._tag === "Melding" ? incoming.sbd.messageId : "")

const receiverPeer = Layer.effect(
  MessageReceiverContract.Peer,
  Effect.gen(function* () {
    const broker = yield* Broker
    const gate = yield* Gate
    const client = yield* Effect.acquireRelease(
      Effect.sync(() => new ServiceBusClient(broker.connectionString)),
      (client) => Effect.promise(() => client.close())
    )
    const sender = client.createSender(own)
    const put = (body: Buffer) => Effect.promise(() => sender.sendMessages({ body, messageId: randomUUID() }))
    const setAside = Effect.orDie(broker.queue(own).deadLettered)
    return MessageReceiverContract.Peer.of({
      keyOf,
      deliver: Effect.gen(function* () {
        const messageId = MessageId.make(randomUUID())
        const document = sbd({ type: "innsynskrav", messageId, sender: `0192:${einnsyn}`, receiver: `0192:${kommune}` })
        yield* put(Payload.encode({ sbd: document, dokumentpakke: undefined }))
        return messageId
      }),
      deliverUnreadable: put(Buffer.from("{bad")),
      holds: (key) =>
        Effect.map(Effect.provideService(payloadsIn(own), Broker, broker), (payloads) =>
          payloads.some(({ sbd }) => sbd.messageId === key)
        ),
      setAside: Effect.map(setAside, (letters) => letters.map(({ deadLetterReason }) => deadLetterReason ?? "")),
      goAway: gate.shut,
      comeBack: gate.open
    })
  })
)

MessageReceiverContract.suite(
  "Service Bus",
  Layer.provideMerge(receiverPeer, world({ timeout: Duration.seconds(2) }, { lockDuration: "2 seconds" })).pipe(
    Layer.provide(MemoryDokumentpakke.layer("own"))
  ),
  { keepsDeadLetters: true }
)
