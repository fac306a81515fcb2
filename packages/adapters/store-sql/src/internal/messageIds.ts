import { Array as Arr, Effect, Schema } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import { decodeRows, Whole } from "./columns.ts"

const readIds = Effect.fnUntraced(function* (rows: ReadonlyArray<unknown>) {
  const decoded = yield* decodeRows(Schema.Struct({ id: Whole }))(rows)
  return decoded.map(({ id }) => id)
})

/** Takes the next ids of the one series that conversations and statuses share. They stay below 2^31. */
export const nextIds = (
  sql: SqlClient.SqlClient
): ((count: number) => Effect.Effect<ReadonlyArray<number>, SqlError.SqlError | Schema.SchemaError>) =>
  sql.onDialectOrElse({
    pg: () => (count: number) =>
      Effect.flatMap(sql`SELECT nextval('message_ids') AS id FROM generate_series(1, ${count}::integer)`, readIds),
    orElse: () => (count: number) =>
      sql`UPDATE message_ids SET last = last + ${count} RETURNING last AS id`.pipe(
        Effect.flatMap(readIds),
        Effect.map(([last = 0]) => Arr.range(last - count + 1, last))
      )
  })
