import type { MessageId } from "@eformidling/domain/MessageId"
import type { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import type { StandardBusinessDocument } from "@eformidling/domain/StandardBusinessDocument"
import { Context, Data, type DateTime, type Duration, type Effect } from "effect"
import type { StoreError } from "./StoreError.ts"

/** Something to be sent. */
export interface OutboxItem {
  /** Offering an id twice leaves one item. */
  readonly id: string
  /** A message's document and files are in `OutMessages`; a status carries all it needs. */
  readonly work:
    | { readonly kind: "message"; readonly messageId: MessageId }
    | { readonly kind: "status"; readonly messageId: MessageId; readonly sbd: StandardBusinessDocument }
  readonly serviceIdentifier: ServiceIdentifier
}

/** An item that is ours to work on until the lease ends. */
export interface Leased extends OutboxItem {
  readonly token: string
  /** 1 on the first. */
  readonly attempt: number
  /** True when any earlier attempt ended without our knowing how, or said that it may have reached the peer. */
  readonly mayHaveArrived: boolean
  readonly offeredAt: DateTime.Utc
}

/** How an attempt ended. `Done` covers both "sent" and "given up": the item leaves the outbox. */
export type Outcome = Data.TaggedEnum<{
  Done: {}
  Retry: { readonly at: DateTime.Utc; readonly error: string; readonly mayHaveArrived: boolean }
}>

export const Outcome = Data.taggedEnum<Outcome>()

/** Work that has been promised and must be done at least once. */
export class Outbox extends Context.Service<
  Outbox,
  {
    /** Due at once. Takes part in the surrounding transaction. */
    readonly offer: (item: OutboxItem) => Effect.Effect<void, StoreError>
    /**
     * Items that are due, longest waiting first. Nobody else gets them until the lease ends, is settled, or
     * its holder dies and `leaseFor` has passed.
     */
    readonly lease: (request: {
      readonly limit: number
      readonly leaseFor: Duration.Duration
    }) => Effect.Effect<ReadonlyArray<Leased>, StoreError>
    /** Holds on to an item for longer. False when the lease was lost. */
    readonly renew: (leased: Leased, leaseFor: Duration.Duration) => Effect.Effect<boolean, StoreError>
    /** False when the lease was lost: somebody else has the item, and nothing was changed. */
    readonly settle: (leased: Leased, outcome: Outcome) => Effect.Effect<boolean, StoreError>
    /** Takes back an item nobody works on and that cannot have reached the peer. False when it is leased, may have arrived or is not there. */
    readonly withdraw: (id: string) => Effect.Effect<boolean, StoreError>
    /** Returns when an item is due, also at once and when another process offered it, or after `atMost`. */
    readonly awaitWork: (atMost: Duration.Duration) => Effect.Effect<void>
    readonly size: Effect.Effect<number, StoreError>
  }
>()("@eformidling/port-store/Outbox") {}
