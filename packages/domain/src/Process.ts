import { type DocumentType, documentTypes, fromUrn as documentTypeOf } from "./DocumentType.ts"

/**
 * The processes of the channels this program speaks, and the document types that go with each. Which of them a
 * recipient takes is the registry's to say.
 *
 * Source: dpi 1.1, dpe 1.1, nextmove-api 2.5.
 */
interface Row {
  readonly urn: string
  /** Spellings that are still in use, taken and never sent unasked. */
  readonly aliases: ReadonlyArray<string>
  readonly service: "DPI" | "DPE"
  readonly documentTypes: ReadonlyArray<DocumentType>
}

export const processes = {
  digitalpostInfo: {
    urn: "urn:no:difi:profile:digitalpost:info:ver1.0",
    aliases: [],
    service: "DPI",
    documentTypes: ["digital", "print"]
  },
  digitalpostVedtak: {
    urn: "urn:no:difi:profile:digitalpost:vedtak:ver1.0",
    aliases: [],
    service: "DPI",
    documentTypes: ["digital", "print"]
  },
  journalpost: {
    urn: "urn:no:difi:profile:einnsyn:journalpost:ver1.0",
    aliases: [],
    service: "DPE",
    documentTypes: ["publisering"]
  },
  /** Ended in 2024, and still in use by older senders. */
  meeting: {
    urn: "urn:no:difi:profile:einnsyn:meeting:ver1.0",
    aliases: [],
    service: "DPE",
    documentTypes: ["publisering"]
  },
  innsynskrav: {
    urn: "urn:no:difi:profile:einnsyn:innsynskrav:ver1.0",
    aliases: ["urn:no:difi:profile:einnsyn-innsynskrav:ver1.0"],
    service: "DPE",
    documentTypes: ["innsynskrav"]
  },
  einnsynResponse: {
    urn: "urn:no:difi:profile:einnsyn:response:ver1.0",
    aliases: [],
    service: "DPE",
    documentTypes: ["einnsynKvittering", "status", "feil"]
  }
} as const satisfies Record<string, Row>
export type Process = keyof typeof processes

const entries = Object.entries(processes) as ReadonlyArray<readonly [Process, Row]>

/** The process a URN or an alias names; undefined for one the table does not hold, which a recipient may still take. */
export const fromUrn = (urn: string): Process | undefined =>
  entries.find(([, row]) => row.urn === urn || row.aliases.includes(urn))?.[0]

/** Whether the table has the document type, by URN or alias, in the process. */
export const takes = (process: Process, standard: string): boolean => {
  const documentType = documentTypeOf(standard)
  return (
    documentType !== undefined && (processes[process].documentTypes as ReadonlyArray<string>).includes(documentType)
  )
}

/** The URNs of the document types that go with a process. */
export const standardsOf = (process: Process): ReadonlyArray<string> =>
  processes[process].documentTypes.map((documentType) => documentTypes[documentType].urn)
