import { Context, type Effect, type Option } from "effect"
import type { StatusOfMessage } from "./Conversations.ts"
import type { StoreError } from "./StoreError.ts"

/** Statuses that a business system takes note of one by one. Each is in the history as well, and stays there. */
export class StatusQueue extends Context.Service<
  StatusQueue,
  {
    /**
     * Puts registered statuses last, in the order given. One that is in the queue keeps its place. Takes part in the
     * surrounding transaction.
     */
    readonly offer: (statusIds: ReadonlyArray<number>) => Effect.Effect<void, StoreError>
    /**
     * The status that has waited longest, neither removed nor locked. A status leaves the queue when the conversation
     * it belongs to is removed.
     */
    readonly peek: Effect.Effect<Option.Option<StatusOfMessage>, StoreError>
    /** False when the status is not in the queue. The history keeps it. */
    readonly remove: (statusId: number) => Effect.Effect<boolean, StoreError>
  }
>()("@eformidling/port-store/StatusQueue") {}
