import { DateTime, Effect, Schema, SchemaTransformation } from "effect"
import { StorableText } from "./storableText.ts"

/** A whole number: Postgres gives a `bigint` where SQLite gives a `number`. */
export const Whole = Schema.Union([Schema.Number, Schema.BigInt]).pipe(
  Schema.decodeTo(
    Schema.Number,
    SchemaTransformation.transform({ decode: (value) => Number(value), encode: (value): number | bigint => value })
  )
)

/** 0 or 1. */
export const Flag = Schema.Union([Schema.Number, Schema.BigInt]).pipe(
  Schema.decodeTo(
    Schema.Boolean,
    SchemaTransformation.transform({
      decode: (value) => Number(value) !== 0,
      encode: (value): number | bigint => (value ? 1 : 0)
    })
  )
)

/** Milliseconds since 1970. */
export const Instant = Schema.Union([Schema.Number, Schema.BigInt]).pipe(
  Schema.decodeTo(
    Schema.toType(Schema.DateTimeUtc),
    SchemaTransformation.transform({
      decode: (value) => DateTime.makeUnsafe(Number(value)),
      encode: (value): number | bigint => DateTime.toEpochMillis(value)
    })
  )
)

export const Text = StorableText
export const Bytes = Schema.Uint8Array

/** Reads the rows of an answer. */
export const decodeRows = <S extends Schema.Top>(row: S) => Schema.decodeUnknownEffect(Schema.Array(row))

/** How many rows a statement with `RETURNING` touched. */
export const touched = <E, R>(rows: Effect.Effect<ReadonlyArray<unknown>, E, R>): Effect.Effect<number, E, R> =>
  Effect.map(rows, (found) => found.length)
