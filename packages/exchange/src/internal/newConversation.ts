import type { NewConversation } from "@eformidling/domain/Conversation"
import type { Direction } from "@eformidling/domain/Direction"
import { shortIdentifier } from "@eformidling/domain/PartyIdentifier"
import type { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import { expectedResponse, type StandardBusinessDocument } from "@eformidling/domain/StandardBusinessDocument"
import { DateTime, Option } from "effect"

/** The expiry of a message that names none. */
const never = DateTime.makeUnsafe("9999-12-31T23:59:59Z")

/** The conversation a message begins. Source: nextmove-api 1.11. */
export const newConversation = (
  sbd: StandardBusinessDocument,
  serviceIdentifier: ServiceIdentifier,
  direction: Direction
): NewConversation => ({
  conversationId: sbd.conversationId,
  messageId: sbd.messageId,
  sender: sbd.sender,
  senderIdentifier: shortIdentifier(sbd.sender),
  ...(sbd.receiver === undefined ? {} : { receiver: sbd.receiver, receiverIdentifier: shortIdentifier(sbd.receiver) }),
  processIdentifier: sbd.process,
  documentIdentifier: sbd.standard,
  messageReference: sbd.conversationId,
  messageTitle: "",
  expiry: Option.getOrElse(expectedResponse(sbd), () => never),
  direction,
  serviceIdentifier
})
