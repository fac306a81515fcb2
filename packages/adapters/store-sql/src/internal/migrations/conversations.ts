import { Effect } from "effect"
import { define, dialect } from "./dialect.ts"

/**
 * Conversations and their statuses.
 *
 * Every column a client may filter on leads an index, followed by the default order where many rows may share a value,
 * so that a page costs the same however many rows there are.
 */
export const conversations = Effect.gen(function* () {
  const { sql, long, isPostgres } = yield* dialect
  yield* define(sql, [
    isPostgres
      ? `CREATE SEQUENCE message_ids AS INTEGER`
      : `CREATE TABLE message_ids (last INTEGER NOT NULL CHECK (last < 2147483648))`,
    ...(isPostgres ? [] : [`INSERT INTO message_ids (last) VALUES (0)`]),
    `CREATE TABLE conversation (
      id INTEGER PRIMARY KEY,
      conversation_id TEXT NOT NULL,
      message_id TEXT NOT NULL,
      sender TEXT NOT NULL,
      sender_identifier TEXT NOT NULL,
      receiver TEXT,
      receiver_identifier TEXT,
      process_identifier TEXT NOT NULL,
      document_identifier TEXT NOT NULL,
      message_reference TEXT NOT NULL,
      message_title TEXT NOT NULL,
      last_update ${long} NOT NULL,
      finished INTEGER NOT NULL,
      pollable INTEGER NOT NULL,
      expiry ${long} NOT NULL,
      direction TEXT NOT NULL,
      service_identifier TEXT NOT NULL,
      next_attempt ${long},
      last_error TEXT,
      UNIQUE (message_id, direction)
    )`,
    `CREATE INDEX conversation_by_conversation_id ON conversation (conversation_id)`,
    `CREATE INDEX conversation_by_reference ON conversation (message_reference)`,
    `CREATE INDEX conversation_by_update ON conversation (last_update DESC, id)`,
    ...[
      "sender",
      "sender_identifier",
      "receiver",
      "receiver_identifier",
      "message_title",
      "direction",
      "service_identifier"
    ].map((column) => `CREATE INDEX conversation_by_${column} ON conversation (${column}, last_update DESC, id)`),
    `CREATE INDEX conversation_unfinished ON conversation (last_update DESC, id) WHERE finished = 0`,
    `CREATE INDEX conversation_expiring ON conversation (expiry) WHERE finished = 0`,
    `CREATE INDEX conversation_pollable ON conversation (id) WHERE pollable = 1`,
    `CREATE INDEX conversation_pollable_by_update ON conversation (last_update DESC, id) WHERE pollable = 1`,
    `CREATE TABLE message_status (
      id INTEGER PRIMARY KEY,
      conversation INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
      status TEXT NOT NULL,
      last_update ${long} NOT NULL,
      description TEXT,
      raw_receipt TEXT,
      UNIQUE (conversation, status)
    )`,
    `CREATE INDEX message_status_by_status ON message_status (status, id)`,
    `CREATE INDEX message_status_by_update ON message_status (last_update, id)`
  ])
})
