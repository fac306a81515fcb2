import type { Document } from "@eformidling/port-dokumentpakke/Document"
import { DokumentpakkeOpener } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import { DokumentpakkeSealer, type SealRequest } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import type { DpiManifest } from "@eformidling/port-dokumentpakke/DpiManifest"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import { hash, randomBytes } from "node:crypto"
import { tmpdir } from "node:os"
import { crc32 } from "node:zlib"
import * as DokumentpakkeCms from "./DokumentpakkeCms.ts"
import { child, oid, read } from "./internal/ber.ts"
import { businessCertificateOf, makeIdentity } from "./internal/certificates.testing.ts"
import { oids } from "./internal/oids.ts"
import { decrypted, unzip } from "./internal/unpacked.testing.ts"

const root = makeIdentity({ name: "Rot", ca: true })
const issuer = makeIdentity({ name: "Utsteder", ca: true, issuer: root })
const own = makeIdentity({ name: "Kommunen", organisasjonsnummer: "910076787", issuer, serial: 11 })
const expired = makeIdentity({ name: "Utløpt", issuer: root, to: "2025-01-01T00:00:00Z" })
const short = makeIdentity({ name: "Kort", issuer: root, modulusLength: 1024 })
const signingOnly = makeIdentity({ name: "Signatur", issuer: root, keyUsage: { bits: 0x80, critical: true } })

const Live = DokumentpakkeCms.layer({
  temporaryDirectory: tmpdir(),
  trust: { mode: "ANCHORED", anchors: [root.der], intermediates: [] }
}).pipe(Layer.provide(businessCertificateOf(own)))

const documentOf = (filename: string, mimeType: string, bytes: Uint8Array, measured = false): Document => ({
  filename,
  mimeType,
  ...(measured ? { size: bytes.length, crc32: crc32(bytes), sha256: hash("sha256", bytes, "buffer") } : {}),
  content: () =>
    Stream.fromIterable(
      Array.from({ length: Math.ceil(bytes.length / 50_000) }, (_, at) =>
        bytes.subarray(at * 50_000, (at + 1) * 50_000)
      )
    )
})

const letter = documentOf("brev.pdf", "application/pdf", randomBytes(5000), true)

const manifest: DpiManifest = {
  postkasseadresse: "ola#1",
  avsender: { organisasjon: "0192:910076787" },
  hoveddokument: { href: "brev.pdf", mime: "application/pdf", tittel: { lang: "NO", text: "Vedtak" } },
  vedlegg: []
}

const dpi = (changes: Partial<Extract<SealRequest, { flavour: "dpi" }>> = {}): SealRequest => ({
  flavour: "dpi",
  manifest,
  documents: [letter],
  recipientCertificate: own.der,
  ...changes
})

const dpe = (changes: Partial<Extract<SealRequest, { flavour: "dpe" | "dpo" }>> = {}): SealRequest => ({
  flavour: "dpe",
  sender: "0192:910077473",
  receiver: "0192:910075935",
  documents: [letter],
  recipientCertificate: own.der,
  ...changes
})

const seal = Effect.fnUntraced(function* (request: SealRequest) {
  const sealer = yield* DokumentpakkeSealer
  const sealed = yield* sealer.seal(request)
  const bytes = yield* Stream.mkUint8Array(sealed.content)
  return { sealed, bytes }
}, Effect.scoped)

const files = (request: SealRequest) =>
  Effect.flatMap(
    Effect.flatMap(seal(request), ({ bytes }) => decrypted(bytes)),
    unzip
  )

const at = TestClock.setTime(Date.parse("2026-11-24T12:00:00Z"))

const reasonOf = (request: SealRequest) => Effect.map(Effect.flip(seal(request)), ({ reason }) => reason)

