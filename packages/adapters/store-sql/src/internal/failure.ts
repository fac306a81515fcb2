import { StoreDamaged, StoreError, StoreUnavailable } from "@eformidling/port-store/StoreError"
import { Effect, Schema } from "effect"
import { SqlError } from "effect/sql"

export const unavailable = (operation: string, cause: unknown): StoreError =>
  new StoreError({ reason: new StoreUnavailable({ operation, cause }) })

export const damaged = (operation: string, detail: string): StoreError =>
  new StoreError({ reason: new StoreDamaged({ operation, detail }) })

type Foreign = SqlError.SqlError | Schema.SchemaError

/** What the caller may know: a row's content is left out, since it may be personal. */
const toStoreError =
  (operation: string) =>
  (error: Foreign): StoreError =>
    error._tag === "SqlError"
      ? unavailable(operation, error)
      : damaged(operation, "a row cannot be read; it was changed by another program or written by a newer version")

const isForeign = <E>(error: E | Foreign): error is Foreign =>
  error instanceof SqlError.SqlError || error instanceof Schema.SchemaError

/** Names the operation, and turns database trouble and unreadable rows into the port's reasons. */
export const asStoreError =
  (operation: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, Exclude<E, Foreign> | StoreError, R> =>
    Effect.mapError(effect, (error) =>
      isForeign(error) ? toStoreError(operation)(error) : (error as Exclude<E, Foreign>)
    )
