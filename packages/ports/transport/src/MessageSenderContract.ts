/**
 * What every {@link MessageSender} is held to, run by the test of each adapter.
 */
import type { MessageId } from "@eformidling/domain/MessageId"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, type Layer, Stream } from "effect"
import { MessageSender, type Outgoing } from "./MessageSender.ts"
import { TransportError, Unavailable } from "./TransportError.ts"

/** A file as the recipient finds it. */
export interface PeerFile {
  readonly filename: string
  readonly content: Uint8Array
}

/** How the peer answers from now on. */
export type Behaviour = "accepts" | "isDown" | "refuses" | "doesNotLetUsIn" | "acceptsWithoutAnswering" | "isSilent"

/** The other side of the transport, seen from behind. */
export class Peer extends Context.Service<
  Peer,
  {
    /** A message this channel can send, with fresh identifiers and the given files; the first is the primary. */
    readonly message: (files: ReadonlyArray<PeerFile>) => Effect.Effect<Outgoing>
    /** The copies the recipient has of a message, each as the files in it. */
    readonly held: (messageId: MessageId) => Effect.Effect<ReadonlyArray<ReadonlyArray<PeerFile>>>
    readonly behave: (behaviour: Behaviour) => Effect.Effect<void>
  }
>()("@eformidling/port-transport/MessageSenderContract/Peer") {}

/** What transports do not all promise. */
export interface Guarantees {
  /** The peer can be asked what it has, so a repeat after an attempt of unknown outcome leaves one copy. */
  readonly asksBeforeRepeating: boolean
}

const letter: ReadonlyArray<PeerFile> = [
  {
    filename: "brev.pdf",
    content: Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31 + (index >> 8)) % 251)
  },
  { filename: "vedlegg.txt", content: new TextEncoder().encode("Vedlegg med æ, ø og å.\n") }
]

const reasonOf = (effect: Effect.Effect<void, TransportError>) =>
  Effect.flip(effect).pipe(Effect.map((error) => error.reason))

/**
 * Runs the contract of {@link MessageSender}.
 *
 * Times are real, so a sender that waits for a silent peer must wait a few seconds at most, or be interruptible.
 */
