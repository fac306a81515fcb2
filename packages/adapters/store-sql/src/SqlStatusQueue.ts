import { StatusQueue } from "@eformidling/port-store/StatusQueue"
import { Array as Arr, Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import { decodeRows, touched } from "./internal/columns.ts"
import { readStatusOfMessage, StatusOfMessageRow } from "./internal/conversationRow.ts"
import { asStoreError } from "./internal/failure.ts"

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  const offer = Effect.fn("SqlStatusQueue.offer")(function* (statusIds: ReadonlyArray<number>) {
    if (!Arr.isReadonlyArrayNonEmpty(statusIds)) return
    const rows = Arr.map(statusIds, (status) => ({ status }))
    yield* sql`INSERT INTO status_queue ${sql.insert(rows)} ON CONFLICT (status) DO NOTHING`
  }, asStoreError("StatusQueue.offer"))

  const peek = sql`SELECT s.*, c.message_id, c.conversation_id FROM status_queue q
      JOIN message_status s ON s.id = q.status JOIN conversation c ON c.id = s.conversation
      ORDER BY q.place LIMIT 1`.pipe(
    Effect.flatMap(decodeRows(StatusOfMessageRow)),
    Effect.map(([row]) => Option.map(Option.fromUndefinedOr(row), readStatusOfMessage)),
    Effect.withSpan("SqlStatusQueue.peek"),
    asStoreError("StatusQueue.peek")
  )

  const remove = Effect.fn("SqlStatusQueue.remove")(function* (statusId: number) {
    return (yield* touched(sql`DELETE FROM status_queue WHERE status = ${statusId} RETURNING place`)) > 0
  }, asStoreError("StatusQueue.remove"))

  return StatusQueue.of({ offer, peek, remove })
})

/** {@link StatusQueue} in a table; a status that is removed takes its place in the queue with it. */
export const layer: Layer.Layer<StatusQueue, never, SqlClient.SqlClient> = Layer.effect(StatusQueue, make)
