import type { Conversation, StatusEntry } from "@eformidling/domain/Conversation"
import type {
  ConversationFilter,
  ConversationSortProperty,
  StatusFilter,
  StatusOfMessage,
  StatusSortProperty
} from "@eformidling/port-store/Conversations"
import { DateTime } from "effect"
import { isOrAny } from "./paging.ts"

const property =
  <Key extends keyof Conversation>(key: Key) =>
  (conversation: Conversation) =>
    conversation[key]

export const conversationProperties = {
  id: property("id"),
  conversationId: property("conversationId"),
  messageId: property("messageId"),
  sender: property("sender"),
  senderIdentifier: property("senderIdentifier"),
  receiver: property("receiver"),
  receiverIdentifier: property("receiverIdentifier"),
  processIdentifier: property("processIdentifier"),
  documentIdentifier: property("documentIdentifier"),
  messageReference: property("messageReference"),
  messageTitle: property("messageTitle"),
  lastUpdate: property("lastUpdate"),
  finished: property("finished"),
  pollable: property("pollable"),
  expiry: property("expiry"),
  direction: property("direction"),
  serviceIdentifier: property("serviceIdentifier")
} as const satisfies Record<ConversationSortProperty, unknown>

export const statusProperties = {
  id: (status: StatusEntry) => status.id,
  lastUpdate: (status: StatusEntry) => status.lastUpdate,
  status: (status: StatusEntry) => status.status
} as const satisfies Record<StatusSortProperty, unknown>

export const conversationMatches =
  (filter: ConversationFilter) =>
  (conversation: Conversation): boolean =>
    isOrAny(filter.id, conversation.id) &&
    isOrAny(filter.conversationId, conversation.conversationId) &&
    isOrAny(filter.messageId, conversation.messageId) &&
    isOrAny(filter.sender, conversation.sender) &&
    isOrAny(filter.senderIdentifier, conversation.senderIdentifier) &&
    isOrAny(filter.receiver, conversation.receiver) &&
    isOrAny(filter.receiverIdentifier, conversation.receiverIdentifier) &&
    isOrAny(filter.serviceIdentifier, conversation.serviceIdentifier) &&
    isOrAny(filter.messageReference, conversation.messageReference) &&
    isOrAny(filter.messageTitle, conversation.messageTitle) &&
    isOrAny(filter.pollable, conversation.pollable) &&
    isOrAny(filter.finished, conversation.finished) &&
    isOrAny(filter.direction, conversation.direction) &&
    (filter.lastUpdateFrom === undefined ||
      DateTime.isGreaterThanOrEqualTo(conversation.lastUpdate, filter.lastUpdateFrom)) &&
    (filter.lastUpdateBefore === undefined || DateTime.isLessThan(conversation.lastUpdate, filter.lastUpdateBefore))

export const statusMatches =
  (filter: StatusFilter) =>
  (status: StatusOfMessage): boolean =>
    isOrAny(filter.id, status.id) &&
    isOrAny(filter.conversationId, status.conversationId) &&
    isOrAny(filter.messageId, status.messageId) &&
    isOrAny(filter.status, status.status) &&
    (filter.between === undefined ||
      (DateTime.isGreaterThanOrEqualTo(status.lastUpdate, filter.between.from) &&
        DateTime.isLessThanOrEqualTo(status.lastUpdate, filter.between.to)))

export const statusesOf = (conversation: Conversation): ReadonlyArray<StatusOfMessage> =>
  conversation.messageStatuses.map((status) => ({
    ...status,
    convId: conversation.id,
    messageId: conversation.messageId,
    conversationId: conversation.conversationId
  }))
