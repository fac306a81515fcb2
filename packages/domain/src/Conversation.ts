import { DateTime, Schema } from "effect"
import { ConversationId } from "./ConversationId.ts"
import { Direction } from "./Direction.ts"
import { MessageId } from "./MessageId.ts"
import * as MessageStatus from "./MessageStatus.ts"
import { ServiceIdentifier } from "./ServiceIdentifier.ts"

/** A status to be registered. */
export interface NewStatus {
  readonly status: MessageStatus.MessageStatus
  readonly at: DateTime.Utc
  readonly description?: string | undefined
  /** The receipt as it was received. */
  readonly rawReceipt?: string | undefined
}

/** A status a message has had. */
export const StatusEntry = Schema.Struct({
  id: Schema.Int,
  status: MessageStatus.MessageStatus,
  lastUpdate: Schema.DateTimeUtc,
  description: Schema.optionalKey(Schema.String),
  rawReceipt: Schema.optionalKey(Schema.String)
})
export type StatusEntry = typeof StatusEntry.Type

/**
 * What is known of one message, out or in.
 *
 * `sender` and `receiver` are whole identifiers, `senderIdentifier` and `receiverIdentifier` the short ones without
 * prefix. `receiver` is absent for a print letter without receiver.
 *
 * Source: nextmove-api 1.11.
 */
export const Conversation = Schema.Struct({
  id: Schema.Int,
  conversationId: ConversationId,
  messageId: MessageId,
  sender: Schema.String,
  senderIdentifier: Schema.String,
  receiver: Schema.optionalKey(Schema.String),
  receiverIdentifier: Schema.optionalKey(Schema.String),
  processIdentifier: Schema.String,
  documentIdentifier: Schema.String,
  messageReference: Schema.String,
  messageTitle: Schema.String,
  lastUpdate: Schema.DateTimeUtc,
  finished: Schema.Boolean,
  pollable: Schema.Boolean,
  expiry: Schema.DateTimeUtc,
  direction: Direction,
  serviceIdentifier: ServiceIdentifier,
  /** By id. */
  messageStatuses: Schema.Array(StatusEntry),
  /** When a failed delivery is tried again. */
  nextAttempt: Schema.optionalKey(Schema.DateTimeUtc),
  /** What went wrong with the latest attempt. */
  lastError: Schema.optionalKey(Schema.String)
})
export type Conversation = typeof Conversation.Type

/** A conversation about to begin. */
export type NewConversation = Omit<
  Conversation,
  "id" | "lastUpdate" | "finished" | "pollable" | "messageStatuses" | "nextAttempt" | "lastError"
>

/** What registering does to a conversation. */
export interface Registration {
  /** Those that were new, in the order given. */
  readonly added: ReadonlyArray<NewStatus>
  readonly finished: boolean
  readonly pollable: boolean
}

/**
 * Registers statuses: a name that is there already is passed over, everything else is added, whatever came before it.
 *
 * A status that ends polling ends it for good, also when the one that begins it is registered later.
 *
 * Source: nextmove-api 4.2, dpi 8.6.
 */
export const register = (
  conversation: Pick<Conversation, "direction" | "serviceIdentifier" | "finished" | "pollable"> & {
    readonly messageStatuses: ReadonlyArray<Pick<StatusEntry, "status">>
  },
  statuses: ReadonlyArray<NewStatus>
): Registration => {
  const names = new Set(conversation.messageStatuses.map(({ status }) => status))
  const added = statuses.filter(({ status }) => !names.has(status) && names.add(status))
  const pollableWith = (registered: ReadonlyArray<Pick<StatusEntry, "status">>): boolean => {
    const said = registered.map(({ status }) =>
      MessageStatus.pollableAfter(status, conversation.serviceIdentifier, conversation.direction)
    )
    return (conversation.pollable || said.includes(true)) && !said.includes(false)
  }
  return {
    added,
    finished: conversation.finished || added.some(({ status }) => MessageStatus.isFinished(status)),
    pollable: pollableWith([...conversation.messageStatuses, ...added])
  }
}

/**
 * A delivered DPI message was received before: puts MOTTATT one second ahead of LEVERT.
 *
 * Where MOTTATT is registered already, registering passes it over.
 *
 * Source: dpi 8.3.
 */
export const withMottatt = (status: NewStatus): ReadonlyArray<NewStatus> =>
  status.status === "LEVERT"
    ? [{ status: "MOTTATT", at: DateTime.subtract(status.at, { seconds: 1 }) }, status]
    : [status]
