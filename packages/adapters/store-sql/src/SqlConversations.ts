import {
  type Conversation,
  type NewConversation,
  type NewStatus,
  register as registration,
  type StatusEntry
} from "@eformidling/domain/Conversation"
import type { ConversationId } from "@eformidling/domain/ConversationId"
import type { Direction } from "@eformidling/domain/Direction"
import type { MessageId } from "@eformidling/domain/MessageId"
import {
  ConversationExists,
  type ConversationFilter,
  Conversations,
  type StatusFilter
} from "@eformidling/port-store/Conversations"
import type { PageRequest } from "@eformidling/port-store/Page"
import { Array as Arr, Clock, DateTime, Effect, Layer, Option } from "effect"
import { SqlClient, type Statement } from "effect/sql"
import { decodeRows, touched } from "./internal/columns.ts"
import {
  conversationsMatching,
  countConversations,
  countStatuses,
  statusesMatching
} from "./internal/conversationFilter.ts"
import {
  conversationColumns,
  ConversationRow,
  conversationSortColumns,
  readConversation,
  readStatusOfMessage,
  statusColumns,
  StatusOfMessageRow,
  StatusRow,
  statusSortColumns
} from "./internal/conversationRow.ts"
import { asStoreError } from "./internal/failure.ts"
import { limits, orderBy, theNumber } from "./internal/page.ts"
import { nextIds } from "./internal/messageIds.ts"
import { escapeText } from "./internal/storableText.ts"
import { transactional } from "./internal/transaction.ts"

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const ids = nextIds(sql)
  const forUpdate = sql.onDialectOrElse({ pg: () => sql.literal("FOR UPDATE"), orElse: () => sql.literal("") })

  const read = Effect.fnUntraced(function* (found: ReadonlyArray<unknown>) {
    const rows = yield* decodeRows(ConversationRow)(found)
    if (rows.length === 0) return []
    const statuses = Arr.groupBy(
      yield* decodeRows(StatusRow)(
        yield* sql`SELECT * FROM message_status
        WHERE ${sql.in(
          "conversation",
          rows.map((row) => row.id)
        )} ORDER BY id`
      ),
      (status) => String(status.conversation)
    )
    return rows.map((row) => readConversation(row, statuses[String(row.id)] ?? []))
  })

  const select = (operation: string, rest: Statement.Fragment) =>
    sql`SELECT * FROM conversation WHERE ${rest}`.pipe(Effect.flatMap(read), asStoreError(operation))

  /** Inserts statuses under the ids given, in order. */
  const addStatuses = Effect.fnUntraced(function* (
    conversation: number,
    statuses: ReadonlyArray<NewStatus>,
    under: ReadonlyArray<number>
  ) {
    const entries = Arr.zipWith(statuses, under, ({ status, at, description, rawReceipt }, id): StatusEntry => ({
      id,
      status,
      lastUpdate: at,
      ...(description === undefined ? {} : { description }),
      ...(rawReceipt === undefined ? {} : { rawReceipt })
    }))
    if (Arr.isReadonlyArrayNonEmpty(entries)) {
      yield* sql`INSERT INTO message_status ${sql.insert(Arr.map(entries, (entry) => statusColumns(conversation, entry)))}`
    }
    return entries
  })

  const open = Effect.fn("SqlConversations.open")(
    function* (conversation: NewConversation, first: ReadonlyArray<NewStatus>) {
      const now = yield* Clock.currentTimeMillis
      const { direction, serviceIdentifier, messageId } = conversation
      const { added, finished, pollable } = registration(
        { direction, serviceIdentifier, finished: false, pollable: false, messageStatuses: [] },
        first
      )
      const [id = 0, ...statusIds] = yield* ids(1 + added.length)
      const opened = yield* touched(
        sql`INSERT INTO conversation ${sql.insert({
          ...conversationColumns(conversation),
          id,
          last_update: now,
          finished: finished ? 1 : 0,
          pollable: pollable ? 1 : 0
        })} ON CONFLICT (message_id, direction) DO NOTHING RETURNING id`
      )
      if (opened === 0) return yield* new ConversationExists({ messageId })
      const messageStatuses = yield* addStatuses(id, added, statusIds)
      const result: Conversation = {
        ...conversation,
        id,
        lastUpdate: DateTime.makeUnsafe(now),
        finished,
        pollable,
        messageStatuses
      }
      return result
    },
    transactional(sql, "Conversations.open"),
    asStoreError("Conversations.open")
  )

  const register = Effect.fn("SqlConversations.register")(
    function* (id: number, statuses: ReadonlyArray<NewStatus>) {
      const [conversation] = yield* read(yield* sql`SELECT * FROM conversation WHERE id = ${id} ${forUpdate}`)
      if (conversation === undefined) return []
      const { added, finished, pollable } = registration(conversation, statuses)
      if (added.length === 0) return []
      yield* sql`UPDATE conversation SET last_update = ${yield* Clock.currentTimeMillis},
      finished = ${finished ? 1 : 0}, pollable = ${pollable ? 1 : 0} WHERE id = ${id}`
      return yield* addStatuses(id, added, yield* ids(added.length))
    },
    transactional(sql, "Conversations.register"),
    asStoreError("Conversations.register")
  )

  const byMessageId = Effect.fn("SqlConversations.byMessageId")(function* (
    messageId: MessageId,
    direction?: Direction
  ) {
    const which = direction === undefined ? sql.literal("") : sql`AND direction = ${direction}`
    const [conversation] = yield* select(
      "Conversations.byMessageId",
      sql`message_id = ${messageId} ${which} ORDER BY id LIMIT 1`
    )
    return Option.fromUndefinedOr(conversation)
  })

  const outgoingByConversationId = Effect.fn("SqlConversations.outgoingByConversationId")(
    (conversationId: ConversationId) =>
      select(
        "Conversations.outgoingByConversationId",
        sql`conversation_id = ${conversationId} AND direction = 'OUTGOING' ORDER BY id DESC`
      )
  )

  const search = Effect.fn("SqlConversations.search")(function* (filter: ConversationFilter, page: PageRequest) {
    const content = yield* select(
      "Conversations.search",
      sql`${conversationsMatching(sql, filter)}
        ${orderBy(sql, page, conversationSortColumns, "last_update DESC", "id")} ${limits(sql, page)}`
    )
    return { content, totalElements: yield* theNumber(countConversations(sql, filter)) }
  }, asStoreError("Conversations.search"))

  const statuses = Effect.fn("SqlConversations.statuses")(function* (filter: StatusFilter, page: PageRequest) {
    const rows = yield* sql`SELECT s.*, c.message_id, c.conversation_id ${statusesMatching(sql, filter)}
      ${orderBy(sql, page, statusSortColumns, "", "s.id")} ${limits(sql, page)}`
    const content = (yield* decodeRows(StatusOfMessageRow)(rows)).map(readStatusOfMessage)
    return { content, totalElements: yield* theNumber(countStatuses(sql, filter)) }
  }, asStoreError("Conversations.statuses"))

  const expired = Effect.fn("SqlConversations.expired")((now: DateTime.Utc, limit: number) =>
    select(
      "Conversations.expired",
      sql`finished = 0 AND expiry < ${DateTime.toEpochMillis(now)} ORDER BY expiry, id LIMIT ${limit}`
    )
  )

  const pollable = Effect.fn("SqlConversations.pollable")((after: number, limit: number) =>
    select("Conversations.pollable", sql`pollable = 1 AND id > ${after} ORDER BY id LIMIT ${limit}`)
  )

  const setTitle = Effect.fn("SqlConversations.setTitle")(function* (id: number, title: string) {
    const now = yield* Clock.currentTimeMillis
    yield* sql`UPDATE conversation SET message_title = ${escapeText(title)}, last_update = ${now} WHERE id = ${id}`
  }, asStoreError("Conversations.setTitle"))

  const noteAttempt = Effect.fn("SqlConversations.noteAttempt")(function* (
    id: number,
    note: { readonly nextAttempt: DateTime.Utc; readonly lastError: string } | undefined
  ) {
    yield* sql`UPDATE conversation SET
      next_attempt = ${note === undefined ? null : DateTime.toEpochMillis(note.nextAttempt)},
      last_error = ${note === undefined ? null : escapeText(note.lastError)} WHERE id = ${id}`
  }, asStoreError("Conversations.noteAttempt"))

  const remove = Effect.fn("SqlConversations.remove")(
    function* (id: number) {
      yield* sql`DELETE FROM message_status WHERE conversation = ${id}`
      yield* sql`DELETE FROM conversation WHERE id = ${id}`
    },
    transactional(sql, "Conversations.remove"),
    asStoreError("Conversations.remove")
  )

  const countPollable = theNumber(countConversations(sql, { pollable: true })).pipe(
    asStoreError("Conversations.countPollable")
  )

  return Conversations.of({
    open,
    register,
    byMessageId,
    outgoingByConversationId,
    search,
    statuses,
    expired,
    pollable,
    setTitle,
    noteAttempt,
    remove,
    countPollable
  })
})

/** {@link Conversations} in two tables, with the numbers a page tells kept beside them. */
export const layer: Layer.Layer<Conversations, never, SqlClient.SqlClient> = Layer.effect(Conversations, make)
