import { DateTime } from "effect"
import * as PartyIdentifier from "../PartyIdentifier.ts"
import * as SbdDateTime from "../SbdDateTime.ts"
import type { StandardBusinessDocument } from "../StandardBusinessDocument.ts"

/** The document type of a status unless settings say otherwise. */
export const documentType = "urn:no:difi:eformidling:xsd::status"

/** The process of answers in eInnsyn unless settings say otherwise. */
export const responseProcess = "urn:no:difi:profile:einnsyn:response:ver1.0"

/** What an answer rests on besides the message answered. */
export interface Circumstances {
  readonly now: DateTime.Utc
  readonly ttlHours: number
  readonly documentType: string
  readonly process: string
}

/**
 * The status sent back to the sender of a message: parties swapped, under the message's own id.
 *
 * Source: dpe 4.3.
 */
export const answer = (
  original: StandardBusinessDocument,
  status: "MOTTATT" | "LEVERT",
  { documentType, now, process, ttlHours }: Circumstances
): StandardBusinessDocument => {
  const party = (value: string) => [{ identifier: { value, authority: PartyIdentifier.authority } }] as const
  const sender = original.receiver ?? original.sender
  const channel = original.header.businessScope?.scope?.filter(({ type }) => type === "MessageChannel") ?? []
  return {
    messageId: original.messageId,
    conversationId: original.conversationId,
    process,
    standard: documentType,
    sender,
    receiver: original.sender,
    header: {
      headerVersion: "1.0",
      sender: party(sender),
      receiver: party(original.sender),
      documentIdentification: {
        standard: documentType,
        typeVersion: "2.0",
        instanceIdentifier: original.messageId,
        type: "status",
        creationDateAndTime: SbdDateTime.format(DateTime.subtract(now, { seconds: 5 }))
      },
      businessScope: {
        scope: [
          {
            type: "ConversationId",
            instanceIdentifier: original.conversationId,
            identifier: process,
            scopeInformation: [{ expectedResponseDateTime: SbdDateTime.format(DateTime.add(now, { hours: ttlHours })) }]
          },
          ...channel
        ]
      }
    },
    message: { type: "status", body: { status } }
  }
}
