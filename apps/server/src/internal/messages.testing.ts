/**
 * Messages for tests, each with ids of its own.
 */
import { randomUUID } from "node:crypto"
import { citizen, eInnsyn, own } from "./testServer.testing.ts"

const party = (value: string) => ({ identifier: { value, authority: "iso6523-actorid-upis" } })

export interface Parts {
  readonly messageId?: string | undefined
  readonly conversationId?: string | undefined
  readonly type: string
  readonly standard: string
  readonly process: string
  readonly receiver?: string | undefined
  readonly sender?: string | undefined
  readonly expires?: string | undefined
  readonly body: unknown
}

/** Any message; what is not given is left out. */
export const message = (parts: Parts) => ({
  standardBusinessDocumentHeader: {
    headerVersion: "1.0",
    ...(parts.sender === undefined ? {} : { sender: [party(parts.sender)] }),
    ...(parts.receiver === undefined ? {} : { receiver: [party(parts.receiver)] }),
    documentIdentification: {
      standard: parts.standard,
      typeVersion: "1.0",
      ...(parts.messageId === undefined ? {} : { instanceIdentifier: parts.messageId }),
      type: parts.type
    },
    businessScope: {
      scope: [
        {
          type: "ConversationId",
          ...(parts.conversationId === undefined ? {} : { instanceIdentifier: parts.conversationId }),
          identifier: parts.process,
          ...(parts.expires === undefined ? {} : { scopeInformation: [{ expectedResponseDateTime: parts.expires }] })
        }
      ]
    }
  },
  [parts.type]: parts.body
})

/** A letter to a mailbox, whose primary document is `letter.pdf`. */
export const digital = (parts: Partial<Parts> = {}) =>
  message({
    messageId: randomUUID(),
    conversationId: randomUUID(),
    type: "digital",
    standard: "urn:no:difi:digitalpost:xsd:digital::digital",
    process: "urn:no:difi:profile:digitalpost:info:ver1.0",
    sender: `0192:${own}`,
    receiver: citizen,
    body: {
      sikkerhetsnivaa: 3,
      hoveddokument: "letter.pdf",
      tittel: "Brev",
      spraak: "nb",
      digitalPostInfo: { virkningsdato: "2026-01-01", aapningskvittering: "false" },
      metadataFiler: {}
    },
    ...parts
  })

/** A request for access. */
export const innsynskrav = (parts: Partial<Parts> = {}) =>
  message({
    messageId: randomUUID(),
    conversationId: randomUUID(),
    type: "innsynskrav",
    standard: "urn:no:difi:einnsyn:xsd::innsynskrav",
    process: "urn:no:difi:profile:einnsyn:innsynskrav:ver1.0",
    sender: `0192:${own}`,
    receiver: `0192:${eInnsyn}`,
    body: { orgnr: eInnsyn, epost: "a@example.com" },
    ...parts
  })

/** eInnsyn's answer, which needs no file. */
export const einnsynKvittering = (parts: Partial<Parts> = {}) =>
  message({
    messageId: randomUUID(),
    conversationId: randomUUID(),
    type: "einnsyn_kvittering",
    standard: "urn:no:difi:einnsyn:xsd::einnsyn_kvittering",
    process: "urn:no:difi:profile:einnsyn:response:ver1.0",
    sender: `0192:${own}`,
    receiver: `0192:${eInnsyn}`,
    body: { dokumentId: "1", status: "OK", referanseType: "publisering" },
    ...parts
  })

/** The messageId a message was made with. */
export const idOf = (sbd: ReturnType<typeof message>): string =>
  sbd.standardBusinessDocumentHeader.documentIdentification.instanceIdentifier ?? ""