export const suite = <E>(name: string, sender: Layer.Layer<MessageSender | Peer, E>, guarantees: Guarantees): void =>
  layer(sender, { excludeTestServices: true })(`MessageSender (${name})`, (it) => {
    const accepting = Effect.gen(function* () {
      const peer = yield* Peer
      yield* peer.behave("accepts")
      return { peer, sender: yield* MessageSender }
    })

    it.effect("hands over a message with every document byte for byte and in order", () =>
      Effect.gen(function* () {
        const { peer, sender } = yield* accepting
        const message = yield* peer.message(letter)
        yield* sender.send(message)
        const held = yield* peer.held(message.messageId)
        assert.strictEqual(held.length, 1)
        assert.deepStrictEqual(
          held[0]?.map((file) => file.filename),
          letter.map((file) => file.filename)
        )
        assert.deepStrictEqual(
          held[0]?.map((file) => Buffer.from(file.content)),
          letter.map((file) => Buffer.from(file.content))
        )
      })
    )

    it.effect("hands over many messages at once, each of them once", () =>
      Effect.gen(function* () {
        const { peer, sender } = yield* accepting
        const messages = yield* Effect.forEach(Array.from({ length: 8 }), () => peer.message(letter.slice(1)))
        yield* Effect.forEach(messages, sender.send, { concurrency: "unbounded", discard: true })
        const copies = yield* Effect.forEach(messages, (message) => peer.held(message.messageId))
        assert.deepStrictEqual(
          copies.map((held) => held.length),
          messages.map(() => 1)
        )
      })
    )

    it.effect("reports a peer that is down as unavailable and not ambiguous, and leaves nothing there", () =>
      Effect.gen(function* () {
        const { peer, sender } = yield* accepting
        const message = yield* peer.message(letter)
        yield* peer.behave("isDown")
        const reason = yield* reasonOf(sender.send(message))
        assert(reason._tag === "Unavailable")
        assert.isFalse(reason.ambiguous)
        yield* peer.behave("accepts")
        assert.strictEqual((yield* peer.held(message.messageId)).length, 0)
      })
    )

    it.effect("names the message in its error", () =>
      Effect.gen(function* () {
        const { peer, sender } = yield* accepting
        const message = yield* peer.message(letter)
        yield* peer.behave("isDown")
        const error = yield* Effect.flip(sender.send(message))
        assert.instanceOf(error, TransportError)
        assert.strictEqual(error.messageId, message.messageId)
      })
    )

    it.effect("reads the documents anew in the next attempt", () =>
      Effect.gen(function* () {
        const { peer, sender } = yield* accepting
        const message = yield* peer.message(letter)
        yield* peer.behave("isDown")
        yield* Effect.flip(sender.send(message))
        yield* peer.behave("accepts")
        yield* sender.send({ ...message, attempt: 2 })
        const held = yield* peer.held(message.messageId)
        assert.strictEqual(held.length, 1)
        assert.strictEqual(held[0]?.[0]?.content.length, letter[0]?.content.length)
      })
    )

    it.effect("reports a message the peer refuses as rejected, and leaves nothing there", () =>
      Effect.gen(function* () {
        const { peer, sender } = yield* accepting
        const message = yield* peer.message(letter)
        yield* peer.behave("refuses")
        const reason = yield* reasonOf(sender.send(message))
        assert.strictEqual(reason._tag, "Rejected")
        assert.isNotEmpty(reason.detail)
        yield* peer.behave("accepts")
        assert.strictEqual((yield* peer.held(message.messageId)).length, 0)
      })
    )

    it.effect("reports a peer that does not let us in as not authorized", () =>
      Effect.gen(function* () {
        const { peer, sender } = yield* accepting
        const message = yield* peer.message(letter)
        yield* peer.behave("doesNotLetUsIn")
        const reason = yield* reasonOf(sender.send(message))
        assert.strictEqual(reason._tag, "NotAuthorized")
      })
    )

    it.effect("reports an attempt that got no answer as ambiguous", () =>
      Effect.gen(function* () {
        const { peer, sender } = yield* accepting
        const message = yield* peer.message(letter)
        yield* peer.behave("acceptsWithoutAnswering")
        const reason = yield* reasonOf(sender.send(message))
        assert(reason._tag === "Unavailable")
        assert.isTrue(reason.ambiguous)
      })
    )

    it.effect.skipIf(!guarantees.asksBeforeRepeating)(
      "leaves one copy when a message that may have arrived is sent again",
      () =>
        Effect.gen(function* () {
          const { peer, sender } = yield* accepting
          const message = yield* peer.message(letter)
          yield* peer.behave("acceptsWithoutAnswering")
          yield* Effect.flip(sender.send(message))
          yield* peer.behave("accepts")
          yield* sender.send({ ...message, attempt: 2, mayHaveArrived: true })
          assert.strictEqual((yield* peer.held(message.messageId)).length, 1)
        })
    )

    it.effect("sends a message that may have arrived but has not", () =>
      Effect.gen(function* () {
        const { peer, sender } = yield* accepting
        const message = yield* peer.message(letter)
        yield* sender.send({ ...message, attempt: 2, mayHaveArrived: true })
        assert.strictEqual((yield* peer.held(message.messageId)).length, 1)
      })
    )

    it.effect("leaves nothing at the peer when a document cannot be read", () =>
      Effect.gen(function* () {
        const { peer, sender } = yield* accepting
        const message = yield* peer.message(letter)
        const broken = new TransportError({ reason: new Unavailable({ detail: "the disk is gone", ambiguous: false }) })
        const documents = message.documents.map((document, index) =>
          index === 0
            ? { ...document, content: Stream.concat(Stream.take(document.content, 1), Stream.fail(broken)) }
            : document
        )
        yield* Effect.flip(sender.send({ ...message, documents }))
        assert.strictEqual((yield* peer.held(message.messageId)).length, 0)
      })
    )

    it.effect("can be interrupted while the peer is silent", () =>
      Effect.gen(function* () {
        const { peer, sender } = yield* accepting
        const message = yield* peer.message(letter.slice(1))
        yield* peer.behave("isSilent")
        const answer = yield* sender.send(message).pipe(Effect.timeoutOption("200 millis"), Effect.result)
        yield* peer.behave("accepts")
        assert.isFalse(answer._tag === "Success" && answer.success._tag === "Some")
      })
    )
  })
