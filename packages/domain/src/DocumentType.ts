import type { BusinessMessageType } from "./BusinessMessageType.ts"

/**
 * The document types of the channels this program speaks: the URN they are sent under, and the business message that
 * goes with it. `feil` is listed by registries and has no business message.
 *
 * Source: dpi 1.1, dpe 1.1, nextmove-api 2.5.
 */
interface Row {
  readonly urn: string
  /** Spellings that are still in use, taken and never sent unasked. */
  readonly aliases: ReadonlyArray<string>
  readonly service: "DPI" | "DPE"
  readonly type: BusinessMessageType | undefined
}

export const documentTypes = {
  digital: { urn: "urn:no:difi:digitalpost:xsd:digital::digital", aliases: [], service: "DPI", type: "digital" },
  print: { urn: "urn:no:difi:digitalpost:xsd:fysisk::print", aliases: [], service: "DPI", type: "print" },
  innsynskrav: {
    urn: "urn:no:difi:einnsyn:xsd::innsynskrav",
    aliases: ["urn:no:difi:einnsyn:xsd:innsyn::innsynskrav"],
    service: "DPE",
    type: "innsynskrav"
  },
  publisering: { urn: "urn:no:difi:einnsyn:xsd::publisering", aliases: [], service: "DPE", type: "publisering" },
  einnsynKvittering: {
    urn: "urn:no:difi:einnsyn:xsd::einnsyn_kvittering",
    aliases: [],
    service: "DPE",
    type: "einnsyn_kvittering"
  },
  status: { urn: "urn:no:difi:eformidling:xsd::status", aliases: [], service: "DPE", type: "status" },
  feil: { urn: "urn:no:difi:eformidling:xsd::feil", aliases: [], service: "DPE", type: undefined }
} as const satisfies Record<string, Row>
export type DocumentType = keyof typeof documentTypes

const entries = Object.entries(documentTypes) as ReadonlyArray<readonly [DocumentType, Row]>

/** The document type a URN or an alias names; undefined for one the table does not hold, which a recipient may take. */
export const fromUrn = (urn: string): DocumentType | undefined =>
  entries.find(([, row]) => row.urn === urn || row.aliases.includes(urn))?.[0]
