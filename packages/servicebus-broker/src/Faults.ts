import type { Duration, Effect } from "effect"

/** Where and how often a fault strikes. */
export interface FaultScope {
  /** One queue; all when it is left out. */
  readonly queue?: string
  /** How many times it strikes (default 1); `Infinity` until `clear`. */
  readonly times?: number
}

/** Failures on demand. Each is armed at once and strikes what comes after. */
export interface Faults {
  /** Destroys connections without a word, and returns how many. With `queue`, those that have a link to it. */
  readonly dropConnections: (options?: { readonly queue?: string }) => Effect.Effect<number>
  /** Detaches links (by default with `amqp:link:detach-forced`, upon which the SDK attaches again), and returns how many. */
  readonly detachLinks: (options?: {
    readonly queue?: string
    readonly condition?: string
    readonly description?: string
  }) => Effect.Effect<number>
  /** Rejects sends with an AMQP error condition. The message is not kept. */
  readonly refuseSends: (
    options: FaultScope & { readonly condition: string; readonly description?: string }
  ) => Effect.Effect<void>
  /** Rejects sends with `com.microsoft:server-busy`, as a namespace over its limits does. */
  readonly throttle: (options?: FaultScope) => Effect.Effect<void>
  /** Keeps the answers to sends back, for a while of the broker's time. The messages are kept at once. */
  readonly delaySends: (options: FaultScope & { readonly for: Duration.Input }) => Effect.Effect<void>
  /** Keeps the answers to settlements back, for a while of the broker's time. They take effect at once. */
  readonly delaySettlements: (options: FaultScope & { readonly for: Duration.Input }) => Effect.Effect<void>
  /** Carries settlements out and never answers them. */
  readonly loseSettlements: (options?: FaultScope) => Effect.Effect<void>
  /** Answers that a message is completed, and delivers it once more. */
  readonly duplicateDeliveries: (options?: FaultScope) => Effect.Effect<void>
  /** Refuses everything on a queue with `com.microsoft:entity-disabled`, until `enable`. Its links are detached. */
  readonly disable: (queue: string) => Effect.Effect<void>
  readonly enable: (queue: string) => Effect.Effect<void>
  /** Disarms every fault and enables every queue. */
  readonly clear: Effect.Effect<void>
}
