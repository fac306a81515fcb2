/** Letters as business systems create them, and the circumstances the reference's checks name. */
import { DateTime, Result } from "effect"
import * as CreateDefaults from "../CreateDefaults.ts"
import { complete, decode, type Draft, type StandardBusinessDocument } from "../StandardBusinessDocument.ts"

export type Json = { readonly [key: string]: unknown }

/** The clock of the reference's checks. */
export const now = DateTime.makeUnsafe("2019-03-25T11:38:23Z")

export const own = "910077473"

export const party = (value: string) => [{ identifier: { value, authority: "iso6523-actorid-upis" as const } }]

export const address: Json = {
  navn: "Ola Nordmann",
  adresselinje1: "Fjellveien 1",
  postnummer: "3400",
  poststed: "FJELLET",
  land: "Norway"
}

const standards: { readonly [type: string]: string } = {
  digital: "urn:no:difi:digitalpost:xsd:digital::digital",
  print: "urn:no:difi:digitalpost:xsd:fysisk::print"
}

export const letter: Json = {
  sikkerhetsnivaa: 3,
  hoveddokument: "arkivmelding.xml",
  avsenderId: "avsender910077473",
  fakturaReferanse: "faktura910077473",
  tittel: "Min supertittel",
  spraak: "NO",
  digitalPostInfo: { virkningsdato: "2019-05-12", aapningskvittering: "false" },
  varsler: { epostTekst: "Du har post", smsTekst: "Du har post" }
}

export const printLetter: Json = {
  hoveddokument: "arkivmelding.xml",
  mottaker: address,
  retur: { mottaker: { ...address, navn: "Fjellheimen kommune" } }
}

export const json = (type: string, body: unknown, header: Json = {}): Json => ({
  standardBusinessDocumentHeader: {
    headerVersion: "1.0",
    receiver: party("09118532322"),
    documentIdentification: {
      standard: standards[type] ?? `urn:no:difi:einnsyn:xsd::${type}`,
      typeVersion: "1.0",
      type
    },
    businessScope: { scope: [{ type: "ConversationId", identifier: "urn:no:difi:profile:digitalpost:info:ver1.0" }] },
    ...header
  },
  [type]: body
})

export const draft = (type: string, body: unknown, header: Json = {}): Draft =>
  Result.getOrThrow(decode(json(type, body, header)))

/** Ids as they are given out: each new, and recognisable. */
export const circumstances = (ownOrganisation: string = own, ttlHours = 24): CreateDefaults.Circumstances => {
  let given = 0
  return {
    ownOrganisation,
    now,
    ttlHours,
    newId: () => `00000000-0000-4000-8000-${String(++given).padStart(12, "0")}`
  }
}

/** The document once its blanks are filled in. */
export const created = (
  type: string,
  body: unknown,
  header: Json = {},
  ownOrganisation = own
): StandardBusinessDocument =>
  Result.getOrThrow(complete(CreateDefaults.fill(draft(type, body, header), circumstances(ownOrganisation))))
