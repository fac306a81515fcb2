import type { DpiManifest } from "@eformidling/port-dokumentpakke/DpiManifest"
import { assert, describe, it } from "@effect/vitest"
import { XmlDocument, XsdValidator, xmlRegisterInputProvider, xmlCleanupInputProvider } from "libxml2-wasm"
import { fsInputProviders } from "libxml2-wasm/lib/nodejs.mjs"
import { hash } from "node:crypto"
import { readFileSync } from "node:fs"
import { dpiManifest, nextMoveManifest } from "./manifestWriter.ts"
import { dataPath, hasVectors, titled } from "./vectors.testing.ts"

const letter: DpiManifest = {
  postkasseadresse: "kari.eksempel#1ABC",
  avsender: { organisasjon: "0192:987654321" },
  hoveddokument: { href: "vedtak.pdf", mime: "application/pdf", tittel: { lang: "nb", text: "Vedtak" } },
  vedlegg: []
}

const { postkasseadresse: _, ...print } = letter

const full: DpiManifest = {
  ...letter,
  avsender: {
    organisasjon: "0192:987654321",
    avsenderidentifikator: "987654321:skole",
    fakturaReferanse: "PROSJEKT-42"
  },
  hoveddokument: { ...letter.hoveddokument, data: { href: "lenke.xml", mime: "application/vnd.difi.dpi.lenke+xml" } },
  vedlegg: [
    { href: "orientering.txt", mime: "text/plain", tittel: { lang: "nb", text: '<Orientering> & "mer" 😀' } },
    { href: "b.pdf", mime: "application/pdf" }
  ]
}

const withSchema = (judge: (validator: XsdValidator) => void) => {
  xmlRegisterInputProvider(fsInputProviders)
  const url = dataPath("schemas/sdp/sdp-manifest.xsd")
  const schema = XmlDocument.fromBuffer(readFileSync(url), { url })
  const validator = XsdValidator.fromDoc(schema)
  judge(validator)
  validator.dispose()
  schema.dispose()
  xmlCleanupInputProvider()
}

const validate = (validator: XsdValidator, xml: Uint8Array) => {
  const document = XmlDocument.fromBuffer(xml)
  validator.validate(document)
  document.dispose()
}

describe("manifestWriter", () => {
  it("writes the bytes of vector M1 (DPI-48)", () => {
    const bytes = dpiManifest(letter)
    assert.strictEqual(bytes.length, 416)
    assert.strictEqual(hash("sha256", bytes, "base64"), "aS/t4cAcEoSBklZjI03amWNB9CvouqP8xW2JF6Q14P4=")
  })

  it("puts the elements in the order of the schema (DPI-49)", () => {
    const elements = [
      ...Buffer.from(dpiManifest(full))
        .toString()
        .matchAll(/<([a-zA-Z]+)/g)
    ].map(([, name]) => name)
    assert.deepStrictEqual(elements, [
      "manifest",
      "mottaker",
      "person",
      "postkasseadresse",
      "avsender",
      "organisasjon",
      "avsenderidentifikator",
      "fakturaReferanse",
      "hoveddokument",
      "tittel",
      "data",
      "vedlegg",
      "tittel",
      "vedlegg"
    ])
  })

  it.skipIf(!hasVectors)(titled("writes manifests that sdp-manifest.xsd accepts (DPI-49)"), () =>
    withSchema((validator) => {
      for (const manifest of [letter, print, full]) validate(validator, dpiManifest(manifest))
      assert.throws(() =>
        validate(validator, dpiManifest({ ...letter, hoveddokument: { href: "a.b", mime: "application/pdf" } }))
      )
    })
  )

  it("writes the NextMove manifest with three spaces and a line end after the last line (DPE-2)", () => {
    const xml = Buffer.from(
      nextMoveManifest({ sender: "0192:910077473", receiver: "0192:910075935", href: "test.txt", mime: "text/plain" })
    ).toString()
    assert.deepStrictEqual(xml.split("\n"), [
      '<?xml version="1.0" encoding="UTF-8"?>',
      "<manifest>",
      "   <mottaker>",
      '      <organisasjon authority="iso6523-actorid-upis">0192:910075935</organisasjon>',
      "   </mottaker>",
      "   <avsender>",
      '      <organisasjon authority="iso6523-actorid-upis">0192:910077473</organisasjon>',
      "   </avsender>",
      '   <hoveddokument href="test.txt" mime="text/plain">',
      '      <tittel lang="no">Hoveddokument</tittel>',
      "   </hoveddokument>",
      "</manifest>",
      ""
    ])
  })
})
