/**
 * Who lives in the simulated network.
 */
import type { Party } from "./pki/Pki.ts"

/** A postal address; lines of `street` are separated by `;`. */
export interface PostalAddress {
  readonly street: string
  readonly postalCode: string
  readonly postalArea: string
  readonly country: string
}

/** A process an organisation receives over DPE. */
export interface DpeProcess {
  readonly process: string
  readonly documentTypes: ReadonlyArray<string>
  /** The suffix of the queue. */
  readonly endpointUrl: "innsyn" | "data" | "meeting" | ""
}

/** An organisation with a business certificate and a client `MOVE_IP_<organisasjonsnummer>` in Maskinporten. */
export interface Organisation {
  readonly organisasjonsnummer: string
  readonly name: string
  /** Code of its form in Enhetsregisteret, such as `KOMM`. */
  readonly form: string
  readonly address: PostalAddress
  /** Scopes the organisation has been given access to by their owners. */
  readonly scopes: ReadonlyArray<string>
  /** Scopes registered on its client; those it has access to unless named here. */
  readonly clientScopes?: ReadonlyArray<string> | undefined
  /** Organisations it has delegated its scopes to in Altinn. */
  readonly delegatesTo?: ReadonlyArray<string> | undefined
  readonly dpe: ReadonlyArray<DpeProcess>
}

/** A person in kontakt- og reservasjonsregisteret. */
export interface Citizen {
  readonly personidentifikator: string
  readonly name: string
  readonly reserved: boolean
  readonly notifiable: boolean
  /** The active digital mailbox, if any. */
  readonly mailbox?:
    | {
        readonly supplier: string
        readonly address: string
        /** The one record covers both digital and print, as some answers do. */
        readonly printsToo?: boolean | undefined
      }
    | undefined
  /** None for a person without address, or with a secret one. */
  readonly address?: PostalAddress | undefined
  readonly mobilnummer?: string | undefined
  readonly epostadresse?: string | undefined
  readonly spraak?: string | undefined
}

/** Everyone, and who prints letters. */
export interface Population {
  readonly organisations: ReadonlyArray<Organisation>
  readonly citizens: ReadonlyArray<Citizen>
  readonly printHouse: string
}

/** Names of the services that have keys of their own. */
export const serviceRegistry = "service-registry"
export const maskinporten = "maskinporten"

/** Everyone who needs a key: each organisation under its organisasjonsnummer, and the services. */
export const partiesOf = (population: Population): ReadonlyArray<Party> => [
  ...population.organisations.map(({ name, organisasjonsnummer }) => ({
    name: organisasjonsnummer,
    organisasjonsnummer,
    organisation: name
  })),
  { name: serviceRegistry, organisasjonsnummer: "991825827", organisation: "Adressetjenesten (simulert)" },
  { name: maskinporten, organisasjonsnummer: "991825827", organisation: "Maskinporten (simulert)" }
]

const eformidlingDpe = "eformidling:dpe"

/** Scopes of a client that uses DPI, in the order the field asks for them. Source: dpi 7.6. */
const dpiScopes = [
  "eformidling:dpi",
  "digitalpostinnbygger:send",
  "global/kontaktinformasjon.read",
  "global/sikkerdigitalpost.read",
  "global/varslingsstatus.read",
  "global/sertifikat.read",
  "global/navn.read",
  "global/postadresse.read"
]

const response: DpeProcess = {
  process: "urn:no:difi:profile:einnsyn:response:ver1.0",
  documentTypes: [
    "urn:no:difi:einnsyn:xsd::einnsyn_kvittering",
    "urn:no:difi:eformidling:xsd::status",
    "urn:no:difi:eformidling:xsd::feil"
  ],
  endpointUrl: ""
}

const oslo = (street: string): PostalAddress => ({ street, postalCode: "0155", postalArea: "OSLO", country: "Norge" })

const supplier = (organisasjonsnummer: string, name: string): Organisation => ({
  organisasjonsnummer,
  name,
  form: "AS",
  address: oslo("Postboks 1"),
  scopes: [],
  dpe: []
})

/**
 * The population of the sandbox: a municipality and eInnsyn, two mailbox suppliers, a print house, and three citizens
 * reached at one mailbox supplier, at the other, and by print.
 */
export const sandbox: Population = {
  printHouse: "974761076",
  organisations: [
    {
      organisasjonsnummer: "910076787",
      name: "Sandkassen kommune",
      form: "KOMM",
      address: oslo("Rådhusplassen 1"),
      scopes: [eformidlingDpe, ...dpiScopes],
      dpe: [
        {
          process: "urn:no:difi:profile:einnsyn:innsynskrav:ver1.0",
          documentTypes: ["urn:no:difi:einnsyn:xsd::innsynskrav"],
          endpointUrl: "innsyn"
        },
        response
      ]
    },
    {
      organisasjonsnummer: "991825827",
      name: "eInnsyn (simulert)",
      form: "ORGL",
      address: { street: "Skrivarvegen 2", postalCode: "6863", postalArea: "LEIKANGER", country: "Norge" },
      scopes: [eformidlingDpe, ...dpiScopes],
      dpe: [
        {
          process: "urn:no:difi:profile:einnsyn:journalpost:ver1.0",
          documentTypes: ["urn:no:difi:einnsyn:xsd::publisering"],
          endpointUrl: "data"
        },
        response
      ]
    },
    supplier("984661185", "Digipost (simulert)"),
    supplier("922020175", "e-Boks (simulert)"),
    supplier("974761076", "Utskrift (simulert)")
  ],
  citizens: [
    {
      personidentifikator: "06068700602",
      name: "KARI SANDKASSE",
      reserved: false,
      notifiable: true,
      mailbox: { supplier: "984661185", address: "kari.sandkasse#1ABC" },
      address: oslo("Storgata 1"),
      mobilnummer: "+4799999999",
      epostadresse: "kari@example.org",
      spraak: "nb"
    },
    {
      personidentifikator: "07126700169",
      name: "OLA SANDKASSE",
      reserved: false,
      notifiable: true,
      mailbox: { supplier: "922020175", address: "0000022222" },
      address: oslo("Storgata 2"),
      mobilnummer: "+4788888888",
      epostadresse: "ola@example.org",
      spraak: "nn"
    },
    {
      personidentifikator: "04817197073",
      name: "PER SANDKASSE",
      reserved: false,
      notifiable: false,
      address: oslo("C/O Bar;Storgata 3"),
      spraak: "nb"
    }
  ]
}
