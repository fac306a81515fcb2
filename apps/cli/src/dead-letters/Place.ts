/**
 * A place where dead letters lie.
 */
import { Data, type DateTime, type Effect, type Option } from "effect"

/** Something that came in and could not be handled. `source` and `key` name it. */
export interface Letter {
  readonly source: string
  readonly key: string
  /** Stable word for programs, such as `BadSignature`. */
  readonly reason: string
  readonly description: string
  readonly at: DateTime.Utc
  readonly body: Uint8Array
}

/** What came of handling a letter again. */
export type Replayed = Data.TaggedEnum<{
  /** It is no dead letter any more. */
  Handled: { readonly detail: string }
  /** It is as it was. */
  Kept: { readonly detail: string }
}>
export const Replayed = Data.taggedEnum<Replayed>()

export interface Place<E> {
  /** Whether letters of this source lie here. */
  readonly holds: (source: string) => boolean
  /** Newest first, as many as asked for at most; `total` is how many there are. */
  readonly list: (
    limit: number
  ) => Effect.Effect<{ readonly letters: ReadonlyArray<Letter>; readonly total: number }, E>
  readonly get: (source: string, key: string) => Effect.Effect<Option.Option<Letter>, E>
  /** Has the letter handled again, as if it came now. */
  readonly replay: (letter: Letter) => Effect.Effect<Replayed, E>
}
