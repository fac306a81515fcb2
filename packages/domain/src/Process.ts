/**
 * The processes of the channels this program speaks, and the document types that go with each. Which of them a
 * recipient takes is the registry's to say.
 *
 * Source: dpi 1.1, dpe 1.1, nextmove-api 2.5.
 */
interface Row {
  readonly urn: string
  readonly service: "DPI" | "DPE"
  readonly documentTypes: ReadonlyArray<string>
}

const digital = "urn:no:difi:digitalpost:xsd:digital::digital"
const print = "urn:no:difi:digitalpost:xsd:fysisk::print"

export const processes = {
  digitalpostInfo: {
    urn: "urn:no:difi:profile:digitalpost:info:ver1.0",
    service: "DPI",
    documentTypes: [digital, print]
  },
  digitalpostVedtak: {
    urn: "urn:no:difi:profile:digitalpost:vedtak:ver1.0",
    service: "DPI",
    documentTypes: [digital, print]
  },
  journalpost: {
    urn: "urn:no:difi:profile:einnsyn:journalpost:ver1.0",
    service: "DPE",
    documentTypes: ["urn:no:difi:einnsyn:xsd::publisering"]
  },
  meeting: {
    urn: "urn:no:difi:profile:einnsyn:meeting:ver1.0",
    service: "DPE",
    documentTypes: ["urn:no:difi:einnsyn:xsd::publisering"]
  },
  innsynskrav: {
    urn: "urn:no:difi:profile:einnsyn:innsynskrav:ver1.0",
    service: "DPE",
    documentTypes: ["urn:no:difi:einnsyn:xsd::innsynskrav"]
  },
  einnsynResponse: {
    urn: "urn:no:difi:profile:einnsyn:response:ver1.0",
    service: "DPE",
    documentTypes: [
      "urn:no:difi:einnsyn:xsd::einnsyn_kvittering",
      "urn:no:difi:eformidling:xsd::status",
      "urn:no:difi:eformidling:xsd::feil"
    ]
  }
} as const satisfies Record<string, Row>
export type Process = keyof typeof processes

const entries = Object.entries(processes) as ReadonlyArray<readonly [Process, Row]>

/** The process a URN names; undefined for one the table does not hold, which a recipient may still take. */
export const fromUrn = (urn: string): Process | undefined => entries.find(([, row]) => row.urn === urn)?.[0]

/** Whether the table has the document type in the process. */
export const takes = (process: Process, standard: string): boolean =>
  (processes[process].documentTypes as ReadonlyArray<string>).includes(standard)
