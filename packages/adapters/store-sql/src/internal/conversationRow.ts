import type { Conversation, NewConversation, StatusEntry } from "@eformidling/domain/Conversation"
import { ConversationId } from "@eformidling/domain/ConversationId"
import { Direction } from "@eformidling/domain/Direction"
import { MessageId } from "@eformidling/domain/MessageId"
import { MessageStatus } from "@eformidling/domain/MessageStatus"
import { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import type {
  ConversationSortProperty,
  StatusOfMessage,
  StatusSortProperty
} from "@eformidling/port-store/Conversations"
import { DateTime, Schema } from "effect"
import { Flag, Instant, Text, Whole } from "./columns.ts"
import { escapeText } from "./storableText.ts"

export const ConversationRow = Schema.Struct({
  id: Whole,
  conversation_id: ConversationId,
  message_id: MessageId,
  sender: Text,
  sender_identifier: Text,
  receiver: Schema.NullOr(Text),
  receiver_identifier: Schema.NullOr(Text),
  process_identifier: Text,
  document_identifier: Text,
  message_reference: Text,
  message_title: Text,
  last_update: Instant,
  finished: Flag,
  pollable: Flag,
  expiry: Instant,
  direction: Direction,
  service_identifier: ServiceIdentifier,
  next_attempt: Schema.NullOr(Instant),
  last_error: Schema.NullOr(Text)
})
export type ConversationRow = typeof ConversationRow.Type

export const StatusRow = Schema.Struct({
  id: Whole,
  conversation: Whole,
  status: MessageStatus,
  last_update: Instant,
  description: Schema.NullOr(Text),
  raw_receipt: Schema.NullOr(Text)
})
export type StatusRow = typeof StatusRow.Type

export const StatusOfMessageRow = StatusRow.pipe(
  Schema.fieldsAssign({ message_id: MessageId, conversation_id: ConversationId })
)

const readStatus = (row: StatusRow): StatusEntry => ({
  id: row.id,
  status: row.status,
  lastUpdate: row.last_update,
  ...(row.description === null ? {} : { description: row.description }),
  ...(row.raw_receipt === null ? {} : { rawReceipt: row.raw_receipt })
})

export const readStatusOfMessage = (row: typeof StatusOfMessageRow.Type): StatusOfMessage => ({
  ...readStatus(row),
  convId: row.conversation,
  messageId: row.message_id,
  conversationId: row.conversation_id
})

export const readConversation = (row: ConversationRow, statuses: ReadonlyArray<StatusRow>): Conversation => ({
  id: row.id,
  conversationId: row.conversation_id,
  messageId: row.message_id,
  sender: row.sender,
  senderIdentifier: row.sender_identifier,
  ...(row.receiver === null ? {} : { receiver: row.receiver }),
  ...(row.receiver_identifier === null ? {} : { receiverIdentifier: row.receiver_identifier }),
  processIdentifier: row.process_identifier,
  documentIdentifier: row.document_identifier,
  messageReference: row.message_reference,
  messageTitle: row.message_title,
  lastUpdate: row.last_update,
  finished: row.finished,
  pollable: row.pollable,
  expiry: row.expiry,
  direction: row.direction,
  serviceIdentifier: row.service_identifier,
  messageStatuses: statuses.map(readStatus),
  ...(row.next_attempt === null ? {} : { nextAttempt: row.next_attempt }),
  ...(row.last_error === null ? {} : { lastError: row.last_error })
})

const orNull = (text: string | undefined) => (text === undefined ? null : escapeText(text))

/** The columns a new conversation fills. */
export const conversationColumns = (conversation: NewConversation) => ({
  conversation_id: conversation.conversationId,
  message_id: conversation.messageId,
  sender: escapeText(conversation.sender),
  sender_identifier: escapeText(conversation.senderIdentifier),
  receiver: orNull(conversation.receiver),
  receiver_identifier: orNull(conversation.receiverIdentifier),
  process_identifier: escapeText(conversation.processIdentifier),
  document_identifier: escapeText(conversation.documentIdentifier),
  message_reference: escapeText(conversation.messageReference),
  message_title: escapeText(conversation.messageTitle),
  expiry: DateTime.toEpochMillis(conversation.expiry),
  direction: conversation.direction,
  service_identifier: conversation.serviceIdentifier
})

export const statusColumns = (conversation: number, entry: StatusEntry) => ({
  id: entry.id,
  conversation,
  status: entry.status,
  last_update: DateTime.toEpochMillis(entry.lastUpdate),
  description: orNull(entry.description),
  raw_receipt: orNull(entry.rawReceipt)
})

export const conversationSortColumns = {
  id: "id",
  conversationId: "conversation_id",
  messageId: "message_id",
  sender: "sender",
  senderIdentifier: "sender_identifier",
  receiver: "receiver",
  receiverIdentifier: "receiver_identifier",
  processIdentifier: "process_identifier",
  documentIdentifier: "document_identifier",
  messageReference: "message_reference",
  messageTitle: "message_title",
  lastUpdate: "last_update",
  finished: "finished",
  pollable: "pollable",
  expiry: "expiry",
  direction: "direction",
  serviceIdentifier: "service_identifier"
} as const satisfies Record<ConversationSortProperty, string>

export const statusSortColumns = {
  id: "s.id",
  lastUpdate: "s.last_update",
  status: "s.status"
} as const satisfies Record<StatusSortProperty, string>
