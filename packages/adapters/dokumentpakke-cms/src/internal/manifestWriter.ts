/**
 * Writes the XML files of a package that are not the XML signature.
 *
 * Source: dokumentpakke 4, 5, 6 and 8; dpi 4.2 and 4.3; dpe 3.3.
 */
import type { DpiManifest, ManifestDocument } from "@eformidling/port-dokumentpakke/DpiManifest"
import { attribute, text } from "./escape.ts"
import { asicNamespace, sha256Uri, signatureNamespace, type SignedFile } from "./xadesWriter.ts"
import { asicMimeType } from "./zipRecord.ts"

const authority = "iso6523-actorid-upis"

const bytes = (xml: string) => Buffer.from(xml, "utf8")

const dpiDocument = (element: "hoveddokument" | "vedlegg", document: ManifestDocument) => {
  const title =
    document.tittel === undefined
      ? ""
      : `<tittel lang="${attribute(document.tittel.lang)}">${text(document.tittel.text)}</tittel>`
  const data =
    document.data === undefined
      ? ""
      : `<data href="${attribute(document.data.href)}" mime="${attribute(document.data.mime)}"/>`
  const start = `<${element} href="${attribute(document.href)}" mime="${attribute(document.mime)}"`
  return title === "" && data === "" ? `${start}/>` : `${start}>${title}${data}</${element}>`
}

const optional = (element: string, value: string | undefined) =>
  value === undefined ? "" : `<${element}>${text(value)}</${element}>`

/** `manifest.xml` of a DPI package, on one line. */
export const dpiManifest = ({ avsender, hoveddokument, postkasseadresse, vedlegg }: DpiManifest): Uint8Array =>
  bytes(
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><manifest xmlns="http://begrep.difi.no/sdp/schema_v10">` +
      (postkasseadresse === undefined
        ? ""
        : `<mottaker><person>${optional("postkasseadresse", postkasseadresse)}</person></mottaker>`) +
      `<avsender><organisasjon authority="${authority}">${text(avsender.organisasjon)}</organisasjon>` +
      optional("avsenderidentifikator", avsender.avsenderidentifikator) +
      optional("fakturaReferanse", avsender.fakturaReferanse) +
      `</avsender>${dpiDocument("hoveddokument", hoveddokument)}${vedlegg.map((document) => dpiDocument("vedlegg", document)).join("")}</manifest>`
  )

/** `manifest.xml` of a NextMove package: receiver first, the first document alone. */
export const nextMoveManifest = (manifest: {
  readonly sender: string
  readonly receiver: string
  readonly href: string
  readonly mime: string
}): Uint8Array =>
  bytes(`<?xml version="1.0" encoding="UTF-8"?>
<manifest>
   <mottaker>
      <organisasjon authority="${authority}">${text(manifest.receiver)}</organisasjon>
   </mottaker>
   <avsender>
      <organisasjon authority="${authority}">${text(manifest.sender)}</organisasjon>
   </avsender>
   <hoveddokument href="${attribute(manifest.href)}" mime="${attribute(manifest.mime)}">
      <tittel lang="no">Hoveddokument</tittel>
   </hoveddokument>
</manifest>
`)

/** `META-INF/manifest.xml`, which no signature covers. */
export const openDocumentManifest = (files: ReadonlyArray<SignedFile>): Uint8Array => {
  const entry = (path: string, mimeType: string) =>
    `    <ns1:file-entry ns1:full-path="${attribute(path)}" ns1:media-type="${attribute(mimeType)}"/>\n`
  return bytes(
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<ns1:manifest xmlns:ns1="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">\n` +
      entry("/", asicMimeType) +
      files.map(({ mimeType, name }) => entry(name, mimeType)).join("") +
      `</ns1:manifest>\n`
  )
}

/** `META-INF/ASiCManifest.xml`: the digests that the `.p7s` signs. */
export const asicManifest = (files: ReadonlyArray<SignedFile>, signatureName: string): Uint8Array =>
  bytes(
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<ASiCManifest xmlns="${asicNamespace}" xmlns:ns2="${signatureNamespace}">\n` +
      `    <SigReference URI="${attribute(signatureName)}" MimeType="application/x-pkcs7-signature"/>\n` +
      files
        .map(
          ({ mimeType, name, sha256 }) =>
            `    <DataObjectReference URI="${attribute(name)}" MimeType="${attribute(mimeType)}">\n` +
            `        <ns2:DigestMethod Algorithm="${sha256Uri}"/>\n` +
            `        <ns2:DigestValue>${Buffer.from(sha256).toString("base64")}</ns2:DigestValue>\n` +
            `    </DataObjectReference>\n`
        )
        .join("") +
      `</ASiCManifest>\n`
  )
