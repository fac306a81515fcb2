import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import type { KeystoreError } from "@eformidling/port-dokumentpakke/KeystoreError"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Option, Redacted } from "effect"
import { execFileSync } from "node:child_process"
import { createPrivateKey, X509Certificate } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as KeystoreBusinessCertificate from "./KeystoreBusinessCertificate.ts"
import type { KeystoreSettings } from "./KeystoreSettings.ts"

const folder = fileURLToPath(new URL("../../../../../shared/data/vectors/", import.meta.url))
const hasVectors = existsSync(`${folder}index.json`)
const titled = (title: string) => (hasVectors ? title : `${title} (skipped: there is no ../shared/data)`)
const file = (path: string) => `${folder}${path}`

const load = (settings: Partial<KeystoreSettings> & { readonly path: string }) =>
  BusinessCertificate.pipe(
    Effect.provide(KeystoreBusinessCertificate.layer({ password: Redacted.make("changeit"), ...settings }))
  )

const reasonOf = (
  settings: Partial<KeystoreSettings> & { readonly path: string }
): Effect.Effect<KeystoreError["reason"], BusinessCertificate["Service"]> =>
  Effect.map(Effect.flip(load(settings)), ({ reason }) => reason)

/** The certificate must be the key's own, and each issuer sign the one before it. */
const assertWhole = ({ chain, privateKey }: BusinessCertificate["Service"], length: number) => {
  const certificates = chain.map((der) => new X509Certificate(der))
  assert.strictEqual(certificates.length, length)
  assert.isTrue(certificates[0]!.checkPrivateKey(createPrivateKey(Redacted.value(privateKey))))
  for (const [index, certificate] of certificates.entries()) {
    assert.isTrue(certificate.verify(certificates[Math.min(index + 1, certificates.length - 1)]!.publicKey))
  }
}

const samples: ReadonlyArray<readonly [string, Partial<KeystoreSettings> & { readonly file: string }, string]> = [
  ["PKCS#12 of Java", { file: "keys/keystore.p12", alias: "avsender" }, "310011010"],
  ["PKCS#12 with a SEID1 certificate", { file: "keys/keystore.p12", alias: "databehandler" }, "310021024"],
  ["PKCS#12 with one key and no alias set", { file: "keys/avsender.p12" }, "310011010"],
  ["PKCS#12 with RC2 and 3DES", { file: "keys/avsender-legacy.p12", alias: "avsender" }, "310011010"],
  ["PKCS#12 although the type says JKS", { file: "keys/keystore.p12", type: "JKS", alias: "AVSENDER" }, "310011010"],
  ["JKS", { file: "keys/keystore.jks", type: "JKS", alias: "kommune" }, "310041041"],
  ["JKS of the published examples", { file: "published-dpi/eksempel.jks", type: "jks", alias: "eksempel" }, ""]
]

