import { randomBytes } from "node:crypto"
import { tmpdir } from "node:os"
import { DocumentError } from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import { DokumentpakkeOpener } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import { DokumentpakkeSealer } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Layer, Option, Redacted, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as CmsDokumentpakkeOpener from "./CmsDokumentpakkeOpener.ts"
import * as DokumentpakkeCms from "./DokumentpakkeCms.ts"
import { businessCertificateOf, makeIdentity } from "./internal/certificates.testing.ts"
import type { Limits } from "./Settings.ts"

const root = makeIdentity({ name: "Rot", ca: true })
const own = makeIdentity({
  name: "Kommunen",
  organisasjonsnummer: "910076787",
  issuer: root,
  to: "2027-01-01T00:00:00Z"
})
const trust = { mode: "ANCHORED", anchors: [root.der], intermediates: [] } as const

const layerWith = (limits: Partial<Limits> = {}) =>
  DokumentpakkeCms.layer({ temporaryDirectory: tmpdir(), trust, limits, memoryBytes: 50_000 }).pipe(
    Layer.provide(businessCertificateOf(own))
  )

const at = "2026-11-24T12:00:00.000Z"

const container = Effect.fnUntraced(function* (...contents: ReadonlyArray<Uint8Array>) {
  yield* TestClock.setTime(Date.parse(at))
  const sealed = yield* (yield* DokumentpakkeSealer).seal({
    flavour: "dpe",
    sender: "0192:910076787",
    receiver: "0192:991825827",
    documents: contents.map((bytes, index) => ({
      filename: `${index}.txt`,
      mimeType: "text/plain",
      content: () => Stream.make(bytes)
    })),
    recipientCertificate: own.der
  })
  return yield* (yield* DokumentpakkeOpener).decrypt(sealed.content)
})

const brokenRules = Effect.fnUntraced(function* (limits: Partial<Limits>, ...contents: ReadonlyArray<Uint8Array>) {
  const opener = yield* Effect.provide(DokumentpakkeOpener, layerWith(limits))
  const verdict = yield* opener.verify(yield* Effect.provide(container(...contents), layerWith()), { flavour: "dpe" })
  return verdict.findings.flatMap(({ rule, severity }) => (severity === "broken" ? [rule] : []))
})

/** With the private key of a certificate and nothing else, or with nothing. */
const bare = (identity: typeof own | undefined) =>
  CmsDokumentpakkeOpener.layerKey(
    { temporaryDirectory: tmpdir(), trust },
    identity && Redacted.make(identity.key.export({ type: "pkcs8", format: "pem" }).toString())
  )

