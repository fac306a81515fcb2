import type { ConversationFilter, StatusFilter } from "@eformidling/port-store/Conversations"
import { DateTime } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import { equalTo } from "./page.ts"

/** Written out, since an index on part of a table serves only conditions that the planner can read. */
const flag = (
  sql: SqlClient.SqlClient,
  column: string,
  value: boolean | undefined
): ReadonlyArray<Statement.Fragment> => (value === undefined ? [] : [sql.literal(`${column} = ${value ? 1 : 0}`)])

/** What the tallies are kept by. */
const tallied = (sql: SqlClient.SqlClient, filter: ConversationFilter) => [
  equalTo(sql, { direction: filter.direction, service_identifier: filter.serviceIdentifier }),
  ...flag(sql, "finished", filter.finished),
  ...flag(sql, "pollable", filter.pollable)
]

const millis = DateTime.toEpochMillis

const untallied = (sql: SqlClient.SqlClient, filter: ConversationFilter): ReadonlyArray<Statement.Fragment> => {
  const equal = {
    id: filter.id,
    conversation_id: filter.conversationId,
    message_id: filter.messageId,
    sender: filter.sender,
    sender_identifier: filter.senderIdentifier,
    receiver: filter.receiver,
    receiver_identifier: filter.receiverIdentifier,
    message_reference: filter.messageReference,
    message_title: filter.messageTitle
  }
  return [
    ...(Object.values(equal).every((value) => value === undefined) ? [] : [equalTo(sql, equal)]),
    ...(filter.lastUpdateFrom === undefined ? [] : [sql`last_update >= ${millis(filter.lastUpdateFrom)}`]),
    ...(filter.lastUpdateBefore === undefined ? [] : [sql`last_update < ${millis(filter.lastUpdateBefore)}`])
  ]
}

export const conversationsMatching = (sql: SqlClient.SqlClient, filter: ConversationFilter): Statement.Fragment =>
  sql.and([...tallied(sql, filter), ...untallied(sql, filter)])

/** Counts with the tally where that is enough. */
export const countConversations = (sql: SqlClient.SqlClient, filter: ConversationFilter) =>
  untallied(sql, filter).length === 0
    ? sql`SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n FROM conversation_tally WHERE ${sql.and(tallied(sql, filter))}`
    : sql`SELECT count(*) AS n FROM conversation WHERE ${conversationsMatching(sql, filter)}`

const byConversation = (filter: StatusFilter): boolean =>
  filter.conversationId !== undefined || filter.messageId !== undefined

/**
 * `FROM` and `WHERE` of statuses `s` and their conversations `c`. SQLite reads the tables of a `CROSS JOIN` in the order
 * they are written: the one that narrows most comes first.
 */
export const statusesMatching = (sql: SqlClient.SqlClient, filter: StatusFilter): Statement.Fragment => {
  const tables = byConversation(filter)
    ? "conversation c CROSS JOIN message_status s"
    : "message_status s CROSS JOIN conversation c"
  return sql`FROM ${sql.literal(tables)} WHERE s.conversation = c.id AND ${sql.and([
    equalTo(sql, {
      "c.conversation_id": filter.conversationId,
      "c.message_id": filter.messageId,
      "s.id": filter.id,
      "s.status": filter.status
    }),
    ...(filter.between === undefined
      ? []
      : [sql`s.last_update >= ${millis(filter.between.from)}`, sql`s.last_update <= ${millis(filter.between.to)}`])
  ])}`
}

export const countStatuses = (sql: SqlClient.SqlClient, filter: StatusFilter) =>
  byConversation(filter) || filter.id !== undefined || filter.between !== undefined
    ? sql`SELECT count(*) AS n ${statusesMatching(sql, filter)}`
    : sql`SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n FROM message_status_tally WHERE ${equalTo(sql, { status: filter.status })}`
