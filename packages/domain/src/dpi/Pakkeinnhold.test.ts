import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { created, type Json, letter, party, printLetter } from "../internal/letters.test.support.ts"
import type { StandardBusinessDocument } from "../StandardBusinessDocument.ts"
import { type Dokument, layOut } from "./Pakkeinnhold.ts"

const file = (filename: string, mimeType: string, title?: string): Dokument => ({ filename, mimeType, title })
const primary = file("arkivmelding.xml", "text/xml", "Arkivmelding")
const test = file("test.txt", "text/plain", "Test")
const toDigital = { postkasseadresse: "dummy", lang: "NO" }
const toPrint = { postkasseadresse: undefined, lang: "NO" }

const digital = (more: Json = {}, header: Json = {}) => created("digital", { ...letter, ...more }, header)
const laidOut = (
  document: StandardBusinessDocument,
  documents: ReadonlyArray<Dokument>,
  facts: Parameters<typeof layOut>[2] = toDigital
) => Result.getOrThrow(layOut(document, documents, facts))

describe("layOut", () => {
  it("lets a metadata document follow the document it belongs to (DPI-9)", () => {
    const { documents, manifest } = laidOut(digital({ metadataFiler: { "arkivmelding.xml": "test.txt" } }), [
      test,
      primary
    ])
    assert.deepStrictEqual(
      documents.map(({ filename }) => filename),
      ["arkivmelding.xml", "test.txt"]
    )
    assert.deepStrictEqual(manifest, {
      postkasseadresse: "dummy",
      avsender: {
        organisasjon: "0192:910077473",
        avsenderidentifikator: "avsender910077473",
        fakturaReferanse: "faktura910077473"
      },
      hoveddokument: {
        href: "arkivmelding.xml",
        mime: "text/xml",
        tittel: { lang: "NO", text: "Arkivmelding" },
        data: { href: "test.txt", mime: "text/plain" }
      },
      vedlegg: []
    })
  })

  it("has neither mottaker nor digital language for print (DPI-13)", () => {
    const { manifest } = laidOut(created("print", printLetter), [primary, test], toPrint)
    assert.notProperty(manifest, "postkasseadresse")
    assert.deepStrictEqual(manifest.vedlegg, [
      { href: "test.txt", mime: "text/plain", tittel: { lang: "NO", text: "Test" } }
    ])
  })

  it("names the behandlingsansvarlig as avsender (DPI-29)", () => {
    const document = digital({}, { sender: party("0192:111111111") })
    assert.strictEqual(laidOut(document, [primary]).manifest.avsender.organisasjon, "0192:111111111")
  })

  it("takes the letter's own language before the registry's", () => {
    assert.strictEqual(laidOut(digital({ spraak: "nn" }), [primary]).manifest.hoveddokument.tittel.lang, "nn")
  })

  it("calls a primary document without title Missing title (DPI-40)", () => {
    const { manifest } = laidOut(digital(), [file("arkivmelding.xml", "text/xml")])
    assert.strictEqual(manifest.hoveddokument.tittel.text, "Missing title")
  })

  it("packs a metadata document that two documents share once", () => {
    const metadataFiler = { "arkivmelding.xml": "lenke.xml", "test.txt": "lenke.xml" }
    const { documents, manifest } = laidOut(digital({ metadataFiler }), [primary, test, file("lenke.xml", "x/y")])
    assert.deepStrictEqual(
      documents.map(({ filename }) => filename),
      ["arkivmelding.xml", "test.txt", "lenke.xml"]
    )
    assert.strictEqual(manifest.vedlegg[0]?.data?.href, "lenke.xml")
  })

  it("fails, naming the member, without a primary or a metadata document", () => {
    const field = (document: StandardBusinessDocument) =>
      Result.getOrThrow(Result.flip(layOut(document, [primary], toDigital))).field
    assert.strictEqual(field(digital({ hoveddokument: "annet.pdf" })), "hoveddokument")
    assert.strictEqual(field(digital({ metadataFiler: { "arkivmelding.xml": "lenke.xml" } })), "metadataFiler")
  })
})
