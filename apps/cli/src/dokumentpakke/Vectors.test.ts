import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import { commandLine } from "../commandLine.testing.ts"
import { hasVectors, index, keyed, titled, trusting, vector } from "./vectors.testing.ts"

const Report = Schema.fromJsonString(
  Schema.Struct({
    outcome: Schema.Literals(["valid", "invalid", "unjudged"]),
    entries: Schema.Array(
      Schema.Struct({ name: Schema.String, size: Schema.Number, sha256: Schema.optionalKey(Schema.String) })
    ),
    findings: Schema.Array(
      Schema.Struct({
        rule: Schema.String,
        severity: Schema.Literals(["broken", "warning", "unjudged"]),
        detail: Schema.String
      })
    )
  })
)

const codes = { valid: 0, invalid: 1, unjudged: 2 } as const

/** The report, after the exit code has been held against it. */
const inspect = Effect.fnUntraced(function* (file: string, flavour: string, ...flags: ReadonlyArray<string>) {
  yield* TestClock.setTime(Date.parse("2026-11-24T12:00:00Z"))
  const args = ["dokumentpakke", "inspect", vector(file), "--flavour", flavour, "--json", ...trusting, ...flags]
  const { code, error, out } = yield* commandLine(...args)
  assert.strictEqual(error, "")
  const report = yield* Schema.decodeUnknownEffect(Report)(out)
  assert.strictEqual(code, codes[report.outcome])
  const broken = report.findings.filter(({ severity }) => severity === "broken")
  assert.strictEqual(broken.length > 0, report.outcome === "invalid")
  return { ...report, broken: broken.map(({ rule }) => rule) }
})

const named = <A extends { readonly id: string }>(vectors: ReadonlyArray<A>) =>
  vectors.map((one) => [one.id, one] as const)

const judgedAs = (expect: "accept" | "reject" | "either", outcome: string) => {
  if (expect === "accept") assert.strictEqual(outcome, "valid")
  else if (expect === "reject") assert.strictEqual(outcome, "invalid")
  else assert.include(["valid", "invalid"], outcome)
}

