/**
 * What every {@link PrintLookup} is held to, run by the test of each adapter.
 */
import { assert, layer } from "@effect/vitest"
import { Effect, Fiber, type Layer } from "effect"
import { TestClock } from "effect/testing"
import { PrintLookup, type PrintSupplier } from "./PrintLookup.ts"
import { type RegistryGuarantees, RegistryPeer } from "./RegistryPeer.ts"

const supplier = (organisasjonsnummer: string): PrintSupplier => ({
  organisasjonsnummer,
  certificate: `-----BEGIN CERTIFICATE-----\n${btoa(organisasjonsnummer)}\n-----END CERTIFICATE-----\n`
})

/** Runs the contract of {@link PrintLookup}. Time is the test clock. */
export const suite = <E>(
  name: string,
  lookups: Layer.Layer<PrintLookup | RegistryPeer, E>,
  guarantees: RegistryGuarantees
): void =>
  layer(lookups)(`PrintLookup (${name})`, (it) => {
    const current = Effect.flatMap(PrintLookup, (lookup) => lookup.printSupplier)

    it.effect("fails with RegistryUnavailable once the registry has been away for thirty seconds", () =>
      Effect.gen(function* () {
        const peer = yield* RegistryPeer
        yield* peer.setAvailable(false)
        const before = yield* peer.questions
        const asking = yield* Effect.forkChild(Effect.flip(current))
        yield* peer.questions.pipe(
          Effect.delay(0),
          Effect.repeat({ until: (count) => count > before }),
          TestClock.withLive
        )
        yield* TestClock.adjust("30 seconds")
        const error = yield* Fiber.join(asking).pipe(Effect.ensuring(peer.setAvailable(true)))
        assert.strictEqual(error.reason._tag, "RegistryUnavailable")
      })
    )

    it.effect("gives the supplier's organisasjonsnummer and certificate", () =>
      Effect.gen(function* () {
        yield* (yield* RegistryPeer).setPrintSupplier(supplier("974761076"))
        assert.deepStrictEqual(yield* current, supplier("974761076"))
      })
    )

    it.effect("gives another supplier five minutes later at the latest", () =>
      Effect.gen(function* () {
        const peer = yield* RegistryPeer
        yield* current
        yield* peer.setPrintSupplier(supplier("920000001"))
        yield* TestClock.adjust("5 minutes")
        assert.deepStrictEqual(yield* current, supplier("920000001"))
      })
    )

    if (guarantees.keepsAnswers) {
      it.effect("asks once within five minutes", () =>
        Effect.gen(function* () {
          const peer = yield* RegistryPeer
          yield* TestClock.adjust("5 minutes")
          const before = yield* peer.questions
          yield* current
          yield* TestClock.adjust("299 seconds")
          yield* current
          assert.strictEqual((yield* peer.questions) - before, 1)
        })
      )
    }
  })
