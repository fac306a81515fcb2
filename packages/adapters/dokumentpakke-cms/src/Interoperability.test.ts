import { DokumentpakkeOpener } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import { DokumentpakkeSealer, type SealRequest } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import * as DokumentpakkeCms from "./DokumentpakkeCms.ts"
import { decrypted, unzip } from "./internal/unpacked.testing.ts"
import {
  businessCertificate,
  dataPath,
  hasVectors,
  index,
  type PackageVector,
  pieces,
  settings,
  titled,
  vector,
  vectorText
} from "./internal/vectors.testing.ts"

const has = (binary: string) => spawnSync(binary, ["version"]).error === undefined
const without = (binary: string, title: string) =>
  has(binary) ? titled(title) : `${title} (skipped: there is no ${binary})`

interface SdpManifest {
  readonly avsender: string
  readonly language?: string
  readonly postkasseadresse?: string
  readonly avsenderidentifikator?: string
  readonly fakturaReferanse?: string
}

interface Input {
  readonly file: string
  readonly filename: string
  readonly mime: string
  readonly title?: string
  readonly metadata?: Input
}

const documentOf = ({ file, filename, mime }: Input) => ({
  filename,
  mimeType: mime,
  content: () => pieces(vector(file), 4096)
})

/** What the reference implementation was asked, as our own request. */
const requestOf = (
  one: PackageVector & { readonly manifest: SdpManifest & { readonly mottaker?: string } }
): SealRequest => {
  const inputs: ReadonlyArray<Input> = one.inputs
  const recipientCertificate = vectorText(`keys/${one.recipient}.cert.pem`)
  const { manifest } = one
  if (one.flavour !== "dpi") {
    return {
      flavour: one.flavour === "dpe" ? "dpe" : "dpo",
      sender: manifest.avsender,
      receiver: manifest.mottaker!,
      documents: inputs.map(documentOf),
      recipientCertificate
    }
  }
  const entry = ({ filename, metadata, mime, title }: Input) => ({
    href: filename,
    mime,
    ...(title === undefined ? {} : { tittel: { lang: manifest.language ?? "NO", text: title } }),
    ...(metadata === undefined ? {} : { data: { href: metadata.filename, mime: metadata.mime } })
  })
  const { avsenderidentifikator, fakturaReferanse, postkasseadresse } = manifest
  return {
    flavour: "dpi",
    manifest: {
      ...(postkasseadresse === undefined ? {} : { postkasseadresse }),
      avsender: {
        organisasjon: manifest.avsender,
        ...(avsenderidentifikator === undefined ? {} : { avsenderidentifikator }),
        ...(fakturaReferanse === undefined ? {} : { fakturaReferanse })
      },
      hoveddokument: entry(inputs[0]!),
      vedlegg: inputs.slice(1).map(entry)
    },
    documents: [
      ...inputs.map(documentOf),
      ...inputs.flatMap(({ metadata }) => (metadata === undefined ? [] : [documentOf(metadata)]))
    ],
    recipientCertificate
  }
}

const layers = (key: string) =>
  Layer.suspend(() => DokumentpakkeCms.layer(settings()).pipe(Layer.provide(businessCertificate(key))))

const sealAs = Effect.fnUntraced(function* (request: SealRequest) {
  const sealer = yield* DokumentpakkeSealer
  return yield* Stream.mkUint8Array((yield* sealer.seal(request)).content)
}, Effect.scoped)

