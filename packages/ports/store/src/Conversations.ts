import type { Conversation, NewConversation, NewStatus, StatusEntry } from "@eformidling/domain/Conversation"
import type { ConversationId } from "@eformidling/domain/ConversationId"
import type { Direction } from "@eformidling/domain/Direction"
import type { MessageId } from "@eformidling/domain/MessageId"
import type { MessageStatus } from "@eformidling/domain/MessageStatus"
import type { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import { Context, type DateTime, type Effect, type Option, Schema } from "effect"
import type { Page, PageRequest } from "./Page.ts"
import type { StoreError } from "./StoreError.ts"

/** A conversation with this messageId and direction is there already. */
export class ConversationExists extends Schema.TaggedError<ConversationExists>()("ConversationExists", {
  messageId: Schema.String
}) {}

/** Every member given must hold. Texts are compared exactly. */
export interface ConversationFilter {
  readonly id?: number | undefined
  readonly conversationId?: string | undefined
  readonly messageId?: string | undefined
  readonly sender?: string | undefined
  readonly senderIdentifier?: string | undefined
  readonly receiver?: string | undefined
  readonly receiverIdentifier?: string | undefined
  readonly serviceIdentifier?: ServiceIdentifier | undefined
  readonly messageReference?: string | undefined
  readonly messageTitle?: string | undefined
  readonly pollable?: boolean | undefined
  readonly finished?: boolean | undefined
  readonly direction?: Direction | undefined
  /** Inclusive. */
  readonly lastUpdateFrom?: DateTime.Utc | undefined
  /** Exclusive. */
  readonly lastUpdateBefore?: DateTime.Utc | undefined
}

/** Every member given must hold. */
export interface StatusFilter {
  readonly id?: number | undefined
  readonly conversationId?: string | undefined
  readonly messageId?: string | undefined
  readonly status?: MessageStatus | undefined
  /** Both ends inclusive. */
  readonly between?: { readonly from: DateTime.Utc; readonly to: DateTime.Utc } | undefined
}

/** A status together with the message it belongs to. */
export interface StatusOfMessage extends StatusEntry {
  readonly convId: number
  readonly messageId: MessageId
  readonly conversationId: ConversationId
}

/** What conversations can be sorted by. */
export const conversationSortProperties = [
  "id",
  "conversationId",
  "messageId",
  "sender",
  "senderIdentifier",
  "receiver",
  "receiverIdentifier",
  "processIdentifier",
  "documentIdentifier",
  "messageReference",
  "messageTitle",
  "lastUpdate",
  "finished",
  "pollable",
  "expiry",
  "direction",
  "serviceIdentifier"
] as const
export type ConversationSortProperty = (typeof conversationSortProperties)[number]

/** What statuses can be sorted by. */
export const statusSortProperties = ["id", "lastUpdate", "status"] as const
export type StatusSortProperty = (typeof statusSortProperties)[number]

/** What is known of every message that went out or came in, and the statuses it has had. */
export class Conversations extends Context.Service<
  Conversations,
  {
    /** Begins a conversation with its first statuses. Ids rise from one to the next and stay below 2^31. */
    readonly open: (
      conversation: NewConversation,
      first: ReadonlyArray<NewStatus>
    ) => Effect.Effect<Conversation, ConversationExists | StoreError>
    /**
     * Adds statuses by the rules of `Conversation.register`, and returns those that were new.
     *
     * Two registrations of one conversation never run at the same time; repeating one changes nothing.
     */
    readonly register: (
      id: number,
      statuses: ReadonlyArray<NewStatus>
    ) => Effect.Effect<ReadonlyArray<StatusEntry>, StoreError>
    readonly byMessageId: (
      messageId: MessageId,
      direction?: Direction
    ) => Effect.Effect<Option.Option<Conversation>, StoreError>
    /** Outgoing conversations with this conversationId, newest first. */
    readonly outgoingByConversationId: (
      conversationId: ConversationId
    ) => Effect.Effect<ReadonlyArray<Conversation>, StoreError>
    /** Sort properties: {@link conversationSortProperties}. Default newest `lastUpdate` first. */
    readonly search: (filter: ConversationFilter, page: PageRequest) => Effect.Effect<Page<Conversation>, StoreError>
    /** Sort properties: {@link statusSortProperties}. Default by `id`. */
    readonly statuses: (filter: StatusFilter, page: PageRequest) => Effect.Effect<Page<StatusOfMessage>, StoreError>
    /** Unfinished conversations whose expiry lies before `now`, oldest expiry first. */
    readonly expired: (now: DateTime.Utc, limit: number) => Effect.Effect<ReadonlyArray<Conversation>, StoreError>
    /** Pollable conversations with an id above `after`, by id. */
    readonly pollable: (after: number, limit: number) => Effect.Effect<ReadonlyArray<Conversation>, StoreError>
    readonly setTitle: (id: number, title: string) => Effect.Effect<void, StoreError>
    /** Makes a failed attempt visible: when the next one comes, and what went wrong. Cleared with undefined. */
    readonly noteAttempt: (
      id: number,
      note: { readonly nextAttempt: DateTime.Utc; readonly lastError: string } | undefined
    ) => Effect.Effect<void, StoreError>
    /** Removes the conversation and its statuses. Nothing happens when there is none. */
    readonly remove: (id: number) => Effect.Effect<void, StoreError>
    /** How many are pollable now. */
    readonly countPollable: Effect.Effect<number, StoreError>
  }
>()("@eformidling/port-store/Conversations") {}
