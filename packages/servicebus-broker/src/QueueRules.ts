import type { Content, Message, Properties, StoredMessage } from "./Message.ts"
import type { Queue } from "./Queue.ts"

/** The rules of one queue. Durations are milliseconds. */
export interface QueueRules {
  readonly name: string
  readonly lockDuration: number
  /** A message is dead-lettered when its delivery count reaches this. */
  readonly maxDeliveryCount: number
  /** The longest a message may live, and what it lives when it does not say; `Infinity` for no limit. */
  readonly timeToLive: number
  /** Whether an expired message is dead-lettered, or dropped. */
  readonly deadLetterOnExpiration: boolean
  /** Bytes the queue holds before it refuses more. */
  readonly maxSize: number
  /** How long a message id is remembered, so that a second message with it is dropped; 0 for never. */
  readonly duplicateDetection: number
}

/** A change that must outlive the process. */
export type Change =
  | { readonly _tag: "Stored"; readonly message: StoredMessage }
  | {
      readonly _tag: "Counted"
      readonly sequenceNumber: number
      readonly deliveryCount: number
      readonly deferred: boolean
    }
  | { readonly _tag: "Removed"; readonly sequenceNumber: number }

/** What became of a message that was offered. */
export type Admission =
  | { readonly _tag: "Admitted"; readonly message: Message }
  | { readonly _tag: "Duplicate" }
  | { readonly _tag: "QuotaExceeded" }

/** What a queue needs from its surroundings. */
export interface QueueSurroundings {
  /** Told of every change, in order, before the operation returns. */
  readonly record: (change: Change) => void
  /** Lays properties over those of a message. */
  readonly amend: (content: Content, properties: Properties) => Content
  /** Where dead letters go; a dead-letter queue keeps its own. */
  readonly deadLetters: Queue | undefined
}