describe("CmsDokumentpakkeOpener", () => {
  it.effect("opens with a private key alone, and without one what is not encrypted", () =>
    Effect.gen(function* () {
      const bytes = randomBytes(100)
      const { content, size } = yield* container(bytes)
      const keyless = yield* Effect.provide(DokumentpakkeOpener, bare(undefined))
      const opened = yield* keyless.open({ size, content }, { flavour: "dpe" })
      assert.deepStrictEqual(yield* Stream.mkUint8Array(opened.documents[0]!.content), new Uint8Array(bytes))

      const sealed = yield* (yield* DokumentpakkeSealer).seal({
        flavour: "dpo",
        sender: "0192:910076787",
        receiver: "0192:991825827",
        documents: [{ filename: "0.txt", mimeType: "text/plain", content: () => Stream.make(bytes) }],
        recipientCertificate: own.der
      })
      const key = yield* Effect.provide(DokumentpakkeOpener, bare(own))
      const verdict = yield* key.verify(yield* key.decrypt(sealed.content), { flavour: "dpo" })
      assert.strictEqual(verdict.outcome, "valid")
      for (const opener of [keyless, yield* Effect.provide(DokumentpakkeOpener, bare(root))]) {
        const error = yield* Effect.flip(opener.decrypt(sealed.content))
        assert.strictEqual(error.reason._tag, "NotReadable")
      }
    }).pipe(Effect.scoped, Effect.provide(layerWith()))
  )

  it.effect("tells signer, organisation and signing time", () =>
    Effect.gen(function* () {
      const opened = yield* (yield* DokumentpakkeOpener).open(yield* container(randomBytes(10)), { flavour: "dpe" })
      assert.deepStrictEqual(opened.signer.organisasjonsnummer, Option.some("910076787"))
      assert.deepStrictEqual(opened.signer.certificate, own.der)
      assert.deepStrictEqual(Option.map(opened.signingTime, DateTime.formatIso), Option.some(at))
    }).pipe(Effect.scoped, Effect.provide(layerWith()))
  )

  it.effect("judges the certificate at the time of signing, or at the time it is asked about", () =>
    Effect.gen(function* () {
      const opener = yield* DokumentpakkeOpener
      const made = yield* container(randomBytes(10))
      yield* TestClock.setTime(Date.parse("2030-01-01T00:00:00Z"))
      assert.strictEqual((yield* opener.verify(made, { flavour: "dpe" })).outcome, "valid")
      const later = yield* opener.verify(made, { flavour: "dpe", at: DateTime.makeUnsafe("2027-06-01T00:00:00Z") })
      assert.deepStrictEqual([later.outcome, later.findings.map(({ rule }) => rule)], ["invalid", ["certificate"]])
    }).pipe(Effect.scoped, Effect.provide(layerWith()))
  )

  it.effect("gives no document of a package whose signer is not trusted by the trust it is given", () =>
    Effect.gen(function* () {
      const opener = yield* DokumentpakkeOpener
      const made = yield* container(randomBytes(10))
      const other = { ...trust, anchors: [makeIdentity({ name: "Rot", ca: true }).der] }
      const error = yield* Effect.flip(opener.open(made, { flavour: "dpe", trust: other }))
      assert.strictEqual(error.reason._tag, "NotReadable")
      const unjudged = yield* opener.verify(made, { flavour: "dpe", trust: { ...trust, anchors: [] } })
      assert.strictEqual(unjudged.outcome, "unjudged")
    }).pipe(Effect.scoped, Effect.provide(layerWith()))
  )

  it.effect("opens a package of another flavour as nothing", () =>
    Effect.gen(function* () {
      const opener = yield* DokumentpakkeOpener
      const made = yield* container(randomBytes(10))
      assert.strictEqual((yield* Effect.flip(opener.open(made, { flavour: "dpi" }))).reason._tag, "NotReadable")
    }).pipe(Effect.scoped, Effect.provide(layerWith()))
  )

  it.effect("refuses what is beyond each limit, and takes what is within it", () =>
    Effect.gen(function* () {
      const zeros = new Uint8Array(100_000)
      assert.deepStrictEqual(yield* brokenRules({}, zeros), [])
      assert.deepStrictEqual(yield* brokenRules({ nextMoveEntries: 6 }, zeros), [])
      assert.deepStrictEqual(yield* brokenRules({ nextMoveEntries: 5 }, zeros), ["limit"])
      assert.include(yield* brokenRules({ unpackedBytes: 100_000 }, zeros), "limit")
      assert.include(yield* brokenRules({ metadataBytes: 300 }, zeros), "limit")
      assert.include(yield* brokenRules({ ratio: 10, ratioFreeBytes: 99_999 }, zeros), "limit")
      assert.deepStrictEqual(yield* brokenRules({ ratio: 10, ratioFreeBytes: 100_000 }, zeros), [])
    }).pipe(Effect.scoped)
  )

  it.effect("keeps no more of a container than the limit", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(container(randomBytes(200_000)))
      assert.strictEqual(error.reason._tag, "NotReadable")
    }).pipe(Effect.scoped, Effect.provide(layerWith({ containerBytes: 100_000 })))
  )

  it.effect("is unavailable, and not unreadable, when the package cannot be read from where it is kept", () =>
    Effect.gen(function* () {
      const gone = new DocumentError({ filename: "asic.zip", cause: "gone" })
      const opener = yield* DokumentpakkeOpener
      assert.strictEqual((yield* Effect.flip(opener.decrypt(Stream.fail(gone)))).reason._tag, "Unavailable")
    }).pipe(Effect.scoped, Effect.provide(layerWith()))
  )
})
