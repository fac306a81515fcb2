/**
 * Tells the process about statuses as they are registered.
 */
import type { ConversationId } from "@eformidling/domain/ConversationId"
import type { StatusEntry } from "@eformidling/domain/Conversation"
import type { Direction } from "@eformidling/domain/Direction"
import type { MessageId } from "@eformidling/domain/MessageId"
import type { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import { Context, Effect, Layer, PubSub, Stream } from "effect"

/** A status that has been registered, and the message it belongs to. */
export interface StatusRegistered {
  /** Id of the conversation. */
  readonly convId: number
  readonly messageId: MessageId
  readonly conversationId: ConversationId
  readonly direction: Direction
  readonly serviceIdentifier: ServiceIdentifier
  readonly entry: StatusEntry
}

/**
 * Statuses as they are registered in this process, each after its commit.
 *
 * Not a record: whoever must not miss a status reads it from the conversations.
 */
export class StatusEvents extends Context.Service<
  StatusEvents,
  {
    readonly publish: (events: ReadonlyArray<StatusRegistered>) => Effect.Effect<void>
    /** From the moment of subscription. A subscriber that lags more than 4096 events behind loses the oldest. */
    readonly events: Stream.Stream<StatusRegistered>
  }
>()("@eformidling/exchange/StatusRegistered") {}

/** Events within the process. */
export const layer: Layer.Layer<StatusEvents> = Layer.effect(
  StatusEvents,
  Effect.gen(function* () {
    const hub = yield* PubSub.sliding<StatusRegistered>(4096)
    yield* Effect.addFinalizer(() => PubSub.shutdown(hub))
    return StatusEvents.of({
      publish: (events) => Effect.asVoid(PubSub.publishAll(hub, events)),
      events: Stream.fromPubSub(hub)
    })
  })
)
