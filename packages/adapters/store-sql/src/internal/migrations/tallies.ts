import { Effect } from "effect"
import { define, dialect } from "./dialect.ts"

const group = "direction, service_identifier, finished, pollable"

const sqlite = [
  `CREATE TRIGGER conversation_added AFTER INSERT ON conversation BEGIN
    INSERT INTO conversation_tally (${group}, slot, n)
      VALUES (new.direction, new.service_identifier, new.finished, new.pollable, 0, 1)
      ON CONFLICT (${group}, slot) DO UPDATE SET n = n + 1;
  END`,
  `CREATE TRIGGER conversation_removed AFTER DELETE ON conversation BEGIN
    UPDATE conversation_tally SET n = n - 1 WHERE direction = old.direction
      AND service_identifier = old.service_identifier AND finished = old.finished AND pollable = old.pollable;
  END`,
  `CREATE TRIGGER conversation_moved AFTER UPDATE OF ${group} ON conversation
    WHEN (old.direction, old.service_identifier, old.finished, old.pollable)
      <> (new.direction, new.service_identifier, new.finished, new.pollable)
  BEGIN
    UPDATE conversation_tally SET n = n - 1 WHERE direction = old.direction
      AND service_identifier = old.service_identifier AND finished = old.finished AND pollable = old.pollable;
    INSERT INTO conversation_tally (${group}, slot, n)
      VALUES (new.direction, new.service_identifier, new.finished, new.pollable, 0, 1)
      ON CONFLICT (${group}, slot) DO UPDATE SET n = n + 1;
  END`,
  `CREATE TRIGGER message_status_added AFTER INSERT ON message_status BEGIN
    INSERT INTO message_status_tally (status, slot, n) VALUES (new.status, 0, 1)
      ON CONFLICT (status, slot) DO UPDATE SET n = n + 1;
  END`,
  `CREATE TRIGGER message_status_removed AFTER DELETE ON message_status BEGIN
    UPDATE message_status_tally SET n = n - 1 WHERE status = old.status;
  END`
]

/**
 * A writing transaction has a slot to itself, so that counting makes nobody wait: it takes the first free one of 32
 * from where its connection begins, and only when all are taken waits for that one.
 */
const slots = `CREATE FUNCTION tally_slot() RETURNS INTEGER LANGUAGE plpgsql AS $$
  DECLARE
    first INTEGER := pg_backend_pid() % 32;
  BEGIN
    FOR step IN 0..31 LOOP
      IF pg_try_advisory_xact_lock(hashtext('eformidling tally'), (first + step) % 32) THEN
        RETURN (first + step) % 32;
      END IF;
    END LOOP;
    PERFORM pg_advisory_xact_lock(hashtext('eformidling tally'), first);
    RETURN first;
  END $$`

/** A trigger function that adds `step` for each of `rows` to the tally, in the slot held. */
const counter = (name: string, table: string, columns: string, rows: string) =>
  `CREATE FUNCTION ${name}() RETURNS TRIGGER LANGUAGE plpgsql AS $$
  DECLARE
    held INTEGER := tally_slot();
  BEGIN
    INSERT INTO ${table} (${columns}, slot, n)
      SELECT ${columns}, held, sum(step) FROM (${rows}) AS counted GROUP BY ${columns}
      ON CONFLICT (${columns}, slot) DO UPDATE SET n = ${table}.n + excluded.n;
    RETURN NULL;
  END $$`

const groupOf = (row: string) =>
  group
    .split(", ")
    .map((column) => `${row}.${column}`)
    .join(", ")

const postgres = [
  slots,
  counter("count_conversations_added", "conversation_tally", group, `SELECT ${group}, 1 AS step FROM changed`),
  counter("count_conversations_removed", "conversation_tally", group, `SELECT ${group}, -1 AS step FROM changed`),
  counter(
    "count_conversation_moved",
    "conversation_tally",
    group,
    `SELECT moved.* FROM (VALUES (${groupOf("old")}, -1), (${groupOf("new")}, 1)) AS moved (${group}, step)`
  ),
  counter("count_statuses_added", "message_status_tally", "status", `SELECT status, 1 AS step FROM changed`),
  counter("count_statuses_removed", "message_status_tally", "status", `SELECT status, -1 AS step FROM changed`),
  `CREATE TRIGGER conversation_added AFTER INSERT ON conversation REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION count_conversations_added()`,
  `CREATE TRIGGER conversation_removed AFTER DELETE ON conversation REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION count_conversations_removed()`,
  `CREATE TRIGGER conversation_moved AFTER UPDATE OF ${group} ON conversation FOR EACH ROW
    WHEN ((${groupOf("old")}) IS DISTINCT FROM (${groupOf("new")})) EXECUTE FUNCTION count_conversation_moved()`,
  `CREATE TRIGGER message_status_added AFTER INSERT ON message_status REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION count_statuses_added()`,
  `CREATE TRIGGER message_status_removed AFTER DELETE ON message_status REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION count_statuses_removed()`
]

/**
 * How many conversations and statuses there are of each kind, kept by triggers, so that a page's total needs no count
 * of rows. The sum over the slots is the number.
 */
export const tallies = Effect.gen(function* () {
  const { sql, long, isPostgres } = yield* dialect
  yield* define(sql, [
    `CREATE TABLE conversation_tally (
      direction TEXT NOT NULL,
      service_identifier TEXT NOT NULL,
      finished INTEGER NOT NULL,
      pollable INTEGER NOT NULL,
      slot INTEGER NOT NULL,
      n ${long} NOT NULL,
      PRIMARY KEY (${group}, slot)
    )`,
    `CREATE TABLE message_status_tally (
      status TEXT NOT NULL,
      slot INTEGER NOT NULL,
      n ${long} NOT NULL,
      PRIMARY KEY (status, slot)
    )`,
    ...(isPostgres ? postgres : sqlite)
  ])
})
