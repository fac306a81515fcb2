/**
 * A meldingsformidler in memory.
 */
import type { MessageId } from "@eformidling/domain/MessageId"
import { MessageSender, type Outgoing } from "@eformidling/port-transport/MessageSender"
import { NotAuthorized, Rejected, TransportError, Unavailable } from "@eformidling/port-transport/TransportError"
import { Context, Effect, Layer, Stream } from "effect"

/** A document as it was handed over. */
export interface HandedDocument {
  readonly filename: string
  readonly mimeType: string
  readonly title: string | undefined
  readonly content: Uint8Array
}

/** A message as it was handed over. */
export interface Handed {
  readonly outgoing: Outgoing
  readonly documents: ReadonlyArray<HandedDocument>
}

/** How a meldingsformidler meets a message. The two last accept it first. */
export type Behaviour =
  | "accepts"
  | "isDown"
  | "refuses"
  | "doesNotLetUsIn"
  | "isSilent"
  | "acceptsWithoutAnswering"
  | "acceptsAndIsSilent"

/** The meldingsformidler's side: what it holds, and how it behaves. */
export class Meldingsformidler extends Context.Service<
  Meldingsformidler,
  {
    /** In the order they were accepted. A message accepted twice is there twice. */
    readonly handed: Effect.Effect<ReadonlyArray<Handed>>
    readonly copiesOf: (messageId: MessageId) => Effect.Effect<ReadonlyArray<Handed>>
    /** For messages sent from now on; a function decides for each by itself. */
    readonly behave: (behaviour: Behaviour | ((message: Outgoing) => Behaviour)) => Effect.Effect<void>
    /** How often a message has been tried, whatever came of it. */
    readonly attemptsOf: (messageId: MessageId) => Effect.Effect<number>
  }
>()("@eformidling/adapter-memory/MemoryMessageSender/Meldingsformidler") {}

const read = Effect.fnUntraced(function* (outgoing: Outgoing) {
  const documents: Array<HandedDocument> = []
  for (const { content, filename, mimeType, title } of outgoing.documents) {
    documents.push({ filename, mimeType, title, content: yield* Stream.mkUint8Array(content) })
  }
  return { outgoing, documents } satisfies Handed
})

const make = Effect.sync(() => {
  const handed: Array<Handed> = []
  const attempts = new Map<MessageId, number>()
  let behaviourOf = (_: Outgoing): Behaviour => "accepts"

  const copiesOf = (messageId: MessageId) => handed.filter(({ outgoing }) => outgoing.messageId === messageId)

  const accept = Effect.fnUntraced(function* (outgoing: Outgoing) {
    const message = yield* read(outgoing)
    if (outgoing.mayHaveArrived && copiesOf(outgoing.messageId).length > 0) return
    handed.push(message)
  })

  const send = Effect.fn("MemoryMessageSender.send")(
    function* (outgoing: Outgoing) {
      attempts.set(outgoing.messageId, (attempts.get(outgoing.messageId) ?? 0) + 1)
      switch (behaviourOf(outgoing)) {
        case "accepts":
          return yield* accept(outgoing)
        case "isDown":
          return yield* unavailable("the meldingsformidler is down", false)
        case "refuses":
          return yield* new TransportError({
            reason: new Rejected({ code: "400", detail: "400 Bad Request from the meldingsformidler" })
          })
        case "doesNotLetUsIn":
          return yield* new TransportError({ reason: new NotAuthorized({ detail: "401 from the meldingsformidler" }) })
        case "isSilent":
          return yield* Effect.never
        case "acceptsWithoutAnswering":
          yield* accept(outgoing)
          return yield* unavailable("the answer was lost", true)
        case "acceptsAndIsSilent":
          yield* accept(outgoing)
          return yield* Effect.never
      }
    },
    (effect, { messageId }) => Effect.mapError(effect, ({ reason }) => new TransportError({ reason, messageId }))
  )

  return Context.make(MessageSender, { send }).pipe(
    Context.add(Meldingsformidler, {
      handed: Effect.sync(() => [...handed]),
      copiesOf: (messageId) => Effect.sync(() => copiesOf(messageId)),
      behave: (behaviour) =>
        Effect.sync(() => {
          behaviourOf = typeof behaviour === "function" ? behaviour : () => behaviour
        }),
      attemptsOf: (messageId) => Effect.sync(() => attempts.get(messageId) ?? 0)
    })
  )
})

const unavailable = (detail: string, ambiguous: boolean) =>
  new TransportError({ reason: new Unavailable({ detail, ambiguous }) })

/** A meldingsformidler that accepts all it is sent, until told otherwise. */
export const layer: Layer.Layer<MessageSender | Meldingsformidler> = Layer.effectContext(make)
