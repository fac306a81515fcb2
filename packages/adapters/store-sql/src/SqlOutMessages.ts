import { MessageId } from "@eformidling/domain/MessageId"
import { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import {
  type OutMessage,
  OutMessageExists,
  type OutMessageFilter,
  OutMessages,
  type OutMessageSortProperty,
  type StoredDocument
} from "@eformidling/port-store/OutMessages"
import type { PageRequest } from "@eformidling/port-store/Page"
import { Clock, Effect, Layer, Option, Schema } from "effect"
import { SqlClient, type Statement } from "effect/sql"
import { Bytes, decodeRows, Flag, Instant, Text, touched, Whole } from "./internal/columns.ts"
import { asStoreError } from "./internal/failure.ts"
import { equalTo, limits, orderBy, theNumber } from "./internal/page.ts"
import { readSbd, sbdColumns } from "./internal/sbdColumn.ts"
import { escapeText } from "./internal/storableText.ts"
import { transactional } from "./internal/transaction.ts"

const Row = Schema.Struct({
  message_id: MessageId,
  service_identifier: ServiceIdentifier,
  sbd: Schema.String,
  queued: Flag,
  last_updated: Instant
})

const DocumentRow = Schema.Struct({
  message_id: MessageId,
  number: Whole,
  document_key: Text,
  filename: Text,
  mime_type: Text,
  title: Schema.NullOr(Text),
  is_primary: Flag,
  size: Whole,
  sha256: Bytes,
  crc32: Whole
})

const readDocument = (row: typeof DocumentRow.Type): StoredDocument => ({
  number: row.number,
  key: row.document_key,
  filename: row.filename,
  mimeType: row.mime_type,
  title: row.title ?? undefined,
  primary: row.is_primary,
  size: row.size,
  sha256: row.sha256,
  crc32: row.crc32
})

const sortColumns = {
  messageId: "message_id",
  conversationId: "conversation_id",
  processIdentifier: "process_identifier",
  senderIdentifier: "sender_identifier",
  receiverIdentifier: "receiver_identifier",
  serviceIdentifier: "service_identifier",
  lastUpdated: "last_updated"
} as const satisfies Record<OutMessageSortProperty, string>

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const forUpdate = sql.onDialectOrElse({ pg: () => sql.literal("FOR UPDATE"), orElse: () => sql.literal("") })
  const columns = sql.literal("message_id, service_identifier, sbd, queued, last_updated")

  const matching = (filter: OutMessageFilter) =>
    equalTo(sql, {
      conversation_id: filter.conversationId,
      message_id: filter.messageId,
      process_identifier: filter.processIdentifier,
      receiver_identifier: filter.receiverIdentifier,
      sender_identifier: filter.senderIdentifier,
      service_identifier: filter.serviceIdentifier
    })

  const read = (operation: string) =>
    Effect.fnUntraced(function* (found: ReadonlyArray<unknown>) {
      const rows = yield* decodeRows(Row)(found)
      if (rows.length === 0) return []
      const documents = yield* decodeRows(DocumentRow)(
        yield* sql`SELECT * FROM out_document
          WHERE ${sql.in(
            "message_id",
            rows.map((row) => row.message_id)
          )} ORDER BY message_id, number`
      )
      return yield* Effect.forEach(rows, (row) =>
        Effect.map(readSbd(operation, row.sbd), (sbd): OutMessage => ({
          messageId: row.message_id,
          sbd,
          serviceIdentifier: row.service_identifier,
          queued: row.queued,
          documents: documents.filter(({ message_id }) => message_id === row.message_id).map(readDocument),
          lastUpdated: row.last_updated
        }))
      )
    })

  const touch = (messageId: MessageId, now: number) =>
    sql`UPDATE out_message SET last_updated = ${now} WHERE message_id = ${messageId}`

  const put = Effect.fn("SqlOutMessages.put")(function* (
    message: Pick<OutMessage, "messageId" | "sbd" | "serviceIdentifier">
  ) {
    const now = yield* Clock.currentTimeMillis
    const added = yield* touched(
      sql`INSERT INTO out_message ${sql.insert({
        ...sbdColumns(message.sbd),
        message_id: message.messageId,
        service_identifier: message.serviceIdentifier,
        queued: 0,
        last_updated: now
      })} ON CONFLICT (message_id) DO NOTHING RETURNING place`
    )
    if (added === 0) return yield* new OutMessageExists({ messageId: message.messageId })
  }, asStoreError("OutMessages.put"))

  const select = (operation: string, messageId: MessageId, lock: Statement.Fragment) =>
    sql`SELECT ${columns} FROM out_message WHERE message_id = ${messageId} ${lock}`.pipe(
      Effect.flatMap(read(operation)),
      Effect.map(([message]) => Option.fromUndefinedOr(message)),
      asStoreError(operation)
    )

  const get = Effect.fn("SqlOutMessages.get")((messageId: MessageId) =>
    select("OutMessages.get", messageId, sql.literal(""))
  )

  // SQLite needs no lock of its own: a transaction is the only writer from its beginning.
  const getForUpdate = Effect.fn("SqlOutMessages.getForUpdate")((messageId: MessageId) =>
    select("OutMessages.getForUpdate", messageId, forUpdate)
  )

  const search = Effect.fn("SqlOutMessages.search")(function* (filter: OutMessageFilter, page: PageRequest) {
    const rows = yield* sql`SELECT ${columns} FROM out_message WHERE ${matching(filter)}
      ${orderBy(sql, page, sortColumns, "", "place")} ${limits(sql, page)}`
    const content = yield* read("OutMessages.search")(rows)
    const totalElements = yield* theNumber(sql`SELECT count(*) AS n FROM out_message WHERE ${matching(filter)}`)
    return { content, totalElements }
  }, asStoreError("OutMessages.search"))

  const addDocument = Effect.fn("SqlOutMessages.addDocument")(
    function* (messageId: MessageId, document: StoredDocument) {
      yield* sql`INSERT INTO out_document ${sql.insert({
        message_id: messageId,
        number: document.number,
        document_key: escapeText(document.key),
        filename: escapeText(document.filename),
        mime_type: escapeText(document.mimeType),
        title: document.title === undefined ? null : escapeText(document.title),
        is_primary: document.primary ? 1 : 0,
        size: document.size,
        sha256: document.sha256,
        crc32: document.crc32
      })}`
      yield* touch(messageId, yield* Clock.currentTimeMillis)
    },
    transactional(sql, "OutMessages.addDocument"),
    asStoreError("OutMessages.addDocument")
  )

  const markQueued = Effect.fn("SqlOutMessages.markQueued")(function* (messageId: MessageId) {
    const now = yield* Clock.currentTimeMillis
    const marked = yield* touched(sql`UPDATE out_message SET queued = 1, last_updated = ${now}
      WHERE message_id = ${messageId} AND queued = 0 RETURNING place`)
    return marked > 0
  }, asStoreError("OutMessages.markQueued"))

  const remove = Effect.fn("SqlOutMessages.remove")(function* (messageId: MessageId) {
    yield* sql`DELETE FROM out_message WHERE message_id = ${messageId}`
  }, asStoreError("OutMessages.remove"))

  return OutMessages.of({ put, get, getForUpdate, search, addDocument, markQueued, remove })
})

/** {@link OutMessages} in two tables: messages, and what is known of their documents. */
export const layer: Layer.Layer<OutMessages, never, SqlClient.SqlClient> = Layer.effect(OutMessages, make)
