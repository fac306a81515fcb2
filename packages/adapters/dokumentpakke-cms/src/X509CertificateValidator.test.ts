import { type CertificateError, CertificateValidator } from "@eformidling/port-dokumentpakke/CertificateValidator"
import type { Trust } from "@eformidling/port-dokumentpakke/Trust"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Option } from "effect"
import { createPublicKey } from "node:crypto"
import { matchesPolicy } from "./CertificateModes.ts"
import { type Identity, type IdentityOptions, makeIdentity } from "./internal/certificates.testing.ts"
import { hasVectors, titled, trust as vectorTrust, vector } from "./internal/vectors.testing.ts"
import * as X509CertificateValidator from "./X509CertificateValidator.ts"

const root = makeIdentity({ name: "Rot", ca: true })
const issuer = makeIdentity({ name: "Utsteder", ca: true, issuer: root })
const test = ["2.16.578.1.26.1.3.5"]
const leaf = (options: Partial<IdentityOptions> = {}) =>
  makeIdentity({ name: "Kommunen", organisasjonsnummer: "910076787", issuer, policies: test, ...options })
const business = leaf()
const now = DateTime.makeUnsafe("2026-11-24T12:00:00Z")

const trust = (changes: Partial<Trust> = {}): Trust => ({
  mode: "TEST",
  anchors: [root.der],
  intermediates: [],
  ...changes
})

const validate = Effect.fnUntraced(function* (chain: ReadonlyArray<Uint8Array>, settings: Trust = trust(), at = now) {
  const validator = yield* Effect.provide(CertificateValidator, X509CertificateValidator.layer(settings))
  return yield* validator.validate(chain, at)
})

const refusal = (
  chain: ReadonlyArray<Uint8Array>,
  settings?: Trust,
  at?: DateTime.Utc
): Effect.Effect<readonly [string, string], unknown> =>
  Effect.map(
    Effect.flip(validate(chain, settings, at)),
    ({ reason }: CertificateError) => [reason._tag, reason.message] as const
  )

const assertRefused = Effect.fnUntraced(function* (identity: Identity, words: string, settings?: Trust) {
  const [tag, message] = yield* refusal(identity.chain, settings)
  assert.strictEqual(tag, "CertificateNotTrusted")
  assert.include(message, words)
})

