/** What a sender gives: the message as it crosses the broker, and the few fields the broker itself obeys. */
export interface Content {
  readonly messageId: string | undefined
  /** Milliseconds the message may wait before it expires; `undefined` leaves it to the queue. */
  readonly timeToLive: number | undefined
  /** Unix milliseconds before which the message is not delivered. */
  readonly scheduledFor: number | undefined
  /** Encoded AMQP sections from `properties` to `footer`, as the sender wrote them. */
  readonly bytes: Uint8Array
  /** Encoded keys and values of the message annotations the broker passes on without obeying them. */
  readonly annotations: Uint8Array | undefined
  /** How many keys and values `annotations` holds. */
  readonly annotationItems: number
}

/** A value that may stand in application properties. */
export type Property = string | number | boolean | Date | Uint8Array | null

/** Application properties by name. */
export type Properties = Readonly<Record<string, Property>>

/** Where a message stands in its queue. */
export type MessageState = "Active" | "Locked" | "Deferred" | "Scheduled"

/** The right to settle one delivery of one message. */
export interface Lock {
  /** A GUID; its bytes are the delivery tag. Source: servicebus-amqp 6. */
  readonly token: string
  /** Unix milliseconds after which the lock is lost. */
  readonly lockedUntil: number
}

/** A message in a queue. Instants are Unix milliseconds. */
export interface Message {
  readonly sequenceNumber: number
  /** The sequence number it was first given: differs once a scheduled message has come due. */
  readonly enqueuedSequenceNumber: number
  readonly content: Content
  readonly enqueuedAt: number
  /** `Infinity` when the message never expires. */
  readonly expiresAt: number
  /** Deliveries that ended without settlement: 0 at the first delivery. */
  readonly deliveryCount: number
  readonly state: MessageState
  /** Whether it was set aside, locked or not. */
  readonly deferred: boolean
  readonly lock: Lock | undefined
  readonly scheduledFor: number | undefined
  /** The queue a dead-lettered message came from. */
  readonly deadLetterSource: string | undefined
}

/** The part of a message that outlives the process: everything but its lock. */
export interface StoredMessage extends Omit<Message, "state" | "lock"> {}

/** Why a message was moved to the dead-letter queue. */
export interface DeadLetterReason {
  readonly reason: string | undefined
  readonly description: string | undefined
}

/** How many messages stand where. */
export interface Counts {
  readonly active: number
  readonly locked: number
  readonly deferred: number
  readonly scheduled: number
}