layer(Live)("CmsDokumentpakkeSealer", (it) => {
  it.effect("begins every package with the mimetype, stored and with its sizes (DPI-45)", () =>
    Effect.gen(function* () {
      yield* at
      for (const request of [dpi(), dpe()]) {
        const zip = Buffer.from(yield* decrypted((yield* seal(request)).bytes))
        zip.fill(0, 10, 14)
        assert.strictEqual(
          zip.subarray(0, 30).toString("hex"),
          "504b03040a0000080000000000008a21f9451f0000001f00000008000000"
        )
        assert.strictEqual(zip.subarray(30, 69).toString(), "mimetypeapplication/vnd.etsi.asic-e+zip")
        assert.strictEqual(zip.subarray(-40).toString(), "mimetype=application/vnd.etsi.asic-e+zip")
      }
    })
  )

  it.effect("references every file outside META-INF once, and SignedProperties last (DPI-46)", () =>
    Effect.gen(function* () {
      yield* at
      const metadata = documentOf("lenke.xml", "application/vnd.difi.dpi.lenke+xml", Buffer.from("<lenke/>"))
      const attachment = documentOf("ved legg æ.txt", "text/plain", Buffer.from("vedlegg"))
      const request = dpi({
        documents: [letter, attachment, metadata],
        manifest: {
          ...manifest,
          vedlegg: [
            {
              href: attachment.filename,
              mime: attachment.mimeType,
              data: { href: metadata.filename, mime: metadata.mimeType }
            }
          ]
        }
      })
      const unpacked = yield* files(request)
      assert.deepStrictEqual(
        [...unpacked.keys()],
        [
          "mimetype",
          "manifest.xml",
          "brev.pdf",
          "ved legg æ.txt",
          "lenke.xml",
          "META-INF/signatures.xml",
          "META-INF/manifest.xml"
        ]
      )
      const signatures = Buffer.from(unpacked.get("META-INF/signatures.xml")!.bytes).toString()
      const uris = [...signatures.matchAll(/<Reference [^>]*URI="([^"]*)"/g)].map(([, uri]) => uri)
      assert.deepStrictEqual(uris, [
        "manifest.xml",
        "brev.pdf",
        "ved+legg+%C3%A6.txt",
        "lenke.xml",
        "#SignedProperties"
      ])
      const opener = yield* DokumentpakkeOpener
      const { bytes } = yield* seal(request)
      const verdict = yield* Effect.scoped(
        Effect.flatMap(opener.decrypt(Stream.make(bytes)), (container) => opener.verify(container, { flavour: "dpi" }))
      )
      assert.deepStrictEqual([verdict.outcome, verdict.findings], ["valid", []])
    })
  )

  it.effect("writes the whole chain into the signature, the signer first (DPI-55)", () =>
    Effect.gen(function* () {
      yield* at
      const signatures = Buffer.from((yield* files(dpi())).get("META-INF/signatures.xml")!.bytes).toString()
      const certificates = [...signatures.matchAll(/<X509Certificate>([^<]*)</g)].map(([, text]) => text)
      assert.deepStrictEqual(
        certificates,
        own.chain.map((der) => Buffer.from(der).toString("base64"))
      )
      assert.strictEqual(certificates.length, 3)
    })
  )

  it.effect("refuses a manifest that breaks the schema, and reads no document (DPI-50)", () =>
    Effect.gen(function* () {
      yield* at
      const unread: Document = { ...letter, content: () => Stream.die("the document was read") }
      const wrong: ReadonlyArray<DpiManifest> = [
        { ...manifest, hoveddokument: { ...manifest.hoveddokument, tittel: { lang: "NO", text: "x".repeat(256) } } },
        { ...manifest, hoveddokument: { ...manifest.hoveddokument, tittel: { lang: "NOB", text: "x" } } },
        { ...manifest, hoveddokument: { href: "a.b", mime: "application/pdf" } },
        { ...manifest, avsender: { organisasjon: "910076787" } }
      ]
      for (const one of wrong) {
        const reason = yield* reasonOf(
          dpi({ manifest: one, documents: [{ ...unread, filename: one.hoveddokument.href }] })
        )
        assert.strictEqual(reason._tag, "InvalidInput")
        assert.include(reason.message, "manifest")
      }
    })
  )

  it.effect("names the field and the reason of what may not be sealed", () =>
    Effect.gen(function* () {
      yield* at
      const other = documentOf("annet.pdf", "application/pdf", Buffer.from("x"))
      const cases: ReadonlyArray<readonly [SealRequest, string]> = [
        [dpi({ documents: [] }), "documents"],
        [dpi({ documents: [letter, other] }), "annet.pdf"],
        [dpi({ documents: [other] }), "brev.pdf"],
        [dpi({ documents: [{ ...letter, filename: "mappe/brev.pdf" }] }), "documents[0].filename"],
        [dpe({ documents: [letter, { ...other, mimeType: "pdf" }] }), "documents[1].mimeType"],
        [dpe({ documents: [letter, { ...other, filename: "META-INF/signatures.xml" }] }), "documents[1].filename"]
      ]
      for (const [request, words] of cases) {
        const reason = yield* reasonOf(request)
        assert.strictEqual(reason._tag, "InvalidInput")
        assert.include(reason.message, words)
      }
    })
  )

  it.effect("writes EnvelopedData for one recipient by issuer and serial number, with OAEP for DPI (DPI-51)", () =>
    Effect.gen(function* () {
      yield* at
      const { bytes } = yield* seal(dpi())
      assert.strictEqual(Buffer.from(bytes.subarray(0, 17)).toString("hex"), "308006092a864886f70d010703a0803080")
      const enveloped = child(child(read(bytes), 1, 0xa0), 0, 0x30)
      assert.strictEqual(Buffer.from(enveloped.children[0]!.encoding).toString("hex"), "020100")
      assert.strictEqual(enveloped.children.length, 3)
      const recipients = child(enveloped, 1, 0x31).children
      assert.strictEqual(recipients.length, 1)
      const [version, identifier, algorithm, key] = recipients[0]!.children
      assert.strictEqual(Buffer.from(version!.encoding).toString("hex"), "020100")
      assert.deepStrictEqual(
        Buffer.from(identifier!.content),
        Buffer.concat([issuer.name, Uint8Array.of(0x02, 0x01, 11)])
      )
      assert.strictEqual(
        Buffer.from(algorithm!.encoding).toString("hex"),
        "303c06092a864886f70d010107302fa00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500"
      )
      assert.strictEqual(key!.content.length, 256)
      const content = child(enveloped, 2, 0x30)
      assert.strictEqual(oid(content.children[0]!), oids.data)
      assert.strictEqual(oid(content.children[1]!.children[0]!), oids.aes256Cbc)
      assert.strictEqual(content.children[1]!.children[1]!.content.length, 16)
      assert.strictEqual(content.children[2]!.tag, 0xa0)
    })
  )

  it.effect("uses PKCS#1 v1.5 and AES-256-CBC for DPE, and OAEP where asked or for DPO (DPE-5)", () =>
    Effect.gen(function* () {
      yield* at
      const transport = (request: SealRequest) =>
        Effect.map(seal(request), ({ bytes }) => {
          const enveloped = child(child(read(bytes), 1, 0xa0), 0, 0x30)
          const cipher = oid(child(enveloped, 2, 0x30).children[1]!.children[0]!)
          return [oid(child(enveloped, 1, 0x31).children[0]!.children[2]!.children[0]!), cipher]
        })
      assert.deepStrictEqual(yield* transport(dpe()), ["1.2.840.113549.1.1.1", "2.16.840.1.101.3.4.1.42"])
      assert.deepStrictEqual(yield* transport(dpe({ keyTransport: "oaep" })), [oids.rsaesOaep, oids.aes256Cbc])
      assert.deepStrictEqual(yield* transport(dpe({ flavour: "dpo" })), [oids.rsaesOaep, oids.aes256Cbc])
    })
  )

  it.effect("packs a DPE package with its manifest, the files and a signed digest list (DPE-2)", () =>
    Effect.gen(function* () {
      yield* at
      const unpacked = yield* files(dpe({ documents: [documentOf("test.txt", "text/plain", Buffer.from("innhold"))] }))
      const names = [...unpacked.keys()]
      assert.deepStrictEqual(
        names.map((name) => name.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, "uuid")),
        [
          "mimetype",
          "manifest.xml",
          "test.txt",
          "META-INF/ASiCManifest.xml",
          "META-INF/signature-uuid.p7s",
          "META-INF/manifest.xml"
        ]
      )
      assert.strictEqual(Buffer.from(unpacked.get("test.txt")!.bytes).toString(), "innhold")
      const list = Buffer.from(unpacked.get("META-INF/ASiCManifest.xml")!.bytes).toString()
      assert.include(list, `<SigReference URI="${names[4]}" MimeType="application/x-pkcs7-signature"/>`)
      assert.deepStrictEqual(
        [...list.matchAll(/<DataObjectReference URI="([^"]*)"/g)].map(([, uri]) => uri),
        ["manifest.xml", "test.txt"]
      )
    })
  )

  it.effect("gives the fingerprint of the bytes as they are sent (DPI-53)", () =>
    Effect.gen(function* () {
      yield* at
      for (const size of [10, 5_000_000]) {
        const { bytes, sealed } = yield* seal(
          dpi({ documents: [documentOf("brev.pdf", "application/pdf", randomBytes(size))] })
        )
        assert.strictEqual(Buffer.from(sealed.sha256).toString("base64"), hash("sha256", bytes, "base64"))
        assert.strictEqual(sealed.size, bytes.length)
      }
    })
  )

  it.effect("stores what does not compress with sizes in the local header, and deflates the rest", () =>
    Effect.gen(function* () {
      yield* at
      const noise = randomBytes(300_000)
      const words = Buffer.from("Det ble født en gutt i går. ".repeat(20_000))
      const unpacked = yield* files(
        dpe({
          documents: [
            documentOf("a.pdf", "application/pdf", noise, true),
            documentOf("b.bin", "application/octet-stream", noise, true),
            documentOf("c.bin", "application/octet-stream", noise),
            documentOf("d.txt", "text/plain", words, true),
            documentOf("e.txt", "text/plain", words.subarray(0, 1000)),
            documentOf("f.txt", "text/plain", new Uint8Array())
          ]
        })
      )
      const packed = ["a.pdf", "b.bin", "c.bin", "d.txt", "e.txt", "f.txt"].map((name) => {
        const { bytes, deflated, packedBytes } = unpacked.get(name)!.entry
        return [deflated, packedBytes < bytes]
      })
      assert.deepStrictEqual(packed, [
        [false, false],
        [false, false],
        [true, false],
        [true, true],
        [true, true],
        [false, false]
      ])
    })
  )

  it.effect("refuses a document whose CRC differs from what was taken when it was stored", () =>
    Effect.gen(function* () {
      yield* at
      for (const size of [100, 200_000]) {
        const document = documentOf("brev.pdf", "application/pdf", randomBytes(size), true)
        const reason = yield* reasonOf(dpe({ documents: [{ ...document, crc32: (document.crc32! ^ 1) >>> 0 }] }))
        assert.strictEqual(reason._tag, "DocumentChanged")
      }
    })
  )

  it.effect("takes the recipient's certificate as DER, as PEM, and as base64 without header lines (DPI-54)", () =>
    Effect.gen(function* () {
      yield* at
      const base64 = Buffer.from(own.der).toString("base64")
      const wrapped = base64.replace(/.{64}/g, "$&\n")
      const pem = `-----BEGIN CERTIFICATE-----\n${wrapped}\n-----END CERTIFICATE-----\n`
      for (const recipientCertificate of [own.der, pem, base64, wrapped, Buffer.from(pem)]) {
        yield* decrypted((yield* seal(dpi({ recipientCertificate }))).bytes)
      }
    })
  )

  it.effect("refuses a recipient certificate that is missing, unreadable, expired or not for encryption", () =>
    Effect.gen(function* () {
      yield* at
      for (const recipientCertificate of [
        "",
        "   ",
        "not a certificate",
        Buffer.from("3000", "hex"),
        expired.der,
        short.der,
        signingOnly.der
      ]) {
        const reason = yield* reasonOf(dpi({ recipientCertificate }))
        assert.strictEqual(reason._tag, "RecipientCertificateRefused")
      }
    })
  )
})
