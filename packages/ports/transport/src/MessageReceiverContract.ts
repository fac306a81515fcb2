/**
 * What every {@link MessageReceiver} is held to, run by the test of each adapter.
 */
import { assert, layer } from "@effect/vitest"
import { Cause, Context, Deferred, Effect, Exit, Fiber, type Layer, Option, Schedule } from "effect"
import type { Incoming } from "./Incoming.ts"
import { MessageReceiver, Undeliverable } from "./MessageReceiver.ts"

/** The other side of the transport, seen from behind. */
export class Peer extends Context.Service<
  Peer,
  {
    /** Puts a fresh message where the receiver finds it, and returns the word `keyOf` gives for it. */
    readonly deliver: Effect.Effect<string>
    /** Puts something there that cannot be read. */
    readonly deliverUnreadable: Effect.Effect<void>
    readonly keyOf: (incoming: Incoming) => string
    /** Whether the peer still holds the message for us, be it waiting or handed out and not settled. */
    readonly holds: (key: string) => Effect.Effect<boolean>
    /** Reasons of what has been set aside, oldest first; empty where the transport has no such place. */
    readonly setAside: Effect.Effect<ReadonlyArray<string>>
    /** The peer cannot be reached until {@link comeBack}; connections break. */
    readonly goAway: Effect.Effect<void>
    readonly comeBack: Effect.Effect<void>
  }
>()("@eformidling/port-transport/MessageReceiverContract/Peer") {}

/** What transports do not all promise. */
export interface Guarantees {
  /** The peer keeps dead letters; without them what cannot be read comes to the handler as `Uleselig`. */
  readonly keepsDeadLetters: boolean
}

class Boom extends Error {}

/**
 * Runs the contract of {@link MessageReceiver}.
 *
 * Times are real: give the adapter a redelivery delay of some milliseconds.
 */
