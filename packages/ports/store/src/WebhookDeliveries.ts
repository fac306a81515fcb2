import { Context, type DateTime, type Duration, type Effect } from "effect"
import type { Page, PageRequest } from "./Page.ts"
import type { StoreError } from "./StoreError.ts"

/** An event that a subscriber is to be told. */
export interface NewDelivery {
  /** Id of the subscription. */
  readonly subscription: number
  /** JSON. */
  readonly body: string
}

/** A delivery that is ours to attempt until the lease ends. */
export interface LeasedDelivery extends NewDelivery {
  readonly id: number
  /** Where the subscription wants it now. */
  readonly pushEndpoint: string
  /** 1 on the first. */
  readonly attempt: number
  readonly token: string
}

/** How an attempt went. */
export interface AttemptOutcome {
  /** What the target answered; absent when no answer came. */
  readonly status?: number
  /** What went wrong; absent when the event was taken. */
  readonly error?: string
  /** When to try again. The delivery is over when absent. */
  readonly retryAt?: DateTime.Utc
}

/** An attempt, as it is remembered. */
export interface Attempt extends Omit<AttemptOutcome, "retryAt"> {
  /** Id of the delivery. */
  readonly delivery: number
  readonly attempt: number
  readonly at: DateTime.Utc
}

/** Events on their way to subscribers. A delivery is attempted until it is settled without a time to try again. */
export class WebhookDeliveries extends Context.Service<
  WebhookDeliveries,
  {
    /** Due at once. Takes part in the surrounding transaction. */
    readonly offer: (deliveries: ReadonlyArray<NewDelivery>) => Effect.Effect<void, StoreError>
    /** Deliveries that are due, longest waiting first. Nobody else gets them until they are settled or `leaseFor` has passed. */
    readonly lease: (request: {
      readonly limit: number
      readonly leaseFor: Duration.Duration
    }) => Effect.Effect<ReadonlyArray<LeasedDelivery>, StoreError>
    /** Records the attempt. False when the lease was lost or the subscription was removed; nothing was changed then. */
    readonly settle: (leased: LeasedDelivery, outcome: AttemptOutcome) => Effect.Effect<boolean, StoreError>
    /** Attempts to reach one subscriber, newest first; no sort properties. */
    readonly attempts: (subscription: number, page: PageRequest) => Effect.Effect<Page<Attempt>, StoreError>
    /** Forgets deliveries that are over and were offered before `before`, with their attempts. Returns how many. */
    readonly forget: (before: DateTime.Utc) => Effect.Effect<number, StoreError>
  }
>()("@eformidling/port-store/WebhookDeliveries") {}
