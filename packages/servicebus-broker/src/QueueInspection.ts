import { Schema } from "effect"
import type { Effect } from "effect"
import type { Counts, Message, MessageState, Properties } from "./Message.ts"
import { decode } from "./internal/amqpMessage.ts"

/** The broker has no queue of this name. */
export class QueueNotFound extends Schema.TaggedError<QueueNotFound>()("QueueNotFound", { queue: Schema.String }) {
  override get message(): string {
    return `The broker has no queue '${this.queue}': name it in the option 'queues', or call createQueue.`
  }
}

/** A message as the broker holds it. Instants are Unix milliseconds. */
export interface InspectedMessage {
  readonly sequenceNumber: number
  readonly state: MessageState
  readonly messageId: string | undefined
  readonly contentType: string | undefined
  readonly correlationId: string | undefined
  readonly subject: string | undefined
  /** Bytes of the data sections. */
  readonly body: Uint8Array
  /** On a dead letter, with `DeadLetterReason` and `DeadLetterErrorDescription`. */
  readonly applicationProperties: Properties
  readonly deliveryCount: number
  readonly enqueuedAt: number
  readonly expiresAt: number | undefined
  readonly lockedUntil: number | undefined
  readonly deadLetterReason: string | undefined
  readonly deadLetterErrorDescription: string | undefined
}

/** How many messages a queue holds, and its dead-letter sub-queue. */
export interface QueueCounts extends Counts {
  readonly deadLettered: number
}

/** A look into one queue, past all protocols. Nothing here changes it. */
export interface QueueInspection {
  readonly counts: Effect.Effect<QueueCounts, QueueNotFound>
  /** All messages in sequence order, of one state or of any. */
  readonly messages: (state?: MessageState) => Effect.Effect<ReadonlyArray<InspectedMessage>, QueueNotFound>
  /** All messages of the dead-letter sub-queue, in sequence order. */
  readonly deadLettered: Effect.Effect<ReadonlyArray<InspectedMessage>, QueueNotFound>
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

/** Reads a message as it stands now. */
export const inspect = (message: Message): InspectedMessage => {
  const { applicationProperties, body, contentType, correlationId, messageId, subject } = decode(message.content)
  const { deliveryCount, enqueuedAt, expiresAt, lock, sequenceNumber, state } = message
  return {
    sequenceNumber,
    state,
    messageId,
    contentType,
    correlationId,
    subject,
    body,
    applicationProperties,
    deliveryCount,
    enqueuedAt,
    expiresAt: Number.isFinite(expiresAt) ? expiresAt : undefined,
    lockedUntil: lock?.lockedUntil,
    deadLetterReason: text(applicationProperties["DeadLetterReason"]),
    deadLetterErrorDescription: text(applicationProperties["DeadLetterErrorDescription"])
  }
}
