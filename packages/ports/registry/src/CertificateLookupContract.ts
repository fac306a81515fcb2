/**
 * What every {@link CertificateLookup} is held to, run by the test of each adapter.
 */
import { assert, layer } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import { TestClock } from "effect/testing"
import { CertificateLookup } from "./CertificateLookup.ts"
import { type RegistryGuarantees, RegistryPeer } from "./RegistryPeer.ts"

const pem = (text: string): string => `-----BEGIN CERTIFICATE-----\n${btoa(text)}\n-----END CERTIFICATE-----\n`

/** Runs the contract of {@link CertificateLookup}. Time is the test clock. */
export const suite = <E>(
  name: string,
  lookups: Layer.Layer<CertificateLookup | RegistryPeer, E>,
  guarantees: RegistryGuarantees
): void =>
  layer(lookups)(`CertificateLookup (${name})`, (it) => {
    it.effect("gives the registered certificate", () =>
      Effect.gen(function* () {
        yield* (yield* RegistryPeer).registerCertificate("910000001", pem("one"))
        assert.strictEqual(yield* (yield* CertificateLookup).certificateOf("910000001"), pem("one"))
      })
    )

    it.effect("fails with NotFound when none is registered", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip((yield* CertificateLookup).certificateOf("910000002"))
        assert.strictEqual(error.reason._tag, "NotFound")
        assert.include(error.reason.detail, "910000002")
      })
    )

    it.effect("fails with RegistryUnavailable while the registry is away", () =>
      Effect.gen(function* () {
        const peer = yield* RegistryPeer
        yield* peer.setAvailable(false)
        const error = yield* Effect.flip((yield* CertificateLookup).certificateOf("910000003")).pipe(
          Effect.ensuring(peer.setAvailable(true))
        )
        assert.strictEqual(error.reason._tag, "RegistryUnavailable")
      })
    )

    it.effect("gives a renewed certificate five minutes later at the latest", () =>
      Effect.gen(function* () {
        const peer = yield* RegistryPeer
        const certificates = yield* CertificateLookup
        yield* peer.registerCertificate("910000004", pem("old"))
        yield* certificates.certificateOf("910000004")
        yield* peer.registerCertificate("910000004", pem("renewed"))
        yield* TestClock.adjust("5 minutes")
        assert.strictEqual(yield* certificates.certificateOf("910000004"), pem("renewed"))
      })
    )

    if (guarantees.keepsAnswers) {
      it.effect("asks once within five minutes", () =>
        Effect.gen(function* () {
          const peer = yield* RegistryPeer
          const certificates = yield* CertificateLookup
          yield* peer.registerCertificate("910000005", pem("five"))
          const before = yield* peer.questions
          yield* certificates.certificateOf("910000005")
          yield* certificates.certificateOf("910000005")
          assert.strictEqual((yield* peer.questions) - before, 1)
        })
      )
    }
  })
