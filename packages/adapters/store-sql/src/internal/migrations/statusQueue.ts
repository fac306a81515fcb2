import { Effect } from "effect"
import { define, dialect } from "./dialect.ts"

/** Statuses that wait for a business system to take note of them. */
export const statusQueue = Effect.gen(function* () {
  const { sql, counted } = yield* dialect
  yield* define(sql, [
    `CREATE TABLE status_queue (
      place ${counted},
      status INTEGER NOT NULL UNIQUE REFERENCES message_status (id) ON DELETE CASCADE
    )`
  ])
})
