/**
 * What the service registry says about an organisation or a citizen.
 *
 * Source: nextmove-api 5.3.
 */
import type { Citizen, Organisation, Population, PostalAddress } from "./Population.ts"

/** A service record as it is written on the wire. */
export type WireRecord = Readonly<Record<string, unknown>>

/** An answer as it is written on the wire. */
export interface WireEntity {
  readonly infoRecord: Readonly<Record<string, unknown>>
  readonly serviceRecords: ReadonlyArray<WireRecord>
}

/** What records depend on besides whom they are about. */
export interface View {
  readonly population: Population
  /** PEM of an organisation's certificate. */
  readonly certificateOf: (organisasjonsnummer: string) => string
  /** Whom printed letters come back to. */
  readonly asker: Organisation | undefined
  readonly print: boolean
}

const info = "urn:no:difi:profile:digitalpost:info:ver1.0"
const vedtak = "urn:no:difi:profile:digitalpost:vedtak:ver1.0"
const digital = "urn:no:difi:digitalpost:xsd:digital::digital"
const print = "urn:no:difi:digitalpost:xsd:fysisk::print"

const service = (identifier: string, endpointUrl: string, securityLevel: number | null) => ({
  identifier,
  endpointUrl,
  serviceCode: null,
  serviceEditionCode: null,
  securityLevel,
  resource: null
})

const addressOf = (name: string, address: PostalAddress) => ({ name, ...address, norge: true })

/** The records of an organisation, one for each process it receives. */
export const organisationRecords = (organisation: Organisation, view: View): ReadonlyArray<WireRecord> =>
  organisation.dpe.map(({ documentTypes, endpointUrl, process }) => ({
    organisationNumber: organisation.organisasjonsnummer,
    pemCertificate: view.certificateOf(organisation.organisasjonsnummer),
    process,
    documentTypes,
    service: service("DPE", endpointUrl, null)
  }))

/** What is known about an organisation apart from its processes. */
export const organisationInfo = ({ address, form, name, organisasjonsnummer }: Organisation) => ({
  identifier: organisasjonsnummer,
  organizationName: name,
  postadresse: {
    adresse: address.street,
    postnummer: address.postalCode,
    poststed: address.postalArea,
    land: address.country
  },
  entityType: { name: form }
})

/** What is known about a citizen apart from the channels. */
export const citizenInfo = ({ personidentifikator }: Citizen) => ({
  identifier: personidentifikator,
  entityType: { name: "citizen" }
})

const contact = (citizen: Citizen) => ({
  mobilnummer: citizen.mobilnummer ?? null,
  kanVarsles: citizen.notifiable,
  epostAdresse: citizen.epostadresse ?? null,
  spraak: citizen.spraak ?? null
})

const digitalRecord = (citizen: Citizen, process: string, view: View): ReadonlyArray<WireRecord> =>
  citizen.mailbox === undefined
    ? []
    : [
        {
          organisationNumber: citizen.personidentifikator,
          pemCertificate: view.certificateOf(citizen.mailbox.supplier),
          process,
          documentTypes: citizen.mailbox.printsToo === true ? [digital, print] : [digital],
          service: service("DPI", "http://dpi.simulated", 3),
          orgnrPostkasse: citizen.mailbox.supplier,
          postkasseAdresse: citizen.mailbox.address,
          ...contact(citizen),
          fysiskPost: false,
          postAddress: null,
          returnAddress: null
        }
      ]

const printRecord = (citizen: Citizen, process: string, view: View): ReadonlyArray<WireRecord> =>
  citizen.address === undefined || !view.print
    ? []
    : [
        {
          organisationNumber: citizen.personidentifikator,
          pemCertificate: view.certificateOf(view.population.printHouse),
          process,
          documentTypes: [print],
          service: service("DPI", "http://dpi.simulated", null),
          orgnrPostkasse: view.population.printHouse,
          postkasseAdresse: null,
          ...contact(citizen),
          fysiskPost: true,
          postAddress: addressOf(citizen.name, citizen.address),
          returnAddress: view.asker === undefined ? null : addressOf(view.asker.name, view.asker.address)
        }
      ]

const dpvRecord = (citizen: Citizen, process: string): WireRecord => ({
  organisationNumber: citizen.personidentifikator,
  pemCertificate: "",
  process,
  documentTypes: ["urn:no:difi:digitalpost:xsd:digital::digital_dpv"],
  service: {
    identifier: "DPV",
    serviceCode: "4255",
    serviceEditionCode: "10",
    resource: "eformidling-dpv-administrasjon"
  }
})

/** The records of a citizen, by process and by what KRR knows. */
export const citizenRecords = (citizen: Citizen, view: View): ReadonlyArray<WireRecord> => {
  const printed = (process: string) => printRecord(citizen, process, view)
  const forInfo =
    citizen.mailbox === undefined ? [...printed(info), dpvRecord(citizen, info)] : digitalRecord(citizen, info, view)
  const forVedtak =
    citizen.reserved || !citizen.notifiable
      ? printed(vedtak)
      : citizen.mailbox === undefined
        ? [...printed(vedtak), dpvRecord(citizen, vedtak)]
        : digitalRecord(citizen, vedtak, view)
  return [...forInfo, ...forVedtak]
}
