import { StoreDamaged, StoreError, StoreUnavailable } from "@eformidling/port-store/StoreError"
import { Effect, type Schema } from "effect"
import type { SqlError } from "effect/sql"

export const unavailable = (operation: string, cause: unknown): StoreError =>
  new StoreError({ reason: new StoreUnavailable({ operation, cause }) })

export const damaged = (operation: string, detail: string): StoreError =>
  new StoreError({ reason: new StoreDamaged({ operation, detail }) })

/** What the caller may know: a row's content is left out, since it may be personal. */
const toStoreError =
  (operation: string) =>
  (error: SqlError.SqlError | Schema.SchemaError): StoreError =>
    error._tag === "SqlError"
      ? unavailable(operation, error)
      : damaged(operation, "a row cannot be read; it was changed by another program or written by a newer version")

/** Names the operation, and turns database trouble and unreadable rows into the port's reasons. */
export const asStoreError =
  (operation: string) =>
  <A, E, R>(
    effect: Effect.Effect<A, E | SqlError.SqlError | Schema.SchemaError, R>
  ): Effect.Effect<A, Exclude<E, SqlError.SqlError | Schema.SchemaError> | StoreError, R> =>
    Effect.catchTags(effect, {
      SqlError: (error: SqlError.SqlError) => Effect.fail(toStoreError(operation)(error)),
      SchemaError: (error: Schema.SchemaError) => Effect.fail(toStoreError(operation)(error))
    })
