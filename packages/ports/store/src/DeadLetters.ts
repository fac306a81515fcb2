import { Context, type DateTime, type Effect, type Option } from "effect"
import type { Page, PageRequest } from "./Page.ts"
import type { StoreError } from "./StoreError.ts"

/** Something that came in and could not be understood, kept for an operator. */
export interface DeadLetter {
  /** Where it came from, such as `dpi-kvittering`. */
  readonly source: string
  /** What it is called there; with `source` it names the dead letter. */
  readonly key: string
  /** Stable word for programs, such as `BadSignature`. */
  readonly reason: string
  readonly description: string
  readonly body: Uint8Array
  readonly at: DateTime.Utc
}

/** What could not be understood. */
export class DeadLetters extends Context.Service<
  DeadLetters,
  {
    /** False when source and key are there already; nothing is changed then. */
    readonly add: (letter: Omit<DeadLetter, "at">) => Effect.Effect<boolean, StoreError>
    readonly get: (source: string, key: string) => Effect.Effect<Option.Option<DeadLetter>, StoreError>
    /** Newest first. */
    readonly list: (page: PageRequest) => Effect.Effect<Page<DeadLetter>, StoreError>
    readonly remove: (source: string, key: string) => Effect.Effect<void, StoreError>
    readonly size: Effect.Effect<number, StoreError>
  }
>()("@eformidling/port-store/DeadLetters") {}