describe.skipIf(!hasVectors)("dokumentpakke inspect", () => {
  it.effect.each(named(index.packages))(titled("finds the package %s valid, sealed and plain"), ([, one]) =>
    Effect.gen(function* () {
      const trust = one.signer === "selvsignert" ? ["--certificate-mode", "self-signed"] : []
      const encrypted = yield* inspect(one.cms.file, one.flavour, ...keyed(one.recipient), ...trust)
      const plain = yield* inspect(one.asice.file, one.flavour, ...trust)
      for (const { entries, findings, outcome } of [encrypted, plain]) {
        assert.deepStrictEqual([outcome, findings], ["valid", []])
        assert.deepStrictEqual(
          entries.map(({ name, sha256 = "", size }) => ({ name, size, sha256 })),
          one.entries.map(({ name, sha256, size }) => ({ name, size, sha256 }))
        )
      }
    })
  )

  it.effect.each(named(index.cms))(titled("decrypts the envelope %s"), ([, one]) =>
    Effect.gen(function* () {
      const { entries, outcome } = yield* inspect(one.file, "cms", ...keyed(one.recipient))
      judgedAs(one.expect, outcome)
      assert.deepStrictEqual(
        entries.map(({ sha256 }) => sha256),
        [one.plaintextSha256]
      )
    })
  )

  const packages = (vectors: typeof index.negative) => named(vectors.filter(({ flavour }) => flavour !== "cms"))
  const envelopes = (vectors: typeof index.negative) => named(vectors.filter(({ flavour }) => flavour === "cms"))

  it.effect.each([...packages(index.tolerance), ...packages(index.negative)])(
    titled("judges %s as the index says, sealed and plain"),
    ([, one]) =>
      Effect.gen(function* () {
        const plain = yield* inspect(one.file, one.flavour)
        judgedAs(one.expect, plain.outcome)
        if (one.encrypted === undefined) return
        const sealed = yield* inspect(one.encrypted, one.flavour, ...keyed(one.recipient))
        assert.deepStrictEqual([sealed.outcome, sealed.findings], [plain.outcome, plain.findings])
      })
  )

  it.effect.each([...envelopes(index.tolerance), ...envelopes(index.negative)])(
    titled("judges the envelope %s as the index says"),
    ([, one]) =>
      Effect.gen(function* () {
        const { broken, outcome } = yield* inspect(one.file, "cms", ...keyed(one.recipient))
        judgedAs(one.expect, outcome)
        if (one.expect === "reject" && one.id !== "cms-bitflipp-innhold") assert.deepStrictEqual(broken, ["decrypt"])
      })
  )

  it.effect.each(named(index.jws))(titled("judges the message %s as the index says, by the rule it names"), ([, one]) =>
    Effect.gen(function* () {
      const flags = one.package === undefined ? [] : ["--package", vector(one.package)]
      const { broken, outcome } = yield* inspect(one.file, "jws", ...flags)
      judgedAs(one.expect, outcome)
      if (one.expect === "reject") assert.include(broken, one.stage)
    })
  )

  it.effect.each(named(index.jwe))(titled("judges the encrypted message %s as the index says"), ([, one]) =>
    Effect.gen(function* () {
      const { outcome } = yield* inspect(one.file, "jws", ...keyed(one.recipient))
      judgedAs(one.expect, outcome)
    })
  )

  it.effect.each([
    ["keys/mottaker.p12", ""],
    ["keys/keystore.p12", "mottaker"],
    ["keys/keystore.jks", "mottaker"]
  ])(titled("takes the key from the keystore %s"), ([file = "", alias = ""]) =>
    Effect.gen(function* () {
      const named = alias === "" ? [] : ["--alias", alias]
      const flags = ["--keystore", vector(file), "--password", index.password, ...named]
      const { outcome } = yield* inspect("dpi/dpi-01-enkel/package.asice.cms", "dpi", ...flags)
      assert.strictEqual(outcome, "valid")
    })
  )

  it.effect(titled("takes key and certificate from PEM files, for a package with several recipients too"), () =>
    Effect.gen(function* () {
      const flags = [...keyed("mottaker"), "--certificate", vector("keys/mottaker.cert.pem")]
      const { outcome } = yield* inspect("cms/openssl-two-recipients-ours-second.cms", "cms", ...flags)
      assert.strictEqual(outcome, "valid")
      const others = [...keyed("fremmed"), "--certificate", vector("keys/fremmed.cert.pem")]
      const { broken } = yield* inspect("cms/openssl-two-recipients-ours-second.cms", "cms", ...others)
      assert.deepStrictEqual(broken, ["decrypt"])
    })
  )

  it.effect(titled("never says a password that does not fit"), () =>
    Effect.gen(function* () {
      const { code, error, out } = yield* commandLine(
        ["dokumentpakke", "inspect", vector("dpi/dpi-01-enkel/package.asice.cms"), "--flavour", "dpi"],
        ["--keystore", vector("keys/mottaker.p12"), "--password", "hemmelighet"]
      )
      assert.deepStrictEqual([code, out], [2, ""])
      assert.include(error, "does not open with the password given")
      assert.notInclude(error, "hemmelighet")
    })
  )

  it.effect(titled("could not judge without anything to trust, nor without a key to what is encrypted"), () =>
    Effect.gen(function* () {
      for (const [file, flavour, rule] of [
        ["dpi/dpi-01-enkel/package.asice", "dpi", "certificate"],
        ["dpi/dpi-01-enkel/package.asice.cms", "dpi", "decrypt"],
        ["jws/jws-gyldig.jwt", "jws", "certificate"],
        ["jws/jwe-gyldig.jwe", "jws", "decrypt"]
      ] as const) {
        const { code, out } = yield* commandLine("dokumentpakke", "inspect", vector(file), "--flavour", flavour)
        assert.strictEqual(code, 2, file)
        assert.include(out, `unjudged: ${rule}: `)
      }
    })
  )

  it.effect(titled("judges a broken signature as broken where nothing is trusted"), () =>
    Effect.gen(function* () {
      const file = vector("jws/jws-endret-signatur.jwt")
      const { code, out } = yield* commandLine("dokumentpakke", "inspect", file, "--flavour", "jws")
      assert.strictEqual(code, 1)
      assert.include(out, "broken: signature: ")
    })
  )

  it.effect(titled("judges certificates at the time asked for"), () =>
    Effect.gen(function* () {
      const file = "negative/dpi-utlopt-sertifikat.asice"
      const { broken } = yield* inspect(file, "dpi", "--at", "2000-01-01T00:00:00Z")
      assert.deepStrictEqual(broken, ["certificate"])
      const early = yield* inspect("jws/jws-gyldig.jwt", "jws", "--at", "2000-01-01T00:00:00Z")
      assert.deepStrictEqual(early.broken, ["certificate"])
    })
  )
})
