/**
 * Letters to send.
 */
import { ConversationId } from "@eformidling/domain/ConversationId"
import { MessageId } from "@eformidling/domain/MessageId"
import { decodeReceived } from "@eformidling/domain/StandardBusinessDocument"
import type { Outgoing, OutgoingDocument } from "@eformidling/port-transport/MessageSender"
import { DateTime, Effect, Result, Stream } from "effect"
import { hash, randomUUID } from "node:crypto"
import { crc32 } from "node:zlib"
import { own } from "./network.testing.ts"

/** The citizens of the simulated network: with a mailbox at Digipost, at e-Boks, and none. */
export const kari = "06068700602"
export const ola = "07126700169"
export const per = "04817197073"

export const pdf = new TextEncoder().encode("%PDF-1.7\n%%EOF\n")

export interface File {
  readonly filename: string
  readonly content: Uint8Array
  readonly mimeType?: string
  readonly title?: string
}

const documentOf = ({ content, filename, mimeType, title }: File): OutgoingDocument => ({
  filename,
  mimeType: mimeType ?? (filename.endsWith(".pdf") ? "application/pdf" : "text/plain"),
  title,
  size: content.length,
  sha256: hash("sha256", content, "buffer"),
  crc32: crc32(content),
  content: Stream.make(content.subarray(0, 10), content.subarray(10))
})

const party = (value: string) => [{ identifier: { value, authority: "iso6523-actorid-upis" } }]

/** What differs from letter to letter. */
export interface Letter {
  readonly type?: "digital" | "print"
  /** Null for none. */
  readonly receiver?: string | null
  readonly sender?: string
  readonly files?: ReadonlyArray<File>
  /** Members of the business message, over those every letter has. */
  readonly body?: Readonly<Record<string, unknown>>
  readonly expires?: string
  readonly messageId?: string
  readonly conversationId?: string
  readonly scopes?: ReadonlyArray<Readonly<Record<string, unknown>>>
}

const bodies = {
  digital: {
    sikkerhetsnivaa: 3,
    tittel: "Min supertittel",
    spraak: "NO",
    digitalPostInfo: { virkningsdato: "2019-05-12", aapningskvittering: "false" }
  },
  print: {
    mottaker: { navn: "Per", adresselinje1: "Storgata 3", postnummer: "0155", poststed: "Oslo", land: "Norge" },
    retur: { mottaker: { navn: "Kommunen", adresselinje1: "Torget 1", postnummer: "0155", poststed: "Oslo" } }
  }
}

const identifiers = {
  digital: "urn:no:difi:digitalpost:xsd:digital::digital",
  print: "urn:no:difi:digitalpost:xsd:fysisk::print"
}

/** A letter with identifiers of its own. */
export const outgoing = ({
  body = {},
  conversationId: conversation,
  expires,
  files,
  messageId: id,
  receiver,
  scopes = [],
  sender,
  type = "digital"
}: Letter = {}) =>
  Effect.gen(function* () {
    const messageId = yield* Effect.sync(() => MessageId.make(id ?? randomUUID()))
    const conversationId = yield* Effect.sync(() => ConversationId.make(conversation ?? randomUUID()))
    const documents = files ?? [{ filename: "brev.pdf", content: pdf, title: "Brevet" }]
    const to = receiver === undefined ? (type === "digital" ? kari : per) : receiver
    const sbd = Result.getOrThrow(
      decodeReceived({
        standardBusinessDocumentHeader: {
          headerVersion: "1.0",
          sender: party(sender ?? `0192:${own}`),
          ...(to === null ? {} : { receiver: party(to) }),
          documentIdentification: {
            standard: identifiers[type],
            typeVersion: "2.0",
            instanceIdentifier: messageId,
            type,
            creationDateAndTime: "2019-03-25T11:35:00+01:00"
          },
          businessScope: {
            scope: [
              ...scopes,
              {
                type: "ConversationId",
                instanceIdentifier: conversationId,
                identifier: "urn:no:difi:profile:digitalpost:info:ver1.0",
                scopeInformation: [
                  {
                    expectedResponseDateTime:
                      expires ?? DateTime.formatIso(DateTime.add(yield* DateTime.now, { days: 1 }))
                  }
                ]
              }
            ]
          }
        },
        [type]: { ...bodies[type], hoveddokument: documents[0]?.filename, ...body }
      })
    )
    const message: Outgoing = {
      messageId,
      sbd,
      documents: documents.map(documentOf),
      attempt: 1,
      mayHaveArrived: false
    }
    return message
  })