export const suite = <E>(
  name: string,
  receiver: Layer.Layer<MessageReceiver | Peer, E>,
  guarantees: Guarantees
): void =>
  layer(receiver, { excludeTestServices: true })(`MessageReceiver (${name})`, (it) => {
    const services = Effect.gen(function* () {
      return { peer: yield* Peer, receiver: yield* MessageReceiver }
    })

    /** Takes until `count` different readable messages have been handled, and returns their keys sorted. */
    const takeAll = Effect.fnUntraced(function* (count: number, concurrency = 1) {
      const { peer, receiver } = yield* services
      const seen = new Set<string>()
      const handle = (incoming: Incoming) =>
        Effect.sync(() => {
          if (incoming._tag !== "Uleselig") seen.add(peer.keyOf(incoming))
        })
      yield* Effect.raceFirst(
        Effect.forever(receiver.take(handle)).pipe(Effect.replicateEffect(concurrency, { concurrency: "unbounded" })),
        Effect.suspend(() => (seen.size >= count ? Effect.void : Effect.fail("waiting" as const))).pipe(
          Effect.retry(Schedule.spaced("5 millis"))
        )
      )
      return [...seen].sort()
    })

    it.effect("hands a message to the handler and returns its result", () =>
      Effect.gen(function* () {
        const { peer, receiver } = yield* services
        const key = yield* peer.deliver
        const taken = yield* receiver.take((incoming) => Effect.succeed(peer.keyOf(incoming)))
        assert.strictEqual(taken, key)
        assert.isFalse(yield* peer.holds(key))
      })
    )

    it.effect("waits for a message that has not come yet", () =>
      Effect.gen(function* () {
        const { peer, receiver } = yield* services
        const waiting = yield* Effect.forkChild(receiver.take((incoming) => Effect.succeed(peer.keyOf(incoming))))
        const key = yield* peer.deliver
        assert.strictEqual(yield* Fiber.join(waiting), key)
      })
    )

    it.effect("lets the peer hold the message until the handler has succeeded", () =>
      Effect.gen(function* () {
        const { peer, receiver } = yield* services
        const key = yield* peer.deliver
        const heldMeanwhile = yield* receiver.take(() => peer.holds(key))
        assert.isTrue(heldMeanwhile)
        assert.isFalse(yield* peer.holds(key))
      })
    )

    it.effect("delivers again a message whose handler failed, and fails the same way", () =>
      Effect.gen(function* () {
        const { peer, receiver } = yield* services
        const key = yield* peer.deliver
        const failure = yield* Effect.flip(receiver.take(() => Effect.fail("boom" as const)))
        assert.strictEqual(failure, "boom")
        assert.isTrue(yield* peer.holds(key))
        assert.strictEqual(yield* receiver.take((incoming) => Effect.succeed(peer.keyOf(incoming))), key)
      })
    )

    it.effect("delivers again a message whose handler died, and dies the same way", () =>
      Effect.gen(function* () {
        const { peer, receiver } = yield* services
        const key = yield* peer.deliver
        const boom = new Boom("boom")
        const exit = yield* Effect.exit(receiver.take(() => Effect.die(boom)))
        assert(Exit.isFailure(exit))
        assert.strictEqual(Cause.squash(exit.cause), boom)
        assert.strictEqual(yield* receiver.take((incoming) => Effect.succeed(peer.keyOf(incoming))), key)
      })
    )

    it.effect("delivers again a message whose handler was interrupted", () =>
      Effect.gen(function* () {
        const { peer, receiver } = yield* services
        const key = yield* peer.deliver
        const started = yield* Deferred.make<void>()
        const handling = yield* Effect.forkChild(
          receiver.take(() => Deferred.succeed(started, undefined).pipe(Effect.andThen(Effect.never)))
        )
        yield* Deferred.await(started)
        yield* Fiber.interrupt(handling)
        assert.strictEqual(yield* receiver.take((incoming) => Effect.succeed(peer.keyOf(incoming))), key)
      })
    )

    it.effect("sets aside for good what the handler calls undeliverable", () =>
      Effect.gen(function* () {
        const { peer, receiver } = yield* services
        const key = yield* peer.deliver
        const taken = yield* receiver.take(() =>
          Effect.fail(new Undeliverable({ reason: "InvalidSbd", description: "the receiver is missing" }))
        )
        assert.isUndefined(taken)
        assert.isFalse(yield* peer.holds(key))
        if (guarantees.keepsDeadLetters) assert.include(yield* peer.setAside, "InvalidSbd")
        const next = yield* peer.deliver
        assert.deepStrictEqual(yield* takeAll(1), [next])
      })
    )

    it.effect(
      guarantees.keepsDeadLetters
        ? "sets aside what cannot be read, with a reason, and goes on to the next"
        : "hands up what cannot be read and goes on to the next",
      () =>
        Effect.gen(function* () {
          const { peer, receiver } = yield* services
          const before = (yield* peer.setAside).length
          yield* peer.deliverUnreadable
          const key = yield* peer.deliver
          const seen: Array<Incoming> = []
          const handle = (incoming: Incoming) => Effect.sync(() => void seen.push(incoming))
          yield* Effect.repeat(receiver.take(handle), {
            until: () => seen.some((incoming) => incoming._tag !== "Uleselig" && peer.keyOf(incoming) === key)
          })
          if (guarantees.keepsDeadLetters) {
            assert.deepStrictEqual(seen.map(peer.keyOf), [key])
            assert.strictEqual((yield* peer.setAside).length, before + 1)
            return
          }
          if (!seen.some((incoming) => incoming._tag === "Uleselig")) yield* receiver.take(handle)
          const unreadable = seen.find((incoming) => incoming._tag === "Uleselig")
          assert.isNotEmpty(unreadable?.reason)
          assert.isNotEmpty(unreadable?.key)
        })
    )

    it.effect("never hands one message to two fibers at the same time", () =>
      Effect.gen(function* () {
        const { peer, receiver } = yield* services
        const keys = yield* Effect.forEach(Array.from({ length: 12 }), () => peer.deliver)
        const inHand = new Set<string>()
        const handled = new Set<string>()
        const handle = Effect.fnUntraced(function* (incoming: Incoming) {
          const key = peer.keyOf(incoming)
          assert.isFalse(inHand.has(key))
          inHand.add(key)
          yield* Effect.yieldNow
          inHand.delete(key)
          handled.add(key)
        })
        yield* Effect.forEach(keys, () => receiver.take(handle), { concurrency: 4, discard: true })
        assert.deepStrictEqual([...handled].sort(), [...keys].sort())
      })
    )

    it.effect("goes on with the others while one message fails again and again", () =>
      Effect.gen(function* () {
        const { peer, receiver } = yield* services
        const poison = yield* peer.deliver
        const keys = yield* Effect.forEach(Array.from({ length: 3 }), () => peer.deliver)
        const seen = new Set<string>()
        const handle = (incoming: Incoming) => {
          const key = peer.keyOf(incoming)
          return key === poison ? Effect.fail("poison" as const) : Effect.sync(() => void seen.add(key))
        }
        yield* Effect.repeat(Effect.ignore(receiver.take(handle)), { until: () => seen.size === keys.length })
        assert.deepStrictEqual([...seen].sort(), [...keys].sort())
        assert.deepStrictEqual(yield* takeAll(1), [poison])
      })
    )

    it.effect("can be interrupted while it waits", () =>
      Effect.gen(function* () {
        const { peer, receiver } = yield* services
        const waited = yield* receiver.take(() => Effect.succeed("taken")).pipe(Effect.timeoutOption("50 millis"))
        assert.isTrue(Option.isNone(waited))
        const key = yield* peer.deliver
        assert.strictEqual(yield* receiver.take((incoming) => Effect.succeed(peer.keyOf(incoming))), key)
      })
    )

    it.effect("takes again after the peer has been away", () =>
      Effect.gen(function* () {
        const { peer, receiver } = yield* services
        const key = yield* peer.deliver
        yield* peer.goAway
        const taking = yield* Effect.forkChild(
          receiver
            .take((incoming) => Effect.succeed(peer.keyOf(incoming)))
            .pipe(Effect.retry(Schedule.spaced("20 millis")))
        )
        yield* Effect.yieldNow
        yield* peer.comeBack
        assert.strictEqual(yield* Fiber.join(taking), key)
      })
    )
  })
