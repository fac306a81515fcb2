import { MessageId } from "@eformidling/domain/MessageId"
import { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import { Inbox, type InMessage, type InMessageFilter, type InMessageSortProperty } from "@eformidling/port-store/Inbox"
import type { PageRequest } from "@eformidling/port-store/Page"
import type { StoreError } from "@eformidling/port-store/StoreError"
import { Clock, DateTime, Effect, Layer, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { decodeRows, Instant, Text, touched } from "./internal/columns.ts"
import { asStoreError } from "./internal/failure.ts"
import { equalTo, limits, orderBy, theNumber } from "./internal/page.ts"
import { readSbd, sbdColumns } from "./internal/sbdColumn.ts"
import { transactional } from "./internal/transaction.ts"

const Row = Schema.Struct({
  message_id: MessageId,
  sbd: Schema.String,
  service_identifier: ServiceIdentifier,
  document_key: Schema.NullOr(Text),
  locked_until: Schema.NullOr(Instant),
  last_updated: Instant
})

const readMessage =
  (operation: string) =>
  (row: typeof Row.Type): Effect.Effect<InMessage, StoreError> =>
    Effect.map(readSbd(operation, row.sbd), (sbd) => ({
      messageId: row.message_id,
      sbd,
      serviceIdentifier: row.service_identifier,
      documentKey: row.document_key ?? undefined,
      lockedUntil: row.locked_until ?? undefined,
      lastUpdated: row.last_updated
    }))

const sortColumns = {
  messageId: "message_id",
  conversationId: "conversation_id",
  processIdentifier: "process_identifier",
  senderIdentifier: "sender_identifier",
  receiverIdentifier: "receiver_identifier",
  serviceIdentifier: "service_identifier",
  lastUpdated: "last_updated"
} as const satisfies Record<InMessageSortProperty, string>

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const skipLocked = sql.onDialectOrElse({
    pg: () => sql.literal("FOR UPDATE SKIP LOCKED"),
    orElse: () => sql.literal("")
  })
  const columns = sql.literal("message_id, sbd, service_identifier, document_key, locked_until, last_updated")

  const matching = (filter: InMessageFilter) =>
    equalTo(sql, {
      conversation_id: filter.conversationId,
      message_id: filter.messageId,
      receiver_identifier: filter.receiverIdentifier,
      sender_identifier: filter.senderIdentifier,
      service_identifier: filter.serviceIdentifier,
      process_identifier: filter.process
    })

  const read = (operation: string) => (rows: ReadonlyArray<unknown>) =>
    Effect.flatMap(decodeRows(Row)(rows), Effect.forEach(readMessage(operation)))

  const put = Effect.fn("SqlInbox.put")(
    function* (message: Pick<InMessage, "messageId" | "sbd" | "serviceIdentifier" | "documentKey">) {
      const now = yield* Clock.currentTimeMillis
      const fresh = yield* touched(sql`INSERT INTO received ${sql.insert({ message_id: message.messageId, at: now })}
      ON CONFLICT (message_id) DO NOTHING RETURNING message_id`)
      if (fresh === 0) return false
      yield* sql`INSERT INTO inbox ${sql.insert({
        ...sbdColumns(message.sbd),
        message_id: message.messageId,
        service_identifier: message.serviceIdentifier,
        document_key: message.documentKey ?? null,
        locked_until: null,
        last_updated: now
      })}`
      return true
    },
    transactional(sql, "Inbox.put"),
    asStoreError("Inbox.put")
  )

  const peek = Effect.fn("SqlInbox.peek")(function* (filter: InMessageFilter, lockUntil: DateTime.Utc) {
    const now = yield* Clock.currentTimeMillis
    const rows = yield* sql`WITH next AS MATERIALIZED (
        SELECT place FROM inbox WHERE locked_until IS NULL AND ${matching(filter)}
        ORDER BY place LIMIT 1 ${skipLocked}
      )
      UPDATE inbox SET locked_until = ${DateTime.toEpochMillis(lockUntil)}, last_updated = ${now}
      FROM next WHERE inbox.place = next.place RETURNING ${columns}`
    const [message] = yield* read("Inbox.peek")(rows)
    return Option.fromUndefinedOr(message)
  }, asStoreError("Inbox.peek"))

  const get = Effect.fn("SqlInbox.get")(function* (messageId: MessageId) {
    const rows = yield* sql`SELECT ${columns} FROM inbox WHERE message_id = ${messageId}`
    const [message] = yield* read("Inbox.get")(rows)
    return Option.fromUndefinedOr(message)
  }, asStoreError("Inbox.get"))

  const search = Effect.fn("SqlInbox.search")(function* (filter: InMessageFilter, page: PageRequest) {
    const rows = yield* sql`SELECT ${columns} FROM inbox WHERE ${matching(filter)}
      ${orderBy(sql, page, sortColumns, "", "place")} ${limits(sql, page)}`
    const content = yield* read("Inbox.search")(rows)
    const totalElements = yield* theNumber(sql`SELECT count(*) AS n FROM inbox WHERE ${matching(filter)}`)
    return { content, totalElements }
  }, asStoreError("Inbox.search"))

  const remove = Effect.fn("SqlInbox.remove")(function* (messageId: MessageId) {
    return (yield* touched(sql`DELETE FROM inbox WHERE message_id = ${messageId} RETURNING place`)) > 0
  }, asStoreError("Inbox.remove"))

  // A message put last gets a place after all others, those that wait together keeping their order.
  const nextPlaces = sql.onDialectOrElse({
    pg: () => sql.literal("nextval(pg_get_serial_sequence('inbox', 'place'))"),
    orElse: () => sql.literal("(SELECT max(place) FROM inbox) + row_number() OVER (ORDER BY locked_until, place)")
  })

  const unlockExpired = Effect.fn("SqlInbox.unlockExpired")(function* (now: DateTime.Utc) {
    return yield* touched(sql`WITH ended AS MATERIALIZED (
        SELECT place, locked_until FROM inbox WHERE locked_until < ${DateTime.toEpochMillis(now)}
        ORDER BY locked_until, place ${skipLocked}
      ), moved AS MATERIALIZED (
        SELECT place, ${nextPlaces} AS last_place FROM ended
      )
      UPDATE inbox SET place = moved.last_place, locked_until = NULL, last_updated = ${DateTime.toEpochMillis(now)}
      FROM moved WHERE inbox.place = moved.place RETURNING message_id`)
  }, asStoreError("Inbox.unlockExpired"))

  return Inbox.of({
    put,
    peek,
    get,
    search,
    remove,
    unlockExpired,
    size: theNumber(sql`SELECT count(*) AS n FROM inbox`).pipe(asStoreError("Inbox.size"))
  })
})

/** {@link Inbox} in a table; the ids of all messages ever put are kept beside it. */
export const layer: Layer.Layer<Inbox, never, SqlClient.SqlClient> = Layer.effect(Inbox, make)
