/**
 * A place where dead letters lie.
 */
import { Data, type DateTime, type Effect, type Option } from "effect"

/** Something that came in and could not be handled. `source` and `key` name it. */
export interface Summary {
  readonly source: string
  readonly key: string
  /** Stable word for programs, such as `BadSignature`. */
  readonly reason: string
  readonly description: string
  readonly at: DateTime.Utc
  /** Bytes. */
  readonly size: number
}

/** A dead letter with what came in. */
export interface Letter extends Summary {
  readonly body: Uint8Array
}

/** What came of replaying a letter. */
export type Outcome = Data.TaggedEnum<{
  /** It is no dead letter any more. */
  Replayed: { readonly detail: string }
  /** It is as it was. */
  Kept: { readonly detail: string }
}>
export const Outcome = Data.taggedEnum<Outcome>()

export interface Place<E> {
  /** Whether letters of this source lie here. */
  readonly holds: (source: string) => boolean
  /** As many as asked for at most; `total` is how many there are. */
  readonly list: (
    limit: number
  ) => Effect.Effect<{ readonly letters: ReadonlyArray<Summary>; readonly total: number }, E>
  readonly get: (source: string, key: string) => Effect.Effect<Option.Option<Letter>, E>
  /** Has the letter handled as if it came now. */
  readonly replay: (source: string, key: string) => Effect.Effect<Outcome, E>
}

/** What {@link Place.replay} says where the letter has gone in the meantime. */
export const gone = Outcome.Kept({ detail: "It is not there any more." })
