import { Effect } from "effect"
import { define, dialect } from "./dialect.ts"

/** Messages on their way out and in, and what has to be sent. */
export const messages = Effect.gen(function* () {
  const { sql, long, bytes, counted } = yield* dialect
  yield* define(sql, [
    `CREATE TABLE out_message (
      place ${counted},
      message_id TEXT NOT NULL UNIQUE,
      conversation_id TEXT NOT NULL,
      process_identifier TEXT NOT NULL,
      sender_identifier TEXT NOT NULL,
      receiver_identifier TEXT,
      service_identifier TEXT NOT NULL,
      sbd TEXT NOT NULL,
      queued INTEGER NOT NULL,
      last_updated ${long} NOT NULL
    )`,
    `CREATE INDEX out_message_by_conversation ON out_message (conversation_id)`,
    `CREATE INDEX out_message_by_receiver ON out_message (receiver_identifier)`,
    `CREATE INDEX out_message_by_update ON out_message (last_updated, place)`,
    `CREATE TABLE out_document (
      message_id TEXT NOT NULL REFERENCES out_message (message_id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      document_key TEXT NOT NULL,
      filename TEXT NOT NULL,
      mime_type TEXT NOT NULL,
      title TEXT,
      is_primary INTEGER NOT NULL,
      size ${long} NOT NULL,
      sha256 ${bytes} NOT NULL,
      crc32 ${long} NOT NULL,
      PRIMARY KEY (message_id, number)
    )`,
    `CREATE INDEX out_document_by_key ON out_document (document_key)`,
    `CREATE TABLE outbox (
      place ${counted},
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      message_id TEXT NOT NULL,
      sbd TEXT,
      service_identifier TEXT NOT NULL,
      offered_at ${long} NOT NULL,
      due_at ${long} NOT NULL,
      token TEXT,
      attempt INTEGER NOT NULL,
      may_have_arrived INTEGER NOT NULL,
      last_error TEXT
    )`,
    `CREATE INDEX outbox_due ON outbox (due_at, place)`,
    `CREATE TABLE inbox (
      place ${counted},
      message_id TEXT NOT NULL UNIQUE,
      conversation_id TEXT NOT NULL,
      process_identifier TEXT NOT NULL,
      sender_identifier TEXT NOT NULL,
      receiver_identifier TEXT,
      service_identifier TEXT NOT NULL,
      sbd TEXT NOT NULL,
      document_key TEXT,
      locked_until ${long},
      last_updated ${long} NOT NULL
    )`,
    `CREATE INDEX inbox_waiting ON inbox (place) WHERE locked_until IS NULL`,
    `CREATE INDEX inbox_waiting_by_process ON inbox (process_identifier, place) WHERE locked_until IS NULL`,
    `CREATE INDEX inbox_waiting_by_sender ON inbox (sender_identifier, place) WHERE locked_until IS NULL`,
    `CREATE INDEX inbox_waiting_by_receiver ON inbox (receiver_identifier, place) WHERE locked_until IS NULL`,
    `CREATE INDEX inbox_by_conversation ON inbox (conversation_id)`,
    `CREATE INDEX inbox_locked ON inbox (locked_until) WHERE locked_until IS NOT NULL`,
    `CREATE INDEX inbox_by_key ON inbox (document_key)`,
    `CREATE TABLE received (message_id TEXT NOT NULL PRIMARY KEY, at ${long} NOT NULL)`,
    `CREATE TABLE dead_letter (
      place ${counted},
      source TEXT NOT NULL,
      letter_key TEXT NOT NULL,
      reason TEXT NOT NULL,
      description TEXT NOT NULL,
      body ${bytes} NOT NULL,
      at ${long} NOT NULL,
      UNIQUE (source, letter_key)
    )`,
    `CREATE INDEX dead_letter_by_time ON dead_letter (at DESC, place DESC)`
  ])
})
