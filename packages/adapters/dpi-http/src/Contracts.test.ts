import { ConversationId } from "@eformidling/domain/ConversationId"
import { MessageId } from "@eformidling/domain/MessageId"
import * as MessageReceiverContract from "@eformidling/port-transport/MessageReceiverContract"
import * as MessageSenderContract from "@eformidling/port-transport/MessageSenderContract"
import * as StatusSourceContract from "@eformidling/port-transport/StatusSourceContract"
import { Corner2 } from "@eformidling/simulated-network/dpi/Corner2"
import { type Plan, RequestFault } from "@eformidling/simulated-network/dpi/Corner2Faults"
import { DateTime, Effect, Layer } from "effect"
import { randomUUID } from "node:crypto"
import { outgoing } from "./internal/letters.testing.ts"
import { digipost, Door, door, network, openedBySupplier, own, receiving, sending } from "./internal/network.testing.ts"

const newId = Effect.sync(() => randomUUID())

const always = (fault: RequestFault): Plan => ({ requests: [{ fault }] })

const behaviours = {
  accepts: {},
  isDown: {},
  refuses: { requests: [{ on: ["send"], fault: RequestFault.Answers({ status: 400 }) }] },
  doesNotLetUsIn: always(RequestFault.Answers({ status: 403 })),
  acceptsWithoutAnswering: { requests: [{ on: ["send"], fault: RequestFault.LosesAnswer() }] },
  isSilent: always(RequestFault.Hangs())
} as const satisfies Record<MessageSenderContract.Behaviour, Plan>

const senderPeer = Layer.effect(
  MessageSenderContract.Peer,
  Effect.gen(function* () {
    const corner2 = yield* Corner2
    const gate = yield* Door
    return MessageSenderContract.Peer.of({
      message: (files) => outgoing({ files }),
      held: (messageId) =>
        Effect.gen(function* () {
          const letters = (yield* corner2.accepted).filter((letter) => letter.messageId === messageId)
          return yield* Effect.forEach(letters, (letter) =>
            Effect.map(Effect.orDie(openedBySupplier(letter)), ({ documents }) =>
              documents.map(({ content, filename }) => ({ filename, content }))
            )
          )
        }),
      behave: (behaviour) =>
        Effect.andThen(corner2.plan(behaviours[behaviour]), behaviour === "isDown" ? gate.close : gate.open)
    })
  })
)

MessageSenderContract.suite(
  "DPI",
  Layer.merge(sending(), senderPeer).pipe(Layer.provide(door), Layer.provide(network())),
  { asksBeforeRepeating: true }
)

const receiverPeer = Layer.effect(
  MessageReceiverContract.Peer,
  Effect.gen(function* () {
    const corner2 = yield* Corner2
    const gate = yield* Door
    const receipts = new Map<string, string>()
    const receipt = { type: "leveringskvittering", supplier: digipost, receiver: own, kanal: "kanal" }
    return MessageReceiverContract.Peer.of({
      deliver: Effect.gen(function* () {
        const conversationId = ConversationId.make(yield* newId)
        receipts.set(conversationId, yield* corner2.announce({ ...receipt, conversationId }))
        return conversationId
      }),
      deliverUnreadable: Effect.asVoid(
        Effect.flatMap(newId, (conversationId) =>
          corner2.announce({ ...receipt, conversationId, change: (jws) => jws.slice(0, -8) })
        )
      ),
      keyOf: (incoming) => (incoming._tag === "Kvittering" ? incoming.conversationId : ""),
      holds: (key) => Effect.map(corner2.unread, (unread) => unread.includes(receipts.get(key) ?? "")),
      setAside: Effect.succeed([]),
      goAway: gate.close,
      comeBack: gate.open
    })
  })
)

MessageReceiverContract.suite(
  "DPI",
  Layer.merge(receiving(), receiverPeer).pipe(Layer.provide(door), Layer.provide(network())),
  { keepsDeadLetters: false }
)

const statusPeer = Layer.effect(
  StatusSourceContract.Peer,
  Effect.gen(function* () {
    const corner2 = yield* Corner2
    const gate = yield* Door
    const unknown = Effect.map(newId, (id) => MessageId.make(id))
    return StatusSourceContract.Peer.of({
      knows: (statuses) =>
        Effect.tap(unknown, (messageId) =>
          corner2.tell(
            messageId,
            statuses.map(({ status, timestamp }) => ({
              status,
              ...(timestamp === undefined ? {} : { timestamp: DateTime.formatIso(timestamp) })
            }))
          )
        ),
      unknown,
      behave: (behaviour) =>
        Effect.andThen(
          corner2.plan(behaviour === "doesNotLetUsIn" ? behaviours.doesNotLetUsIn : {}),
          behaviour === "isDown" ? gate.close : gate.open
        )
    })
  })
)

StatusSourceContract.suite(
  "DPI",
  Layer.merge(sending(), statusPeer).pipe(Layer.provide(door), Layer.provide(network()))
)
