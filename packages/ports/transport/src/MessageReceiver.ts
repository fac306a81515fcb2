import { Context, type Effect, Schema } from "effect"
import type { Incoming } from "./Incoming.ts"
import type { TransportError } from "./TransportError.ts"

/**
 * The handler's word that an incoming message can never be handled.
 *
 * The transport sets it aside as a dead letter with this reason and goes on.
 */
export class Undeliverable extends Schema.TaggedError<Undeliverable>()("Undeliverable", {
  /** Stable word for programs, such as `InvalidSbd`. */
  reason: Schema.String,
  /** What was wrong, for an operator; never content of the message. */
  description: Schema.String
}) {}

/** Takes incoming messages of one channel, one at a time, with settlement. */
export class MessageReceiver extends Context.Service<
  MessageReceiver,
  {
    /**
     * Waits for the next message and hands it to `handle`.
     *
     * When `handle` succeeds the peer is told that we have the message, and `take` returns the result.
     * When `handle` fails, dies or is interrupted the message is given back, to be delivered again after a
     * delay, and `take` fails the same way. When `handle` fails with {@link Undeliverable} the message is
     * set aside and `take` returns undefined. Messages that cannot be decoded never reach `handle`: they are
     * set aside with their reason.
     *
     * Delivery is at least once. Waiting is interruptible; settling is not. `take` may run in many fibers.
     */
    readonly take: <A, E, R>(
      handle: (incoming: Incoming) => Effect.Effect<A, E | Undeliverable, R>
    ) => Effect.Effect<A | undefined, Exclude<E, Undeliverable> | TransportError, R>
  }
>()("@eformidling/port-transport/MessageReceiver") {}
