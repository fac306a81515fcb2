import * as Pdf from "./Pdf.ts"

/** A file as the API takes it in a multipart request: `title` is the part's name. */
export interface File {
  readonly title: string
  readonly filename: string
  readonly mimeType: string
  readonly bytes: Uint8Array
}

/** A message ready for the API. */
export interface Message {
  readonly name: string
  readonly messageId: string
  readonly sbd: unknown
  readonly files: ReadonlyArray<File>
}

export const municipality = "910076787"
export const eInnsyn = "991825827"

const party = (value: string) => [{ identifier: { value, authority: "iso6523-actorid-upis" } }]

const envelope = (message: {
  readonly messageId: string
  readonly conversationId?: string
  readonly receiver: string
  readonly standard: string
  readonly process: string
  readonly type: string
  readonly body: unknown
}) => ({
  standardBusinessDocumentHeader: {
    headerVersion: "1.0",
    receiver: party(message.receiver),
    documentIdentification: {
      standard: message.standard,
      typeVersion: "1.0",
      instanceIdentifier: message.messageId,
      type: message.type
    },
    businessScope: {
      scope: [
        {
          type: "ConversationId",
          instanceIdentifier: message.conversationId ?? message.messageId,
          identifier: message.process
        }
      ]
    }
  },
  [message.type]: message.body
})

const letterFile = (title: string, lines: ReadonlyArray<string>): File => ({
  title,
  filename: "brev.pdf",
  mimeType: "application/pdf",
  bytes: Pdf.letter(lines)
})

/** A letter to a citizen with a mailbox at Digipost, who opens it. */
export const digital = (messageId: string): Message => ({
  name: "digital letter to 060687*****",
  messageId,
  sbd: envelope({
    messageId,
    receiver: "06068700602",
    standard: "urn:no:difi:digitalpost:xsd:digital::digital",
    process: "urn:no:difi:profile:digitalpost:info:ver1.0",
    type: "digital",
    body: {
      sikkerhetsnivaa: 3,
      hoveddokument: "brev.pdf",
      tittel: "Svar på søknad om barnehageplass",
      spraak: "nb",
      digitalPostInfo: { virkningsdato: "2026-01-02", aapningskvittering: true },
      varsler: { epostTekst: "Du har fått digital post.", smsTekst: "Du har fått digital post." }
    }
  }),
  files: [letterFile("Svar på søknad", ["Vedtak om barnehageplass", "", "Barnet har fått plass fra august."])]
})

/** A letter to a citizen without a mailbox, printed and posted. The address comes from the registry. */
export const print = (messageId: string): Message => ({
  name: "print letter to 048171*****",
  messageId,
  sbd: envelope({
    messageId,
    receiver: "04817197073",
    standard: "urn:no:difi:digitalpost:xsd:fysisk::print",
    process: "urn:no:difi:profile:digitalpost:info:ver1.0",
    type: "print",
    body: { hoveddokument: "brev.pdf", utskriftsfarge: "SORT_HVIT", posttype: "B_OEKONOMI" }
  }),
  files: [letterFile("Brev", ["Innkalling til time", "", "Du har fått time på rådhuset."])]
})

const journalpost = {
  "@context": { "@vocab": "http://www.arkivverket.no/standarder/noark5/arkivstruktur/" },
  "@graph": [
    {
      "@id": "http://data.910076787.no/journalpost/2026-17",
      "@type": "Journalpost",
      journalaar: "2026",
      journalsekvensnummer: "17",
      journalposttype: "Utgående dokument",
      offentligTittel: "Svar på søknad",
      virksomhet: `http://data.einnsyn.no/virksomhet/${municipality}`
    }
  ]
}

/** A journalpost for eInnsyn. */
export const publisering = (messageId: string): Message => ({
  name: "publisering of a journalpost",
  messageId,
  sbd: envelope({
    messageId,
    receiver: `0192:${eInnsyn}`,
    standard: "urn:no:difi:einnsyn:xsd::publisering",
    process: "urn:no:difi:profile:einnsyn:journalpost:ver1.0",
    type: "publisering",
    body: { orgnr: municipality }
  }),
  files: [
    {
      title: "Journalpost",
      filename: "journalpost.jsonld",
      mimeType: "application/ld+json",
      bytes: Buffer.from(JSON.stringify(journalpost, null, 2))
    }
  ]
})

/** eInnsyn's answer to a publisering. */
export const kvittering = (messageId: string, publiseringId: string): Message => ({
  name: "einnsyn_kvittering",
  messageId,
  sbd: envelope({
    messageId,
    conversationId: publiseringId,
    receiver: `0192:${municipality}`,
    standard: "urn:no:difi:einnsyn:xsd::einnsyn_kvittering",
    process: "urn:no:difi:profile:einnsyn:response:ver1.0",
    type: "einnsyn_kvittering",
    body: {
      dokumentId: "http://data.910076787.no/journalpost/2026-17",
      status: JSON.stringify({ publisert: true, arkivskaperOrgnummer: municipality }),
      referanseType: "publisering"
    }
  }),
  files: []
})

const order = `<?xml version="1.0" encoding="UTF-8"?>
<bestilling>
  <id>demo</id>
  <bestillingsdato>02.01.2026</bestillingsdato>
  <til><virksomhet>Kommunen</virksomhet><orgnr>${municipality}</orgnr></til>
  <dokumenter><dokument><saksnr>2026/17</saksnr><dokumentnr>1</dokumentnr></dokument></dokumenter>
</bestilling>
`

/** A request for access, from eInnsyn to the municipality. */
export const innsynskrav = (messageId: string): Message => ({
  name: "innsynskrav from eInnsyn",
  messageId,
  sbd: envelope({
    messageId,
    receiver: `0192:${municipality}`,
    standard: "urn:no:difi:einnsyn:xsd::innsynskrav",
    process: "urn:no:difi:profile:einnsyn:innsynskrav:ver1.0",
    type: "innsynskrav",
    body: { orgnr: municipality, epost: "innsyn@example.org" }
  }),
  files: [
    { title: "Bestilling", filename: "order.xml", mimeType: "application/xml", bytes: Buffer.from(order) },
    {
      title: "E-post",
      filename: "emailtext",
      mimeType: "text/plain",
      bytes: Buffer.from("Innsynskrav for sak 2026/17.\n")
    }
  ]
})
