/**
 * Rules a seal request must keep, checked before anything is read.
 *
 * Source: dpi 4.3 and 4.5; dokumentpakke 3, 15 and 18; dpe 3.3.
 */
import type { Document } from "@eformidling/port-dokumentpakke/Document"
import { DokumentpakkeError, InvalidInput } from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import type { DpiSealRequest, SealRequest } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import { DpiManifest, type ManifestDocument } from "@eformidling/port-dokumentpakke/DpiManifest"
import { Effect, Schema } from "effect"
import { isMetaInf, nameProblem } from "./entryName.ts"
import { normalizeMimeType } from "./mimeType.ts"

const invalid = (field: string, detail: string) =>
  Effect.fail(new DokumentpakkeError({ reason: new InvalidInput({ field, detail }) }))

/** A document with its media type as it is written. */
export interface CheckedDocument {
  readonly document: Document
  readonly mimeType: string
}

const checkName = (request: SealRequest, field: string, name: string) => {
  const problem = nameProblem(name)
  if (problem !== undefined) return invalid(field, `the name ${problem}`)
  if (name.endsWith("/")) return invalid(field, "the name is that of a folder")
  if (isMetaInf(name) || name === "mimetype" || name === "manifest.xml")
    return invalid(field, `the name ${name} is the package's own`)
  if (request.flavour === "dpi" && name.includes("/")) return invalid(field, "the name has a path separator")
  if (Buffer.byteLength(name) > 65_535) return invalid(field, "the name is too long")
  return Effect.void
}

/** The documents, each with a name that may be packed and a media type as it is written. */
export const checkDocuments = Effect.fnUntraced(function* (request: SealRequest) {
  if (request.documents.length === 0) return yield* invalid("documents", "a package needs at least one document")
  const names = new Set<string>()
  const checked: Array<CheckedDocument> = []
  for (const [index, document] of request.documents.entries()) {
    const field = `documents[${index}]`
    yield* checkName(request, `${field}.filename`, document.filename)
    if (names.has(document.filename))
      return yield* invalid(`${field}.filename`, `the name ${document.filename} occurs twice`)
    names.add(document.filename)
    const mimeType = normalizeMimeType(document.mimeType)
    if (mimeType === undefined)
      return yield* invalid(`${field}.mimeType`, `"${document.mimeType}" is not a media type such as application/pdf`)
    checked.push({ document, mimeType })
  }
  return checked
})

const normalizeDocument = (document: ManifestDocument): ManifestDocument => ({
  ...document,
  mime: normalizeMimeType(document.mime) ?? document.mime,
  ...(document.data === undefined
    ? {}
    : { data: { ...document.data, mime: normalizeMimeType(document.data.mime) ?? document.data.mime } })
})

const decodeManifest = Schema.decodeUnknownEffect(DpiManifest)

/** The manifest with media types as they are written; it must name exactly the documents given. */
export const checkManifest = Effect.fnUntraced(function* (request: DpiSealRequest) {
  const decoded = yield* Effect.catch(decodeManifest(request.manifest), (error) => invalid("manifest", error.message))
  const manifest: DpiManifest = {
    ...decoded,
    hoveddokument: normalizeDocument(decoded.hoveddokument),
    vedlegg: decoded.vedlegg.map(normalizeDocument)
  }
  const named = new Set(
    [manifest.hoveddokument, ...manifest.vedlegg].flatMap(({ data, href }) =>
      data === undefined ? [href] : [href, data.href]
    )
  )
  const given = new Set(request.documents.map(({ filename }) => filename))
  for (const href of named) {
    if (!given.has(href)) return yield* invalid("manifest", `${href} is not among the documents`)
  }
  for (const filename of given) {
    if (!named.has(filename)) return yield* invalid("manifest", `the document ${filename} is not in the manifest`)
  }
  if (request.documents[0]?.filename !== manifest.hoveddokument.href) {
    return yield* invalid("documents", `the first document should be the hoveddokument ${manifest.hoveddokument.href}`)
  }
  return manifest
})
