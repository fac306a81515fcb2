/**
 * The business messages of the channels this program speaks, each a row of what follows from its type.
 *
 * Source: dpi 1.1, dpe 1.1, nextmove-api 2.5, 2.8.
 */
interface Row {
  readonly service: "DPI" | "DPE"
  /** A message of this type may be sent without files. */
  readonly mayLackFiles: boolean
  /** An answer to another message: nothing to open when it is fetched. */
  readonly receipt: boolean
  /** Members whoever creates the message must give. */
  readonly required: ReadonlyArray<string>
}

export const businessMessageTypes = {
  digital: { service: "DPI", mayLackFiles: false, receipt: false, required: [] },
  print: { service: "DPI", mayLackFiles: false, receipt: false, required: [] },
  innsynskrav: { service: "DPE", mayLackFiles: false, receipt: false, required: ["orgnr", "epost"] },
  publisering: { service: "DPE", mayLackFiles: false, receipt: false, required: ["orgnr"] },
  einnsyn_kvittering: {
    service: "DPE",
    mayLackFiles: true,
    receipt: true,
    required: ["dokumentId", "status", "referanseType"]
  },
  status: { service: "DPE", mayLackFiles: true, receipt: false, required: ["status"] }
} as const satisfies Record<string, Row>

export type BusinessMessageType = keyof typeof businessMessageTypes

/** Types of other channels, known by name so that they can be answered by name. */
export const foreignTypes: ReadonlyArray<string> = [
  "arkivmelding",
  "arkivmelding_kvittering",
  "avtalt",
  "digital_dpv",
  "dialogmelding",
  "dialogmelding_kvittering"
]

/** Every type a document may name, in the order error texts list them. Source: nextmove-api 2.2. */
export const knownTypes: ReadonlyArray<string> = [
  "status",
  "arkivmelding",
  "arkivmelding_kvittering",
  "avtalt",
  "digital",
  "digital_dpv",
  "print",
  "dialogmelding",
  "dialogmelding_kvittering",
  "innsynskrav",
  "publisering",
  "einnsyn_kvittering"
]

/** The row's key for a type as a header spells it: upper and lower case are one. */
export const businessMessageType = (type: string): BusinessMessageType | undefined => {
  const name = type.toLowerCase()
  return Object.hasOwn(businessMessageTypes, name) ? (name as BusinessMessageType) : undefined
}

/** The type whose name a document type's URN ends with, among all that are known, `feil` included. */
export const typeOfDocumentType = (standard: string): string | undefined =>
  [...knownTypes, "feil"].find((type) => standard.endsWith(`::${type}`))
