import { MessageId } from "@eformidling/domain/MessageId"
import { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import { type Leased, Outbox, type OutboxItem, Outcome } from "@eformidling/port-store/Outbox"
import type { StoreError } from "@eformidling/port-store/StoreError"
import { Array as Arr, Clock, DateTime, Duration, Effect, Layer, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { randomUUID } from "node:crypto"
import { decodeRows, Flag, Instant, Text, touched, Whole } from "./internal/columns.ts"
import { asStoreError, damaged } from "./internal/failure.ts"
import { theNumber } from "./internal/page.ts"
import { readSbd, sbdText } from "./internal/sbdColumn.ts"
import { escapeText } from "./internal/storableText.ts"
import { Wakeup } from "./internal/wakeup.ts"

const Row = Schema.Struct({
  place: Whole,
  id: Text,
  kind: Schema.Literals(["message", "status"]),
  message_id: MessageId,
  sbd: Schema.NullOr(Schema.String),
  service_identifier: ServiceIdentifier,
  offered_at: Instant,
  attempt: Whole,
  may_have_arrived: Flag
})
type Row = typeof Row.Type

/** When the database did not say what is due. Milliseconds. */
const ASK_AGAIN_AFTER = 1000

const readWork = (row: Row): Effect.Effect<OutboxItem["work"], StoreError> => {
  if (row.kind === "message") return Effect.succeed({ kind: "message", messageId: row.message_id })
  return row.sbd === null
    ? Effect.fail(damaged("Outbox.lease", `the status ${row.id} has no document`))
    : Effect.map(readSbd("Outbox.lease", row.sbd), (sbd) => ({ kind: "status", messageId: row.message_id, sbd }))
}

const readLeased =
  (token: string) =>
  (row: Row): Effect.Effect<Leased, StoreError> =>
    Effect.map(readWork(row), (work) => ({
      id: row.id,
      work,
      serviceIdentifier: row.service_identifier,
      token,
      attempt: row.attempt,
      mayHaveArrived: row.may_have_arrived,
      offeredAt: row.offered_at
    }))

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const wakeup = yield* Wakeup
  const skipLocked = sql.onDialectOrElse({
    pg: () => sql.literal("FOR UPDATE SKIP LOCKED"),
    orElse: () => sql.literal("")
  })

  const offer = Effect.fn("SqlOutbox.offer")(function* (item: OutboxItem) {
    const now = yield* Clock.currentTimeMillis
    yield* sql`INSERT INTO outbox ${sql.insert({
      id: escapeText(item.id),
      kind: item.work.kind,
      message_id: item.work.messageId,
      sbd: item.work.kind === "status" ? sbdText(item.work.sbd) : null,
      service_identifier: item.serviceIdentifier,
      offered_at: now,
      due_at: now,
      token: null,
      attempt: 0,
      may_have_arrived: 0
    })} ON CONFLICT (id) DO NOTHING`
    yield* sql.afterCommit(wakeup.wake)
  }, asStoreError("Outbox.offer"))

  // A row that is due and still has a token was leased by somebody who never told how it went. One that cannot be
  // read keeps its lease, so that it holds up nothing and is reported again when the lease has passed.
  const lease = Effect.fn("SqlOutbox.lease")(function* (request: {
    readonly limit: number
    readonly leaseFor: Duration.Duration
  }) {
    const now = yield* Clock.currentTimeMillis
    const token = yield* Effect.sync(() => randomUUID())
    const rows = yield* sql`WITH due AS MATERIALIZED (
        SELECT place FROM outbox WHERE due_at <= ${now} ORDER BY due_at, place LIMIT ${request.limit} ${skipLocked}
      )
      UPDATE outbox SET
        may_have_arrived = CASE WHEN token IS NULL THEN may_have_arrived ELSE 1 END,
        token = ${token}, attempt = attempt + 1, due_at = ${now + Duration.toMillis(request.leaseFor)}
      FROM due WHERE outbox.place = due.place
      RETURNING outbox.place, id, kind, message_id, sbd, service_identifier, offered_at, attempt, may_have_arrived`
    const decoded = yield* decodeRows(Row)(rows)
    const oldestFirst = decoded.toSorted((one, other) => one.place - other.place)
    const read = yield* Effect.forEach(oldestFirst, (row) =>
      readLeased(token)(row).pipe(
        Effect.tapError((error) => Effect.logError(error.message, { outboxItem: row.id })),
        Effect.option
      )
    )
    return Arr.getSomes(read)
  }, asStoreError("Outbox.lease"))

  const held = (leased: Leased) => sql`id = ${escapeText(leased.id)} AND token = ${leased.token}`

  const renew = Effect.fn("SqlOutbox.renew")(function* (leased: Leased, leaseFor: Duration.Duration) {
    const now = yield* Clock.currentTimeMillis
    const until = now + Duration.toMillis(leaseFor)
    return (yield* touched(sql`UPDATE outbox SET due_at = ${until} WHERE ${held(leased)} RETURNING place`)) > 0
  }, asStoreError("Outbox.renew"))

  const settle = Effect.fn("SqlOutbox.settle")(function* (leased: Leased, outcome: Outcome) {
    const done = yield* touched(
      Outcome.$match(outcome, {
        Done: () => sql`DELETE FROM outbox WHERE ${held(leased)} RETURNING place`,
        Retry: ({ at, error, mayHaveArrived }) =>
          sql`UPDATE outbox SET token = NULL, due_at = ${DateTime.toEpochMillis(at)}, last_error = ${escapeText(error)},
          may_have_arrived = ${mayHaveArrived ? 1 : sql.literal("may_have_arrived")}
          WHERE ${held(leased)} RETURNING place`
      })
    )
    if (outcome._tag === "Retry") yield* sql.afterCommit(wakeup.wake)
    return done > 0
  }, asStoreError("Outbox.settle"))

  const withdraw = Effect.fn("SqlOutbox.withdraw")(function* (id: string) {
    const gone = yield* touched(sql`DELETE FROM outbox
      WHERE id = ${escapeText(id)} AND token IS NULL AND may_have_arrived = 0 RETURNING place`)
    return gone > 0
  }, asStoreError("Outbox.withdraw"))

  const nextDue = sql`SELECT due_at FROM outbox ORDER BY due_at, place LIMIT 1`.pipe(
    Effect.flatMap(decodeRows(Schema.Struct({ due_at: Whole }))),
    Effect.map((rows) => rows[0]?.due_at ?? Number.POSITIVE_INFINITY)
  )

  const awaitWork = Effect.fnUntraced(function* (atMost: Duration.Duration) {
    const deadline = (yield* Clock.currentTimeMillis) + Duration.toMillis(atMost)
    while (true) {
      const comes = yield* wakeup.listen
      const due = yield* Effect.option(nextDue)
      const now = yield* Clock.currentTimeMillis
      if (deadline <= now || (Option.isSome(due) && due.value <= now)) return
      const until = Math.min(
        Option.getOrElse(due, () => now + ASK_AGAIN_AFTER),
        deadline
      )
      yield* Effect.raceFirst(comes, Effect.sleep(Duration.millis(until - now)))
    }
  })

  const size = theNumber(sql`SELECT count(*) AS n FROM outbox`).pipe(asStoreError("Outbox.size"))

  return Outbox.of({ offer, lease, renew, settle, withdraw, awaitWork, size })
})

/** {@link Outbox} in a table. A lease is a time and a token in the row, so it ends by itself when its holder is gone. */
export const layer: Layer.Layer<Outbox, never, SqlClient.SqlClient | Wakeup> = Layer.effect(Outbox, make)
