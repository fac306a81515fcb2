import { Schema } from "effect"
import type { Effect } from "effect"
import type { StoredMessage } from "./Message.ts"

/** A change to one queue. `queue` is the entity's address, `/$DeadLetterQueue` and all. */
export type JournalEntry =
  | { readonly _tag: "Stored"; readonly queue: string; readonly message: StoredMessage }
  | {
      readonly _tag: "Counted"
      readonly queue: string
      readonly sequenceNumber: number
      readonly deliveryCount: number
      readonly deferred: boolean
    }
  | { readonly _tag: "Removed"; readonly queue: string; readonly sequenceNumber: number }
  | { readonly _tag: "Numbered"; readonly queue: string; readonly nextSequenceNumber: number }

/** The journal cannot be read or written. What was already accepted is unharmed; nothing new can be. */
export class JournalError extends Schema.TaggedError<JournalError>()("JournalError", {
  operation: Schema.Literals(["load", "append"]),
  cause: Schema.Defect()
}) {}

/**
 * Where a broker keeps its messages, so that what it has accepted outlives the process.
 *
 * Locks are not kept: after a restart a locked message is active again, with its delivery count unchanged, and its
 * old lock token is lost.
 */
export interface Journal {
  /** What the earlier run left, each queue's messages in sequence order. Read once, before the broker opens. */
  readonly load: Effect.Effect<ReadonlyArray<JournalEntry>, JournalError>
  /**
   * Returns once the entries will be found again after the process has been killed.
   *
   * All of them or none are kept. The broker answers a sender only afterwards, and never calls this twice at once.
   */
  readonly append: (entries: ReadonlyArray<JournalEntry>) => Effect.Effect<void, JournalError>
}
