/**
 * The SDP manifest of a DPI package: `manifest.xml` as data.
 *
 * Source: dpi 4.3; dokumentpakke 4; sdp-manifest.xsd.
 */
import { Schema } from "effect"

/** XSD counts characters, not UTF-16 units. */
const length = (text: string) => [...text].length

const text = (minimum: number, maximum: number) =>
  Schema.String.check(
    Schema.makeFilter(
      (value) => {
        const characters = length(value)
        return characters >= minimum && characters <= maximum
      },
      { expected: minimum === maximum ? `exactly ${minimum} characters` : `${minimum} to ${maximum} characters` }
    ),
    Schema.makeFilter((value) => !/[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(value), {
      expected: "only characters that XML can carry"
    })
  )

/** Name of an entry in the package, raw: 4 to 100 characters. */
export const Href = text(4, 100)

/** Media type of an entry: 1 to 100 characters. */
export const MediaType = text(1, 100)

/** Title shown to the recipient: 1 to 255 characters, language of exactly two. */
export const Title = Schema.Struct({
  lang: text(2, 2),
  text: text(1, 255)
})

/** A document, with its title and the metadata document that extends it. */
export const ManifestDocument = Schema.Struct({
  href: Href,
  mime: MediaType,
  tittel: Schema.optionalKey(Title),
  data: Schema.optionalKey(Schema.Struct({ href: Href, mime: MediaType }))
})
export type ManifestDocument = typeof ManifestDocument.Type

/**
 * What `manifest.xml` of a DPI package says. `postkasseadresse` is absent for print.
 *
 * `organisasjon` is the avsender of the message as `0192:<organisasjonsnummer>`, not the holder of the certificate.
 */
export const DpiManifest = Schema.Struct({
  postkasseadresse: Schema.optionalKey(text(0, Infinity)),
  avsender: Schema.Struct({
    organisasjon: Schema.String.check(Schema.isPattern(/^[0-9]{4}:[^\p{P}\p{Z}\p{C}]{1,35}$/u)),
    avsenderidentifikator: Schema.optionalKey(text(0, 100)),
    fakturaReferanse: Schema.optionalKey(text(0, 40))
  }),
  hoveddokument: ManifestDocument,
  vedlegg: Schema.Array(ManifestDocument).check(Schema.isMaxLength(200))
})
export type DpiManifest = typeof DpiManifest.Type
