import { Context, type Effect } from "effect"
import type { StoreError } from "./StoreError.ts"

/** Makes several changes to the store one. */
export class Transaction extends Context.Service<
  Transaction,
  {
    /**
     * Runs `effect` so that all it does to the store is kept when it succeeds, and nothing when it fails, dies or
     * is interrupted. When it succeeds the changes are on disk. A run inside a run joins it: what
     * it did goes when the outer one goes, and by itself when it fails and the outer one goes on.
     */
    readonly run: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E | StoreError, R>
    /**
     * Runs `effect` once the surrounding run has committed, never when it rolls back; at once where there is no
     * surrounding run. What it fails with is lost, so it must be something that a later sweep would do anyway.
     */
    readonly afterCommit: (effect: Effect.Effect<void>) => Effect.Effect<void>
  }
>()("@eformidling/port-store/Transaction") {}
