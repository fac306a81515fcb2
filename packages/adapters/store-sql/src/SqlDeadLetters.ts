import { type DeadLetter, DeadLetters } from "@eformidling/port-store/DeadLetters"
import type { PageRequest } from "@eformidling/port-store/Page"
import { Clock, Effect, Layer, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Bytes, decodeRows, Instant, Text, touched } from "./internal/columns.ts"
import { asStoreError } from "./internal/failure.ts"
import { limits, orderBy, theNumber } from "./internal/page.ts"
import { escapeText } from "./internal/storableText.ts"

const Row = Schema.Struct({
  source: Text,
  letter_key: Text,
  reason: Text,
  description: Text,
  body: Bytes,
  at: Instant
})

const readLetter = ({ letter_key, ...letter }: typeof Row.Type): DeadLetter => ({ ...letter, key: letter_key })

const sortColumns = { source: "source", key: "letter_key", reason: "reason", at: "at" } as const

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("source, letter_key, reason, description, body, at")
  const read = (rows: ReadonlyArray<unknown>) => Effect.map(decodeRows(Row)(rows), (found) => found.map(readLetter))
  const named = (source: string, key: string) => sql`source = ${escapeText(source)} AND letter_key = ${escapeText(key)}`

  const add = Effect.fn("SqlDeadLetters.add")(function* (letter: Omit<DeadLetter, "at">) {
    const now = yield* Clock.currentTimeMillis
    const added = yield* touched(
      sql`INSERT INTO dead_letter ${sql.insert({
        source: escapeText(letter.source),
        letter_key: escapeText(letter.key),
        reason: escapeText(letter.reason),
        description: escapeText(letter.description),
        body: letter.body,
        at: now
      })} ON CONFLICT (source, letter_key) DO NOTHING RETURNING place`
    )
    return added > 0
  }, asStoreError("DeadLetters.add"))

  const get = Effect.fn("SqlDeadLetters.get")(function* (source: string, key: string) {
    const [letter] = yield* read(yield* sql`SELECT ${columns} FROM dead_letter WHERE ${named(source, key)}`)
    return Option.fromUndefinedOr(letter)
  }, asStoreError("DeadLetters.get"))

  const count = theNumber(sql`SELECT count(*) AS n FROM dead_letter`)

  const list = Effect.fn("SqlDeadLetters.list")(function* (page: PageRequest) {
    const rows = yield* sql`SELECT ${columns} FROM dead_letter
      ${orderBy(sql, page, sortColumns, "at DESC, place DESC", page.sort.length === 0 ? "" : "place")} ${limits(sql, page)}`
    return { content: yield* read(rows), totalElements: yield* count }
  }, asStoreError("DeadLetters.list"))

  const remove = Effect.fn("SqlDeadLetters.remove")(function* (source: string, key: string) {
    yield* sql`DELETE FROM dead_letter WHERE ${named(source, key)}`
  }, asStoreError("DeadLetters.remove"))

  return DeadLetters.of({ add, get, list, remove, size: asStoreError("DeadLetters.size")(count) })
})

/** {@link DeadLetters} in a table. */
export const layer: Layer.Layer<DeadLetters, never, SqlClient.SqlClient> = Layer.effect(DeadLetters, make)
