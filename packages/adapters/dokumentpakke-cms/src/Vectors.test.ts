import { DokumentpakkeOpener } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import { hash } from "node:crypto"
import * as CmsDokumentpakkeOpener from "./CmsDokumentpakkeOpener.ts"
import {
  businessCertificate,
  hasVectors,
  index,
  type Judged,
  pieces,
  settings,
  titled,
  trust,
  vector
} from "./internal/vectors.testing.ts"

const hex = (bytes: Uint8Array) => hash("sha256", bytes, "hex")

const openerOf = (recipient: string) =>
  Layer.suspend(() => CmsDokumentpakkeOpener.layer(settings()).pipe(Layer.provide(businessCertificate(recipient))))

const flavourOf = ({ flavour }: { readonly flavour: Judged["flavour"] }) => (flavour === "cms" ? "dpi" : flavour)

/** Decrypts and opens, and gives true when both succeed. */
const opens = Effect.fnUntraced(function* (path: string, flavour: ReturnType<typeof flavourOf>) {
  const opener = yield* DokumentpakkeOpener
  const container = yield* opener.decrypt(pieces(vector(path)))
  const opened = yield* opener.open(container, { flavour })
  yield* Effect.forEach(opened.documents, ({ content }) => Stream.runDrain(content))
}, Effect.scoped)

const verdictOf = Effect.fnUntraced(function* (path: string, flavour: ReturnType<typeof flavourOf>) {
  const opener = yield* DokumentpakkeOpener
  const bytes = vector(path)
  return yield* opener.verify({ size: bytes.length, content: Stream.make(bytes) }, { flavour })
})

describe.skipIf(!hasVectors)("dokumentpakke vectors", () => {
  describe("packages of the reference implementation", () => {
    it.effect.each(index.packages.map((vector) => [vector.id, vector] as const))(
      titled("opens %s with every document as it was packed"),
      ([, { cms, entries, flavour, recipient, signer }]) =>
        Effect.gen(function* () {
          const opener = yield* DokumentpakkeOpener
          const container = yield* opener.decrypt(pieces(vector(cms.file), 777))
          const selfSigned = signer === "selvsignert"
          const opened = yield* opener.open(container, {
            flavour,
            ...(selfSigned ? { trust: { ...trust(), mode: "SELF_SIGNED" } } : {})
          })
          const documents = yield* Effect.forEach(opened.documents, ({ content, mimeType, name, sha256, size }) =>
            Effect.map(Stream.mkUint8Array(content), (bytes) => {
              assert.strictEqual(hex(bytes), Buffer.from(sha256).toString("hex"))
              return { name, size, sha256: hex(bytes), mime: mimeType }
            })
          )
          const expected = entries
            .filter(({ name }) => name !== "mimetype" && name !== "manifest.xml" && !name.startsWith("META-INF/"))
            .map(({ mime, name, sha256, size }) => ({ name, size, sha256, mime }))
          assert.deepStrictEqual(documents, expected as typeof documents)
          assert.deepStrictEqual(opened.verdict.findings, [])
        }).pipe(Effect.scoped, Effect.provide(openerOf(recipient)))
    )
  })

  describe("CMS", () => {
    it.effect.each(index.cms.map((vector) => [vector.id, vector] as const))(
      titled("decrypts %s"),
      ([, { file, plaintextSha256, recipient }]) =>
        Effect.gen(function* () {
          const opener = yield* DokumentpakkeOpener
          const container = yield* opener.decrypt(pieces(vector(file), 61))
          assert.strictEqual(hex(yield* Stream.mkUint8Array(container.content)), plaintextSha256)
        }).pipe(Effect.scoped, Effect.provide(openerOf(recipient)))
    )
  })

  describe("what a reader accepts, or may treat either way", () => {
    it.effect.each(
      index.tolerance.filter(({ flavour }) => flavour !== "cms").map((vector) => [vector.id, vector] as const)
    )(titled("judges %s as the index says"), ([, one]) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(Date.parse("2026-11-24T12:00:00Z"))
        const encrypted = yield* Effect.exit(opens(one.encrypted!, flavourOf(one)))
        const verdict = yield* verdictOf(one.file, flavourOf(one))
        assert.strictEqual(encrypted._tag === "Success", verdict.outcome === "valid", JSON.stringify(verdict.findings))
        if (one.expect === "accept")
          assert.deepStrictEqual(
            [verdict.outcome, verdict.findings.filter(({ severity }) => severity === "broken")],
            ["valid", []]
          )
      }).pipe(Effect.provide(openerOf(one.recipient)))
    )

    it.effect.each(
      index.tolerance.filter(({ flavour }) => flavour === "cms").map((vector) => [vector.id, vector] as const)
    )(titled("decrypts or refuses %s"), ([, one]) =>
      Effect.gen(function* () {
        const opener = yield* DokumentpakkeOpener
        const exit = yield* Effect.exit(Effect.scoped(opener.decrypt(pieces(vector(one.file)))))
        assert.strictEqual(exit._tag, "Success")
      }).pipe(Effect.provide(openerOf(one.recipient)))
    )
  })

  describe("what a reader refuses", () => {
    it.effect.each(index.negative.map((vector) => [vector.id, vector] as const))(titled("refuses %s"), ([, one]) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(opens(one.encrypted ?? one.file, flavourOf(one)))
        assert.strictEqual(error.reason._tag, "NotReadable")
        assert.strictEqual(error.message, "The dokumentpakke cannot be opened.")
        if (one.flavour === "cms") return
        const verdict = yield* verdictOf(one.file, flavourOf(one))
        assert.strictEqual(verdict.outcome, "invalid")
        const rules = verdict.findings.filter(({ severity }) => severity === "broken").map(({ rule }) => rule)
        assert.isAbove(rules.length, 0)
      }).pipe(Effect.provide(openerOf(one.recipient)))
    )
  })
})
