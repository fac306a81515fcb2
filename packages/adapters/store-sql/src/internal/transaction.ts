import type { StoreError } from "@eformidling/port-store/StoreError"
import { Data, Effect } from "effect"
import { type SqlClient, SqlError } from "effect/sql"
import { unavailable } from "./failure.ts"

/** Marks what the caller's effect failed with, to tell it from the trouble of the transaction itself. */
class Inner<E> extends Data.TaggedError("Inner")<{ readonly error: E }> {}

const isSqlError = (value: unknown): value is SqlError.SqlError => value instanceof SqlError.SqlError

/**
 * Runs an effect as one transaction, or as a part of the one it is in that can be undone by itself.
 *
 * A connection lost on the way is a defect to the client, since it cannot roll back; here it is `StoreUnavailable`.
 */
export const transactional =
  (sql: SqlClient.SqlClient, operation: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | StoreError, R> =>
    effect.pipe(
      Effect.mapError((error) => new Inner({ error })),
      sql.withTransaction,
      Effect.catchDefect((defect) => (isSqlError(defect) ? Effect.fail(defect) : Effect.die(defect))),
      Effect.mapError((error): E | StoreError => (error instanceof Inner ? error.error : unavailable(operation, error)))
    )