describe.skipIf(!hasVectors)("KeystoreBusinessCertificate", () => {
  it.effect.each(samples)(titled("reads %s"), ([, { file: path, ...settings }, organisasjonsnummer]) =>
    Effect.gen(function* () {
      const certificate = yield* load({ ...settings, path: file(path) })
      assertWhole(certificate, path.startsWith("published") ? certificate.chain.length : 3)
      if (organisasjonsnummer !== "")
        assert.deepStrictEqual(certificate.organisasjonsnummer, Option.some(organisasjonsnummer))
    })
  )

  it.effect(titled("gives the certificate bytes of the file, with serial number and validity"), () =>
    Effect.gen(function* () {
      const certificate = yield* load({ path: file("keys/keystore.p12"), alias: "avsender" })
      const expected = readFileSync(file("keys/avsender.cert.der"))
      assert.deepStrictEqual(Buffer.from(certificate.chain[0]), expected)
      assert.strictEqual(certificate.serialNumber, BigInt(`0x${new X509Certificate(expected).serialNumber}`).toString())
      assert.strictEqual(DateTime.formatIso(certificate.notBefore), "2024-01-01T00:00:00.000Z")
      assert.strictEqual(DateTime.formatIso(certificate.notAfter), "2049-01-01T00:00:00.000Z")
      assert.include(certificate.subject, "organizationIdentifier=NTRNO-310011010")
    })
  )

  it.effect(titled("reads a path with file: before it, and a keystore given as base64"), () =>
    Effect.gen(function* () {
      assertWhole(yield* load({ path: `file:${file("keys/avsender.p12")}` }), 3)
      assertWhole(yield* load({ path: `file://${file("keys/avsender.p12")}` }), 3)
      assertWhole(yield* load({ path: `base64:${readFileSync(file("keys/avsender.p12")).toString("base64")}` }), 3)
    })
  )

  it.effect(titled("reads PEM with certificates in any order, and with an encrypted key"), () =>
    Effect.gen(function* () {
      const chain = readFileSync(file("keys/avsender.chain.pem"), "utf8")
      const key = readFileSync(file("keys/avsender.key.pem"), "utf8")
      const reversed = (chain.match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----/g) ?? []).toReversed().join("\n")
      assertWhole(yield* load({ path: `base64:${Buffer.from(reversed + key).toString("base64")}`, type: "PEM" }), 3)
      const encrypted = createPrivateKey(key).export({
        type: "pkcs8",
        format: "pem",
        cipher: "aes-256-cbc",
        passphrase: "changeit"
      })
      const path = `base64:${Buffer.from(chain + encrypted).toString("base64")}`
      assertWhole(yield* load({ path }), 3)
      assert.strictEqual((yield* reasonOf({ path, password: Redacted.make("other") }))._tag, "WrongPassword")
    })
  )

  it.effect(titled("keeps the private key out of what is printed"), () =>
    Effect.gen(function* () {
      const certificate = yield* load({ path: file("keys/avsender.p12") })
      assert.notInclude(JSON.stringify(certificate), "PRIVATE KEY")
    })
  )

  it.effect(titled("names the path of a file that is not there"), () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf({ path: "/nowhere/keystore.p12" })
      assert.strictEqual(reason._tag, "KeystoreNotFound")
      assert.include(reason.message, "/nowhere/keystore.p12")
    })
  )

  it.effect.each(["keys/keystore.p12", "keys/avsender-legacy.p12", "keys/keystore.jks"])(
    titled("tells a wrong password of %s from other errors"),
    (path) =>
      Effect.gen(function* () {
        const reason = yield* reasonOf({ path: file(path), password: Redacted.make("wrong"), alias: "avsender" })
        assert.strictEqual(reason._tag, "WrongPassword")
      })
  )

  it.effect(titled("tells a wrong key password of a JKS from a wrong password"), () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf({
        path: file("keys/keystore.jks"),
        alias: "avsender",
        keyPassword: Redacted.make("wrong")
      })
      assert.strictEqual(reason._tag, "WrongKeyPassword")
      assert.include(reason.message, "avsender")
    })
  )

  it.effect.each(["keys/keystore.p12", "keys/keystore.jks"])(
    titled("lists the aliases of %s when none is right or none is set"),
    (path) =>
      Effect.gen(function* () {
        for (const alias of ["missing", undefined]) {
          const reason = yield* reasonOf({ path: file(path), alias })
          assert.strictEqual(reason._tag, "AliasNotFound")
          for (const known of ["avsender", "databehandler", "mottaker", "kommune"])
            assert.include(reason.message, `"${known}"`)
          assert.notInclude(reason.message, "ca-root")
        }
      })
  )

  it.effect(titled("refuses types that it does not read, and files that are something else"), () =>
    Effect.gen(function* () {
      assert.strictEqual(
        (yield* reasonOf({ path: file("keys/keystore.p12"), type: "Windows-MY" }))._tag,
        "UnsupportedKeystore"
      )
      assert.strictEqual((yield* reasonOf({ path: file("inputs/brev.pdf") }))._tag, "UnsupportedKeystore")
      assert.strictEqual((yield* reasonOf({ path: file("keys/avsender.cert.der") }))._tag, "UnsupportedKeystore")
      assert.strictEqual((yield* reasonOf({ path: "classpath:keystore.jks" }))._tag, "UnsupportedKeystore")
      assert.strictEqual(
        (yield* reasonOf({
          path: `base64:${readFileSync(file("keys/keystore.jks")).subarray(0, 500).toString("base64")}`,
          alias: "avsender"
        }))._tag,
        "WrongPassword"
      )
    })
  )

  it.effect(titled("refuses a key that no certificate belongs to"), () =>
    Effect.gen(function* () {
      const text =
        readFileSync(file("keys/mottaker.cert.pem"), "utf8") + readFileSync(file("keys/avsender.key.pem"), "utf8")
      assert.strictEqual(
        (yield* reasonOf({ path: `base64:${Buffer.from(text).toString("base64")}` }))._tag,
        "UnusableKey"
      )
    })
  )

  it.effect(titled("reads PKCS#12 as openssl writes it"), () =>
    Effect.gen(function* () {
      const bytes = execFileSync("openssl", [
        "pkcs12",
        "-export",
        "-inkey",
        file("keys/avsender.key.pem"),
        "-in",
        file("keys/avsender.chain.pem"),
        "-passout",
        "pass:changeit"
      ])
      assertWhole(yield* load({ path: `base64:${bytes.toString("base64")}`, alias: "1" }), 3)
    })
  )
})