describe("X509CertificateValidator", () => {
  it.effect("gives organisation, subject and public key of a certificate it trusts", () =>
    Effect.gen(function* () {
      const validated = yield* validate(business.chain)
      assert.deepStrictEqual(validated.organisasjonsnummer, Option.some("910076787"))
      assert.strictEqual(validated.subject, "OID.2.5.4.97=NTRNO-910076787, CN=Kommunen")
      assert.isTrue(createPublicKey(validated.publicKey).equals(createPublicKey(business.key)))
    })
  )

  it.effect("finds the issuers among the configured ones, or among those that came along in any order", () =>
    Effect.gen(function* () {
      yield* validate([business.der], trust({ intermediates: [issuer.der] }))
      yield* validate([business.der, root.der, Uint8Array.of(1, 2, 3), issuer.der])
      assert.strictEqual((yield* refusal([business.der]))[0], "CertificateNotTrusted")
    })
  )

  it.effect("refuses a chain to a root that only came along", () =>
    Effect.gen(function* () {
      const foreign = makeIdentity({ name: "Rot", ca: true })
      const copy = makeIdentity({
        name: "Kommunen",
        issuer: makeIdentity({ name: "Utsteder", ca: true, issuer: foreign }),
        policies: test
      })
      yield* assertRefused(copy, "trusted root")
    })
  )

  it.effect("refuses an issuer that may not issue", () =>
    Effect.gen(function* () {
      yield* assertRefused(makeIdentity({ name: "Under", issuer: business, policies: test }), "trusted root")
      const noSigning = makeIdentity({ name: "Uten", ca: true, issuer: root, keyUsage: { bits: 0x80, critical: true } })
      yield* assertRefused(leaf({ issuer: noSigning }), "trusted root")
    })
  )

  it.effect("refuses what is not in force at the time asked about, issuers included", () =>
    Effect.gen(function* () {
      const [expired] = yield* refusal(business.chain, trust(), DateTime.makeUnsafe("2050-01-01T00:00:00Z"))
      const [early] = yield* refusal(business.chain, trust(), DateTime.makeUnsafe("2023-12-31T23:59:59Z"))
      const old = makeIdentity({ name: "Gammel", ca: true, issuer: root, to: "2025-01-01T00:00:00Z" })
      const [issuerExpired] = yield* refusal(leaf({ issuer: old }).chain)
      assert.deepStrictEqual(
        [expired, early, issuerExpired],
        ["CertificateNotInForce", "CertificateNotInForce", "CertificateNotInForce"]
      )
      yield* validate(leaf({ issuer: old }).chain, trust(), DateTime.makeUnsafe("2024-06-01T00:00:00Z"))
    })
  )

  it.effect(
    "asks for the mode's policies, critical key usage and no other critical extension in TEST and PRODUCTION",
    () =>
      Effect.gen(function* () {
        for (const mode of ["TEST", "PRODUCTION"] as const) {
          yield* validate(business.chain, trust({ mode }))
          yield* assertRefused(leaf({ policies: ["1.2.3"] }), "policies", trust({ mode }))
          yield* assertRefused(leaf({ keyUsage: { bits: 0xf0, critical: false } }), "key usage", trust({ mode }))
          yield* assertRefused(leaf({ criticalExtension: "2.5.29.37" }), "2.5.29.37", trust({ mode }))
          yield* assertRefused(makeIdentity({ name: "Selv", policies: test }), "self-signed", trust({ mode }))
        }
        yield* assertRefused(leaf({ policies: ["2.16.578.1.29.913.210.1"] }), "policies", trust({ mode: "PRODUCTION" }))
        yield* validate(leaf({ policies: ["2.16.578.1.29.913.210.1"] }).chain)
        yield* validate(leaf({ policies: ["1.2.3.4"] }).chain, trust({ policies: ["1.2.3.*"] }))
      })
  )

  it.effect("asks for chain and validity alone in ANCHORED", () =>
    Effect.gen(function* () {
      const anchored = trust({ mode: "ANCHORED" })
      yield* validate(leaf({ policies: [], criticalExtension: "2.5.29.37" }).chain, anchored)
      yield* assertRefused(leaf({ criticalExtension: "1.2.3.4" }), "1.2.3.4", anchored)
      yield* assertRefused(makeIdentity({ name: "Selv" }), "trusted root", anchored)
    })
  )

  it.effect("takes any self-signed certificate in SELF_SIGNED, and no other", () =>
    Effect.gen(function* () {
      const settings: Trust = { mode: "SELF_SIGNED", anchors: [], intermediates: [] }
      yield* validate(makeIdentity({ name: "Selv" }).chain, settings)
      yield* assertRefused(business, "not self-signed", settings)
      assert.strictEqual(
        (yield* refusal(makeIdentity({ name: "Selv", to: "2025-01-01T00:00:00Z" }).chain, settings))[0],
        "CertificateNotInForce"
      )
    })
  )

  it.effect("tells unreadable bytes from a certificate that is not trusted", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* refusal([]))[0], "CertificateUnreadable")
      assert.strictEqual((yield* refusal([Uint8Array.of(0x30, 0x03, 1, 2, 3)]))[0], "CertificateUnreadable")
      const cut = business.der.subarray(0, 200)
      assert.strictEqual((yield* refusal([cut]))[0], "CertificateUnreadable")
    })
  )

  it.effect("fails at start when a trusted certificate in the settings cannot be read", () =>
    Effect.gen(function* () {
      const [tag, message] = yield* refusal(
        business.chain,
        trust({ anchors: ["-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"] })
      )
      assert.strictEqual(tag, "CertificateUnreadable")
      assert.include(message, "settings")
    })
  )

  it("matches a policy by its whole numbers", () => {
    assert.isTrue(matchesPolicy("2.16.578.1.29.13.200.*", "2.16.578.1.29.13.200.1.0"))
    assert.isTrue(matchesPolicy("2.16.578.1.29.13.200.*", "2.16.578.1.29.13.200"))
    assert.isFalse(matchesPolicy("2.16.578.1.29.13.200.*", "2.16.578.1.29.13.2001"))
    assert.isFalse(matchesPolicy("2.16.578.1.29.13.1", "2.16.578.1.29.13.1.1.0"))
  })

  it.effect.skipIf(!hasVectors)(
    titled("trusts SEID1 and SEID2 certificates of the vectors, and refuses the forged one with the same names"),
    () =>
      Effect.gen(function* () {
        for (const [key, organisation] of [
          ["avsender", "310011010"],
          ["databehandler", "310021024"]
        ] as const) {
          const validated = yield* validate([vector(`keys/${key}.cert.der`)], vectorTrust())
          assert.deepStrictEqual(validated.organisasjonsnummer, Option.some(organisation))
        }
        assert.strictEqual(
          (yield* refusal([vector("keys/falsk-avsender.cert.der")], vectorTrust()))[0],
          "CertificateNotTrusted"
        )
        assert.strictEqual(
          (yield* refusal([vector("keys/utlopt.cert.der")], vectorTrust()))[0],
          "CertificateNotInForce"
        )
      })
  )
})
