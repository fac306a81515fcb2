/**
 * What every {@link ServiceBusKeyLookup} is held to, run by the test of each adapter.
 */
import { assert, layer } from "@effect/vitest"
import { Effect, type Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { type RegistryGuarantees, RegistryPeer } from "./RegistryPeer.ts"
import { ServiceBusKeyLookup } from "./ServiceBusKeyLookup.ts"

/** Runs the contract of {@link ServiceBusKeyLookup}. Time is the test clock. */
export const suite = <E>(
  name: string,
  lookups: Layer.Layer<ServiceBusKeyLookup | RegistryPeer, E>,
  guarantees: RegistryGuarantees
): void =>
  layer(lookups)(`ServiceBusKeyLookup (${name})`, (it) => {
    const current = Effect.flatMap(ServiceBusKeyLookup, (keys) => keys.key).pipe(Effect.map(Redacted.value))

    it.effect("fails with RegistryUnavailable while the registry is away and no key has been seen", () =>
      Effect.gen(function* () {
        const peer = yield* RegistryPeer
        yield* peer.setAvailable(false)
        const error = yield* Effect.flip(current).pipe(Effect.ensuring(peer.setAvailable(true)))
        assert.strictEqual(error.reason._tag, "RegistryUnavailable")
      })
    )

    it.effect("gives the key as it stands, without decoding it", () =>
      Effect.gen(function* () {
        yield* (yield* RegistryPeer).setServiceBusKey("c2VjcmV0IGtleQ==")
        assert.strictEqual(yield* current, "c2VjcmV0IGtleQ==")
      })
    )

    it.effect("gives the new key once the old one is forgotten (DPE-26)", () =>
      Effect.gen(function* () {
        const peer = yield* RegistryPeer
        yield* current
        yield* peer.setServiceBusKey("changed")
        yield* (yield* ServiceBusKeyLookup).forget
        assert.strictEqual(yield* current, "changed")
      })
    )

    it.effect("gives the new key a day later at the latest", () =>
      Effect.gen(function* () {
        yield* current
        yield* (yield* RegistryPeer).setServiceBusKey("next day")
        yield* TestClock.adjust("1 day")
        assert.strictEqual(yield* current, "next day")
      })
    )

    if (guarantees.keepsAnswers) {
      it.effect("puts one question for many askers at once, and none for a day", () =>
        Effect.gen(function* () {
          const peer = yield* RegistryPeer
          yield* (yield* ServiceBusKeyLookup).forget
          const before = yield* peer.questions
          yield* Effect.all(
            Array.from({ length: 10 }, () => current),
            { concurrency: "unbounded" }
          )
          yield* TestClock.adjust("23 hours")
          yield* current
          assert.strictEqual((yield* peer.questions) - before, 1)
        })
      )

      it.effect("gives the key last seen while the registry is away (DPE-27)", () =>
        Effect.gen(function* () {
          const peer = yield* RegistryPeer
          const seen = yield* current
          yield* (yield* ServiceBusKeyLookup).forget
          yield* peer.setAvailable(false)
          assert.strictEqual(yield* current.pipe(Effect.ensuring(peer.setAvailable(true))), seen)
        })
      )
    }

    it.effect("does not show the key when it is printed", () =>
      Effect.gen(function* () {
        const key = yield* (yield* ServiceBusKeyLookup).key
        assert.notInclude(String(key), Redacted.value(key))
      })
    )
  })
