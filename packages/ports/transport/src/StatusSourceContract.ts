/**
 * What every {@link StatusSource} is held to, run by the test of each adapter.
 */
import type { MessageId } from "@eformidling/domain/MessageId"
import { assert, layer } from "@effect/vitest"
import { Context, DateTime, Effect, type Layer } from "effect"
import { type ReportedStatus, StatusSource } from "./StatusSource.ts"

/** The other side of the transport, seen from behind. */
export class Peer extends Context.Service<
  Peer,
  {
    /** A fresh messageId of which the peer will tell these statuses, oldest first. */
    readonly knows: (statuses: ReadonlyArray<ReportedStatus>) => Effect.Effect<MessageId>
    /** A fresh messageId of which the peer knows nothing. */
    readonly unknown: Effect.Effect<MessageId>
    readonly behave: (behaviour: "answers" | "isDown" | "doesNotLetUsIn") => Effect.Effect<void>
  }
>()("@eformidling/port-transport/StatusSourceContract/Peer") {}

const reported: ReadonlyArray<ReportedStatus> = [
  { status: "OPPRETTET", timestamp: undefined },
  { status: "SENDT", timestamp: DateTime.makeUnsafe("2026-03-25T11:38:23Z") }
]

/** Runs the contract of {@link StatusSource}. */
export const suite = <E>(name: string, source: Layer.Layer<StatusSource | Peer, E>): void =>
  layer(source, { excludeTestServices: true })(`StatusSource (${name})`, (it) => {
    const answering = Effect.gen(function* () {
      const peer = yield* Peer
      yield* peer.behave("answers")
      return { peer, source: yield* StatusSource }
    })

    it.effect("gives the statuses of a message, oldest first, with their times", () =>
      Effect.gen(function* () {
        const { peer, source } = yield* answering
        const messageId = yield* peer.knows(reported)
        assert.deepStrictEqual(yield* source.statusesOf(messageId), reported)
      })
    )

    it.effect("reports that sending failed", () =>
      Effect.gen(function* () {
        const { peer, source } = yield* answering
        const messageId = yield* peer.knows([{ status: "FEILET", timestamp: undefined }])
        assert.deepStrictEqual(
          (yield* source.statusesOf(messageId)).map(({ status }) => status),
          ["FEILET"]
        )
      })
    )

    it.effect("gives none for a message the peer does not know", () =>
      Effect.gen(function* () {
        const { peer, source } = yield* answering
        assert.deepStrictEqual(yield* source.statusesOf(yield* peer.unknown), [])
      })
    )

    it.effect("tells a peer that is down from a peer that knows nothing", () =>
      Effect.gen(function* () {
        const { peer, source } = yield* answering
        const messageId = yield* peer.unknown
        yield* peer.behave("isDown")
        const error = yield* Effect.flip(source.statusesOf(messageId))
        assert.strictEqual(error.reason._tag, "Unavailable")
      })
    )

    it.effect("reports a peer that does not let us in as not authorized", () =>
      Effect.gen(function* () {
        const { peer, source } = yield* answering
        const messageId = yield* peer.knows(reported)
        yield* peer.behave("doesNotLetUsIn")
        const error = yield* Effect.flip(source.statusesOf(messageId))
        assert.strictEqual(error.reason._tag, "NotAuthorized")
      })
    )
  })
