/**
 * A conversation as the API shows it.
 *
 * Source: nextmove-api 1.11.
 */
import { Direction } from "@eformidling/domain/Direction"
import { MessageStatus } from "@eformidling/domain/MessageStatus"
import { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import { Schema } from "effect"
import { Timestamp } from "./Timestamp.ts"

/** A status inside its conversation. */
export const ConversationStatus = Schema.Struct({
  id: Schema.Int,
  lastUpdate: Timestamp,
  status: MessageStatus,
  description: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "ConversationStatus" })

/** What is known of one message, with its statuses ordered by id. */
export const ConversationBody = Schema.Struct({
  id: Schema.Int,
  conversationId: Schema.String,
  messageId: Schema.String,
  /** Whole identifier, such as `0192:991825827`. */
  sender: Schema.String,
  /** Without prefix; the organisation on whose behalf it was sent, when there is one. */
  senderIdentifier: Schema.String,
  receiver: Schema.optionalKey(Schema.String),
  receiverIdentifier: Schema.optionalKey(Schema.String),
  processIdentifier: Schema.String,
  documentIdentifier: Schema.String,
  messageReference: Schema.String,
  messageTitle: Schema.String,
  lastUpdate: Timestamp,
  finished: Schema.Boolean,
  expiry: Timestamp,
  direction: Direction,
  serviceIdentifier: ServiceIdentifier,
  messageStatuses: Schema.Array(ConversationStatus)
}).annotate({ identifier: "Conversation" })
export type ConversationBody = typeof ConversationBody.Type
