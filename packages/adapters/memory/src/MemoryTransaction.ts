import { Transaction } from "@eformidling/port-store/Transaction"
import { Effect, Layer } from "effect"
import { MemoryState } from "./internal/memoryState.ts"

/** {@link Transaction} that puts back what was there before when it fails. One runs at a time. */
export const layer: Layer.Layer<Transaction, never, MemoryState> = Layer.effect(
  Transaction,
  Effect.map(MemoryState, ({ run, afterCommit }) => Transaction.of({ run, afterCommit }))
)
