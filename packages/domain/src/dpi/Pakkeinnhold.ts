import { Result } from "effect"
import { hoveddokument, isOf, type StandardBusinessDocument } from "../StandardBusinessDocument.ts"
import { avsenderOf, NotDeliverable } from "./DpiTransformation.ts"

/** What of a document the manifest of its package speaks of. */
export interface Dokument {
  readonly filename: string
  readonly mimeType: string
  readonly title: string | undefined
}

/** A document of the manifest, and the metadata document that belongs to it. */
export interface Manifestdokument {
  readonly href: string
  readonly mime: string
  readonly tittel: { readonly lang: string; readonly text: string }
  readonly data?: { readonly href: string; readonly mime: string }
}

/** The SDP manifest of a DPI package as data. Source: dpi 4.3. */
export interface Manifest {
  readonly postkasseadresse?: string
  readonly avsender: {
    readonly organisasjon: string
    readonly avsenderidentifikator?: string
    readonly fakturaReferanse?: string
  }
  readonly hoveddokument: Manifestdokument
  readonly vedlegg: ReadonlyArray<Manifestdokument>
}

/** The manifest, and the package's documents in the order they are packed. */
export interface Pakkeinnhold<D extends Dokument> {
  readonly manifest: Manifest
  readonly documents: ReadonlyArray<D>
}

const isDigital = isOf("digital")

/** The title of a primary document that was uploaded without. Source: dpi 1.10. */
const missingTitle = "Missing title"

/**
 * Lays out a package: the primary document, the others in their order, then the metadata documents, each once.
 *
 * `lang` is the language of the titles; a digital letter's own language comes before it.
 *
 * Source: dpi 4.1, 4.3, 4.6.
 */
export const layOut = <D extends Dokument>(
  document: StandardBusinessDocument,
  documents: ReadonlyArray<D>,
  facts: { readonly postkasseadresse: string | undefined; readonly lang: string }
): Result.Result<Pakkeinnhold<D>, NotDeliverable> =>
  Result.gen(function* () {
    const fail = (field: string, detail: string) => Result.fail(new NotDeliverable({ field, detail }))
    const metadata: ReadonlyMap<string, string> = new Map(
      isDigital(document) ? Object.entries(document.message.body.metadataFiler ?? {}) : []
    )
    const { avsenderId, fakturaReferanse } = document.message.body as {
      readonly avsenderId?: string
      readonly fakturaReferanse?: string
    }
    const lang = (isDigital(document) ? document.message.body.spraak : undefined) ?? facts.lang
    const primary = documents.find(({ filename }) => filename === hoveddokument(document))
    if (primary === undefined) return yield* fail("hoveddokument", "names none of the documents")
    const metadataNames = new Set(metadata.values())
    const vedlegg = documents.filter((candidate) => candidate !== primary && !metadataNames.has(candidate.filename))
    const referenced = [primary, ...vedlegg].flatMap(({ filename }) => metadata.get(filename) ?? [])
    const missing = referenced.find((name) => !documents.some(({ filename }) => filename === name))
    if (missing !== undefined) return yield* fail("metadataFiler", "names a document that is not there")
    const metadataDocuments = documents.filter(
      (candidate) => candidate !== primary && referenced.includes(candidate.filename)
    )
    const entry = ({ filename, mimeType, title }: D): Manifestdokument => {
      const data = documents.find((candidate) => candidate.filename === metadata.get(filename))
      return {
        href: filename,
        mime: mimeType,
        tittel: { lang, text: title || missingTitle },
        ...(data === undefined ? {} : { data: { href: data.filename, mime: data.mimeType } })
      }
    }
    return {
      manifest: {
        ...(facts.postkasseadresse === undefined ? {} : { postkasseadresse: facts.postkasseadresse }),
        avsender: {
          organisasjon: avsenderOf(document).behandlingsansvarlig,
          ...(avsenderId === undefined ? {} : { avsenderidentifikator: avsenderId }),
          ...(fakturaReferanse === undefined ? {} : { fakturaReferanse })
        },
        hoveddokument: entry(primary),
        vedlegg: vedlegg.map(entry)
      },
      documents: [primary, ...vedlegg, ...metadataDocuments]
    }
  })
