import type { Content, Lock, Message, MessageState, StoredMessage } from "../Message.ts"

/** A message inside its queue, where it may change. */
export class Entry implements Message {
  readonly sequenceNumber: number
  readonly enqueuedSequenceNumber: number
  readonly enqueuedAt: number
  readonly expiresAt: number
  readonly scheduledFor: number | undefined
  readonly deadLetterSource: string | undefined
  content: Content
  deliveryCount: number
  deferred = false
  lock: Lock | undefined = undefined
  /** `Admitted` waits to be stored; `Gone` has left the queue. */
  place: MessageState | "Admitted" | "Gone" = "Admitted"

  constructor(
    sequenceNumber: number,
    from: Partial<StoredMessage> & Pick<StoredMessage, "content" | "enqueuedAt" | "expiresAt">
  ) {
    this.sequenceNumber = sequenceNumber
    this.enqueuedSequenceNumber = from.enqueuedSequenceNumber ?? sequenceNumber
    this.enqueuedAt = from.enqueuedAt
    this.expiresAt = from.expiresAt
    this.scheduledFor = from.scheduledFor
    this.deadLetterSource = from.deadLetterSource
    this.content = from.content
    this.deliveryCount = from.deliveryCount ?? 0
  }

  get gone(): boolean {
    return this.place === "Gone"
  }

  get state(): MessageState {
    return this.place === "Admitted" || this.place === "Gone" ? "Active" : this.place
  }

  stored(): StoredMessage {
    return {
      sequenceNumber: this.sequenceNumber,
      enqueuedSequenceNumber: this.enqueuedSequenceNumber,
      content: this.content,
      enqueuedAt: this.enqueuedAt,
      expiresAt: this.expiresAt,
      deliveryCount: this.deliveryCount,
      scheduledFor: this.scheduledFor,
      deadLetterSource: this.deadLetterSource,
      deferred: this.deferred
    }
  }
}
