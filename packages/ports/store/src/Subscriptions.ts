import { Context, type Effect, type Option, Schema } from "effect"
import type { Page, PageRequest } from "./Page.ts"
import type { StoreError } from "./StoreError.ts"

/** What somebody wants pushed, and where. Source: nextmove-api 6.1. */
export interface NewSubscription {
  readonly name: string
  /** An http or https URL. */
  readonly pushEndpoint: string
  readonly resource: "all" | "messages"
  readonly event: "all" | "status"
  /** Everything is pushed when absent. */
  readonly filter?: string
}

export interface Subscription extends NewSubscription {
  readonly id: number
}

/** Another subscription has this name and push endpoint. */
export class SubscriptionExists extends Schema.TaggedError<SubscriptionExists>()("SubscriptionExists", {
  name: Schema.String,
  pushEndpoint: Schema.String
}) {}

/** Who is told about statuses. Name and push endpoint together are unique. */
export class Subscriptions extends Context.Service<
  Subscriptions,
  {
    /** Ids rise from one to the next. */
    readonly create: (subscription: NewSubscription) => Effect.Effect<Subscription, SubscriptionExists | StoreError>
    /** Changes the members given, and returns the subscription as it was; none when there is no such subscription. */
    readonly update: (
      id: number,
      changes: Partial<NewSubscription>
    ) => Effect.Effect<Option.Option<Subscription>, SubscriptionExists | StoreError>
    readonly get: (id: number) => Effect.Effect<Option.Option<Subscription>, StoreError>
    /** By id; no sort properties. */
    readonly list: (page: PageRequest) => Effect.Effect<Page<Subscription>, StoreError>
    /** By id. */
    readonly all: Effect.Effect<ReadonlyArray<Subscription>, StoreError>
    /** Its deliveries and their attempts go with it. False when there is no such subscription. */
    readonly remove: (id: number) => Effect.Effect<boolean, StoreError>
    /** As `remove`, for each. */
    readonly removeAll: Effect.Effect<void, StoreError>
  }
>()("@eformidling/port-store/Subscriptions") {}
