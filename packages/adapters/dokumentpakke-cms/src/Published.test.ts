import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { DokumentpakkeOpener } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Layer, Option, Redacted, Stream } from "effect"
import { createHash, createPrivateKey, hash } from "node:crypto"
import { tmpdir } from "node:os"
import * as CmsDokumentpakkeOpener from "./CmsDokumentpakkeOpener.ts"
import { parseCertificate } from "./internal/certificate.ts"
import { decrypted, storedOf } from "./internal/unpacked.testing.ts"
import { dataPath, hasVectors, pieces, titled, vector } from "./internal/vectors.testing.ts"
import { readDirectory } from "./internal/zipDirectory.ts"
import { digestEntry } from "./internal/zipEntry.ts"
import { descendants, parseXml, textOf } from "./internal/xml.ts"
import { readFileSync } from "node:fs"

/** The one key of the published JKS, whose layout is fixed: header, alias, date, covered key, chain. */
const publishedKey = () => {
  const file = Buffer.from(vector("published-dpi/eksempel.jks"))
  const password = Buffer.from("changeit", "utf16le").swap16()
  let offset = 12 + 4
  offset += 2 + file.readUInt16BE(offset) + 8
  const info = file.subarray(offset + 4, offset + 4 + file.readUInt32BE(offset))
  offset += 4 + info.length + 4
  offset += 2 + file.readUInt16BE(offset)
  const certificate = file.subarray(offset + 4, offset + 4 + file.readUInt32BE(offset))
  const at = info.indexOf(Buffer.from("060a2b060104012a02110101", "hex"))
  const start = info.indexOf(Buffer.from("0482", "hex"), at)
  const covered = info.subarray(start + 4, start + 4 + info.readUInt16BE(start + 2))
  const body = Buffer.from(covered.subarray(20, -20))
  let block: Buffer = covered.subarray(0, 20)
  for (let index = 0; index < body.length; index++) {
    if (index % 20 === 0) block = createHash("sha1").update(password).update(block).digest()
    body[index]! ^= block[index % 20]!
  }
  return {
    key: createPrivateKey({ key: body, format: "der", type: "pkcs8" }),
    certificate: new Uint8Array(certificate)
  }
}

/** The published signers' own chains, since no root is published with them. */
const anchors = Effect.fnUntraced(function* (zip: Uint8Array) {
  const stored = storedOf(zip)
  const entry = (yield* readDirectory(stored, 100)).find(({ name }) => name === "META-INF/signatures.xml")!
  const { bytes } = yield* digestEntry(stored, entry, true)
  const certificates = [...descendants(parseXml(bytes!))]
    .filter(({ local }) => local === "X509Certificate")
    .map((element) => new Uint8Array(Buffer.from(textOf(element), "base64")))
  return certificates.slice(-1)
})

const Live = Layer.suspend(() => {
  const { certificate, key } = publishedKey()
  const { notAfter, notBefore, serial, subject } = parseCertificate(certificate)
  return CmsDokumentpakkeOpener.layer({
    temporaryDirectory: tmpdir(),
    trust: { mode: "ANCHORED", anchors: [], intermediates: [] }
  }).pipe(
    Layer.provide(
      Layer.succeed(BusinessCertificate, {
        organisasjonsnummer: Option.none(),
        chain: [certificate],
        privateKey: Redacted.make(key.export({ type: "pkcs8", format: "pem" }).toString()),
        notBefore: DateTime.makeUnsafe(notBefore),
        notAfter: DateTime.makeUnsafe(notAfter),
        serialNumber: String(serial),
        subject
      })
    )
  )
})

const published = ["digital", "digital-avsenderidentifikator"].map((id) => [id] as const)

describe.skipIf(!hasVectors)("published DPI examples", () => {
  it.effect.each(published)(titled("decrypts %s to the package that is published beside it"), ([id]) =>
    Effect.gen(function* () {
      const zip = yield* decrypted(vector(`published-dpi/${id}-dokumentpakke.cms`))
      assert.strictEqual(
        hash("sha256", zip, "hex"),
        hash("sha256", vector(`published-dpi/${id}-dokumentpakke.zip`), "hex")
      )
    }).pipe(Effect.provide(Live))
  )

  it.effect.each(published)(
    titled("opens %s, judged at its signing time, to documents with the digests that were signed"),
    ([id]) =>
      Effect.gen(function* () {
        const opener = yield* DokumentpakkeOpener
        const trusted = yield* anchors(vector(`published-dpi/${id}-dokumentpakke.zip`))
        const container = yield* opener.decrypt(pieces(vector(`published-dpi/${id}-dokumentpakke.cms`)))
        const opened = yield* opener.open(container, {
          flavour: "dpi",
          trust: { mode: "ANCHORED", anchors: trusted, intermediates: [] }
        })
        assert.isAbove(opened.documents.length, 0)
        for (const { content, sha256 } of opened.documents) {
          assert.strictEqual(
            hash("sha256", yield* Stream.mkUint8Array(content), "hex"),
            Buffer.from(sha256).toString("hex")
          )
        }
        assert.isTrue(Option.isSome(opened.signer.organisasjonsnummer))
        assert.strictEqual(opened.manifest._tag, "dpi")
      }).pipe(Effect.scoped, Effect.provide(Live))
  )

  it.effect.each(published)(titled("does not judge %s without a trusted root, and gives no document"), ([id]) =>
    Effect.gen(function* () {
      const opener = yield* DokumentpakkeOpener
      const container = yield* opener.decrypt(pieces(vector(`published-dpi/${id}-dokumentpakke.cms`)))
      const verdict = yield* opener.verify(container, { flavour: "dpi" })
      assert.deepStrictEqual(
        [verdict.outcome, verdict.findings.map(({ rule, severity }) => [rule, severity])],
        ["unjudged", [["certificate", "unjudged"]]]
      )
      assert.strictEqual((yield* Effect.flip(opener.open(container, { flavour: "dpi" }))).reason._tag, "NotReadable")
    }).pipe(Effect.scoped, Effect.provide(Live))
  )

  it.effect.each(published)(titled("finds the fingerprint of %s in its forretningsmelding (DPI-53)"), ([id]) =>
    Effect.sync(() => {
      const payload = readFileSync(dataPath(`vectors/published-dpi/${id}-forretningsmelding.jwt`), "utf8").split(
        "."
      )[1]!
      const { standardBusinessDocument } = JSON.parse(Buffer.from(payload, "base64url").toString())
      const { dokumentpakkefingeravtrykk } = standardBusinessDocument.digital
      assert.strictEqual(
        dokumentpakkefingeravtrykk.digestValue,
        hash("sha256", vector(`published-dpi/${id}-dokumentpakke.cms`), "base64")
      )
    })
  )
})
