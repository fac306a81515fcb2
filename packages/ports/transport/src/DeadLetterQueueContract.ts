/**
 * What every {@link DeadLetterQueue} is held to, run by the test of each adapter.
 */
import { assert, layer } from "@effect/vitest"
import { Context, Effect, type Layer, Option } from "effect"
import { DeadLetterQueue } from "./DeadLetterQueue.ts"

/** The transport, seen from behind. */
export class Peer extends Context.Service<
  Peer,
  {
    /** Sets a fresh message aside, and returns a word that names it. */
    readonly kill: (letter: { readonly reason: string; readonly description: string }) => Effect.Effect<string>
    /** Words of the messages that wait in the queue itself. */
    readonly waiting: Effect.Effect<ReadonlyArray<string>>
    /** The word of a message by its body. */
    readonly keyOf: (body: Uint8Array) => string
  }
>()("@eformidling/port-transport/DeadLetterQueueContract/Peer") {}

const letter = { reason: "InvalidSbd", description: "the receiver is missing" }

/** Runs the contract of {@link DeadLetterQueue}. */
export const suite = <E>(name: string, queue: Layer.Layer<DeadLetterQueue | Peer, E>): void =>
  layer(queue, { excludeTestServices: true })(`DeadLetterQueue (${name})`, (it) => {
    const services = Effect.gen(function* () {
      return { peer: yield* Peer, dead: yield* DeadLetterQueue }
    })

    /** The dead message with that word. */
    const find = Effect.fnUntraced(function* (key: string) {
      const { dead, peer } = yield* services
      for (const { id } of yield* dead.list(100)) {
        const shown = yield* dead.show(id)
        if (Option.isSome(shown) && peer.keyOf(shown.value.body) === key) return shown.value
      }
      return undefined
    })

    it.effect("lists what has been set aside, with reason, description, time and size", () =>
      Effect.gen(function* () {
        const { dead, peer } = yield* services
        const key = yield* peer.kill(letter)
        const found = yield* find(key)
        assert(found !== undefined)
        const [listed] = (yield* dead.list(100)).filter(({ id }) => id === found.id)
        assert.strictEqual(listed?.reason, letter.reason)
        assert.strictEqual(listed?.description, letter.description)
        assert.strictEqual(listed?.size, found.body.length)
        assert.isAbove(listed?.enqueuedAt.epochMilliseconds ?? 0, 0)
      })
    )

    it.effect("lists the oldest first and no more than was asked for, and counts them all", () =>
      Effect.gen(function* () {
        const { dead, peer } = yield* services
        const before = yield* dead.count
        yield* Effect.replicateEffect(peer.kill(letter), 3)
        assert.strictEqual(yield* dead.count, before + 3)
        const all = (yield* dead.list(100)).map(({ id }) => id)
        assert.deepStrictEqual(
          (yield* dead.list(2)).map(({ id }) => id),
          all.slice(0, 2)
        )
      })
    )

    it.effect("puts one message back and leaves the others", () =>
      Effect.gen(function* () {
        const { dead, peer } = yield* services
        const [first, key] = [yield* peer.kill(letter), yield* peer.kill(letter)]
        const id = (yield* find(key))?.id ?? ""
        assert.isTrue(yield* dead.replay(id))
        assert.include(yield* peer.waiting, key)
        assert.isUndefined(yield* find(key))
        assert.isDefined(yield* find(first))
        assert.isFalse(yield* dead.replay(id))
        assert.lengthOf(
          (yield* peer.waiting).filter((word) => word === key),
          1
        )
      })
    )

    it.effect("knows none of an id that was never given", () =>
      Effect.gen(function* () {
        const { dead } = yield* services
        assert.isTrue(Option.isNone(yield* dead.show("999999999")))
        assert.isFalse(yield* dead.replay("999999999"))
        assert.isTrue(Option.isNone(yield* dead.show("not an id")))
      })
    )
  })
