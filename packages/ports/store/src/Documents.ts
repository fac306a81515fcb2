import { Context, type DateTime, type Effect, type Stream } from "effect"
import type { StoreError } from "./StoreError.ts"

/** What was learnt of a document while it was written. */
export interface Written {
  readonly key: string
  /** Bytes. */
  readonly size: number
  readonly sha256: Uint8Array
  readonly crc32: number
}

/** The bytes of documents and dokumentpakker, encrypted at rest. */
export class Documents extends Context.Service<
  Documents,
  {
    /**
     * Writes a document under a fresh key. When it returns the bytes are on disk; when it fails, or the stream
     * does, nothing is left. A document that no row names is swept away after a while.
     */
    readonly write: <E, R>(content: Stream.Stream<Uint8Array, E, R>) => Effect.Effect<Written, E | StoreError, R>
    /** The bytes as they were written. Fails with `DocumentMissing` or, when they have been changed, `StoreDamaged`. */
    readonly read: (key: string) => Stream.Stream<Uint8Array, StoreError>
    /** Nothing happens when there is none. */
    readonly remove: (key: string) => Effect.Effect<void, StoreError>
    /** Removes documents written before `olderThan` that neither an outgoing nor an incoming message names. Returns how many. */
    readonly sweep: (olderThan: DateTime.Utc) => Effect.Effect<number, StoreError>
  }
>()("@eformidling/port-store/Documents") {}