/** Leaves out what differs by the moment, and how base64 and empty elements are written. */
const essence = (xml: string) =>
  xml
    .replace(/&#13;|\r|\n(?=[A-Za-z0-9+/=])/g, "")
    .replace(
      /<((?:ns2:)?(?:DigestMethod|Transform|CanonicalizationMethod|SignatureMethod)) ([^>]*)\/>/g,
      "<$1 $2></$1>"
    )
    .replace(/<SigningTime>[^<]*/, "<SigningTime>")
    .replace(/<SignatureValue>[^<]*/, "<SignatureValue>")
    .replace(/(#SignedProperties".*?<DigestValue>)[^<]*/, "$1")
    .replace(/signature-[0-9a-f-]{36}\.p7s/, "signature.p7s")

const shared = hasVectors
  ? index.packages
      .filter(({ flavour, inputs }) => flavour !== "dph" && inputs.length > 0)
      .map((one) => [one.id, one as Parameters<typeof requestOf>[0]] as const)
  : []

const now = TestClock.setTime(Date.parse("2026-11-24T12:00:00Z"))

/** Puts files in a folder of their own, for the length of `use`. */
const inFolder = <A>(files: ReadonlyMap<string, Uint8Array>, use: (folder: string) => A): A => {
  const folder = mkdtempSync(join(tmpdir(), "dokumentpakke-test-"))
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
  const result = use(folder)
  rmSync(folder, { recursive: true })
  return result
}

const rootCertificate = () => dataPath("vectors/keys/ca-root.cert.pem")

describe.skipIf(!hasVectors)("interoperability", () => {
  describe("the reference implementation", () => {
    it.effect.each(shared)(
      titled("writes the same entries, manifests and signed properties as it did for %s"),
      ([, one]) =>
        Effect.gen(function* () {
          yield* now
          const ours = yield* unzip(
            yield* Effect.provide(
              decrypted(yield* Effect.provide(sealAs(requestOf(one)), layers(one.signer))),
              layers(one.recipient)
            )
          )
          const theirs = yield* unzip(vector(one.asice.file))
          const names = (files: ReadonlyMap<string, unknown>) => [...files.keys()].map(essence)
          assert.deepStrictEqual(names(ours), names(theirs))
          for (const [name, { bytes, entry }] of theirs) {
            if (name.endsWith(".p7s")) continue
            const text = (of: Uint8Array) => essence(Buffer.from(of).toString())
            assert.strictEqual(text(ours.get(name)!.bytes), text(bytes), name)
            assert.strictEqual(ours.get(name)!.entry.crc === entry.crc || name.startsWith("META-INF/"), true, name)
          }
        })
    )
  })

  describe.skipIf(!has("openssl"))("openssl", () => {
    it.effect.each([
      ["dpi", 1],
      ["dpe", 1],
      ["dpi", 300_000],
      ["dpo", 300_000]
    ] as const)(without("openssl", "decrypts a %s package of %i bytes and more"), ([flavour, size]) =>
      Effect.gen(function* () {
        yield* now
        const document = {
          filename: "fil.bin",
          mimeType: "application/octet-stream",
          content: () => pieces(new Uint8Array(size).fill(65), 10_000)
        }
        const recipientCertificate = vectorText("keys/mottaker.cert.pem")
        const sealed = yield* Effect.provide(
          sealAs(
            flavour === "dpi"
              ? {
                  flavour,
                  manifest: {
                    avsender: { organisasjon: "0192:310011010" },
                    hoveddokument: { href: "fil.bin", mime: "application/octet-stream" },
                    vedlegg: []
                  },
                  documents: [document],
                  recipientCertificate
                }
              : {
                  flavour,
                  sender: "0192:310011010",
                  receiver: "0192:310031038",
                  documents: [document],
                  recipientCertificate
                }
          ),
          layers("avsender")
        )
        const args = [
          "cms",
          "-decrypt",
          "-inform",
          "DER",
          "-recip",
          dataPath("vectors/keys/mottaker.cert.pem"),
          "-inkey",
          dataPath("vectors/keys/mottaker.key.pem")
        ]
        const zip = execFileSync("openssl", args, { input: sealed, maxBuffer: 2 ** 24 })
        assert.include([...(yield* unzip(zip)).keys()], "fil.bin")
      })
    )

    it.effect(without("openssl", "verifies the .p7s over ASiCManifest.xml to the root"), () =>
      Effect.gen(function* () {
        yield* now
        const [, one] = shared.find(([id]) => id === "nm-02-dpe")!
        const files = yield* unzip(
          yield* Effect.provide(
            decrypted(yield* Effect.provide(sealAs(requestOf(one)), layers("avsender"))),
            layers("kommune")
          )
        )
        const p7s = [...files.keys()].find((name) => name.endsWith(".p7s"))!
        inFolder(
          new Map([
            ["list.xml", files.get("META-INF/ASiCManifest.xml")!.bytes],
            ["list.p7s", files.get(p7s)!.bytes]
          ]),
          (folder) =>
            execFileSync(
              "openssl",
              [
                "cms",
                "-verify",
                "-binary",
                "-inform",
                "DER",
                "-in",
                "list.p7s",
                "-content",
                "list.xml",
                "-CAfile",
                rootCertificate(),
                "-purpose",
                "any",
                "-out",
                "out"
              ],
              { cwd: folder, stdio: "pipe" }
            )
        )
      })
    )
  })

  describe.skipIf(!has("xmlsec1"))("xmlsec1", () => {
    it.effect.each(
      shared.filter(([id]) =>
        ["dpi-01-enkel", "dpi-02-vedlegg-metadata", "dpi-04-utskrift-seid1", "dpi-09-tegn-i-tittel"].includes(id)
      )
    )(without("xmlsec1", "verifies our signature over the files of %s (DPI-46)"), ([, one]) =>
      Effect.gen(function* () {
        yield* now
        const files = yield* unzip(
          yield* Effect.provide(
            decrypted(yield* Effect.provide(sealAs(requestOf(one)), layers(one.signer))),
            layers(one.recipient)
          )
        )
        inFolder(new Map([...files].map(([name, { bytes }]) => [name, bytes])), (folder) =>
          execFileSync(
            "xmlsec1",
            [
              "--verify",
              "--trusted-pem",
              rootCertificate(),
              "--enabled-reference-uris",
              "empty,same-doc,local,remote",
              "--id-attr:Id",
              "SignedProperties",
              "META-INF/signatures.xml"
            ],
            { cwd: folder, stdio: "pipe" }
          )
        )
      })
    )
  })

  describe("packages of others", () => {
    it.effect(titled("opens the DPE package of the reference implementation (DPE-32)"), () =>
      Effect.gen(function* () {
        const [, one] = shared.find(([id]) => id === "nm-02-dpe")!
        const opener = yield* DokumentpakkeOpener
        const opened = yield* opener.open(yield* opener.decrypt(pieces(vector(one.cms.file))), { flavour: "dpe" })
        assert.deepStrictEqual(
          opened.documents.map(({ name }) => name),
          ["einnsyn.xml", "rapport.pdf"]
        )
        assert.deepStrictEqual(opened.manifest, {
          _tag: "nextmove",
          manifest: {
            sender: "0192:310011010",
            receiver: "0192:310041041",
            hoveddokument: { href: "einnsyn.xml", mime: "application/xml" }
          }
        })
      }).pipe(Effect.scoped, Effect.provide(layers("kommune")))
    )

    it.effect(titled("fails alike for any change of an encrypted key under PKCS#1 v1.5 (DPE-55)"), () =>
      Effect.gen(function* () {
        const [, one] = shared.find(([id]) => id === "nm-02-dpe")!
        const opener = yield* DokumentpakkeOpener
        const sealed = vector(one.cms.file)
        const open = (bytes: Uint8Array) =>
          Effect.scoped(
            Effect.flatMap(opener.decrypt(pieces(bytes)), (container) => opener.open(container, { flavour: "dpe" }))
          )
        const errors = yield* Effect.forEach([240, 300, 400, 450], (position) => {
          const changed = Uint8Array.from(sealed)
          changed[position]! ^= 1
          return Effect.flip(open(changed))
        })
        for (const { message, reason } of errors)
          assert.deepStrictEqual([reason._tag, message], ["NotReadable", "The dokumentpakke cannot be opened."])
      }).pipe(Effect.provide(layers("kommune")))
    )

    it.effect(titled("refuses a package with any byte of its zip changed, and gives no document (DPI-52)"), () =>
      Effect.gen(function* () {
        const opener = yield* DokumentpakkeOpener
        const zip = vector("dpi/dpi-02-vedlegg-metadata/package.asice")
        for (let position = 5; position < zip.length; position += 97) {
          const changed = Uint8Array.from(zip)
          changed[position]! ^= 1
          const verdict = yield* opener.verify(
            { size: changed.length, content: Stream.make(changed) },
            { flavour: "dpi" }
          )
          const opened = yield* Effect.option(
            Effect.scoped(opener.open({ size: changed.length, content: Stream.make(changed) }, { flavour: "dpi" }))
          )
          assert.strictEqual(opened._tag === "Some", verdict.outcome === "valid")
          if (opened._tag === "Some") assert.strictEqual(opened.value.documents.length, 4)
        }
      }).pipe(Effect.provide(layers("mottaker")))
    )
  })
})
