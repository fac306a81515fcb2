import { Context, type DateTime, type Effect, type Option } from "effect"
import type { TransportError } from "./TransportError.ts"

/** A message the transport has set aside, as an operator sees it. */
export interface DeadMessage {
  /** Names it among the dead; never given to another. */
  readonly id: string
  /** Stable word for programs, such as `InvalidSbd`; `unknown` when whoever set it aside gave none. */
  readonly reason: string
  readonly description: string
  /** When it first came into its queue. */
  readonly enqueuedAt: DateTime.Utc
  /** The transport's own name of the message, when its sender gave one. */
  readonly messageId: string | undefined
  /** Bytes of the body. */
  readonly size: number
}

/** What a transport has set aside because it could not be handled, for an operator to look at and to try again. */
export class DeadLetterQueue extends Context.Service<
  DeadLetterQueue,
  {
    /** Oldest first, at most `limit`. */
    readonly list: (limit: number) => Effect.Effect<ReadonlyArray<DeadMessage>, TransportError>
    /** One of them with its body, which may hold personal data; none when there is none of that id. */
    readonly show: (
      id: string
    ) => Effect.Effect<Option.Option<DeadMessage & { readonly body: Uint8Array }>, TransportError>
    /**
     * Puts a message back in its queue, as it came, and takes it from the dead. False when there is none of that id.
     *
     * It is in the queue before it leaves the dead: what is broken off may leave it in both, and is then safe to
     * repeat, as receivers discard duplicates.
     */
    readonly replay: (id: string) => Effect.Effect<boolean, TransportError>
    readonly count: Effect.Effect<number, TransportError>
  }
>()("@eformidling/port-transport/DeadLetterQueue") {}
