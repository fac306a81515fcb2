/**
 * Members as the reference's JSON mapper takes them: a value of another simple type is turned into the right one.
 *
 * Source: dpi 1.2.
 */
import { Schema, SchemaGetter } from "effect"
import { isDay } from "../internal/calendar.ts"

/** `true`, `false`, or either as text: clients send both. */
export const LenientBoolean = Schema.Union([Schema.Boolean, Schema.Literals(["true", "false"])]).pipe(
  Schema.decodeTo(Schema.Boolean, {
    decode: SchemaGetter.transform((value) => value === true || value === "true"),
    encode: SchemaGetter.transform((value) => value)
  })
)

/** A whole number, or one as text. */
export const LenientInt = Schema.Union([
  Schema.Int,
  Schema.String.check(Schema.isPattern(/^-?\d{1,9}$/, { expected: "a whole number" }))
]).pipe(
  Schema.decodeTo(Schema.Int, {
    decode: SchemaGetter.transform((value) => Number(value)),
    encode: SchemaGetter.transform((value) => value)
  })
)

/** A text; of texts that consist of digits clients send the number. */
export const LenientText = Schema.Union([Schema.String, Schema.Finite]).pipe(
  Schema.decodeTo(Schema.String, {
    decode: SchemaGetter.transform((value) => String(value)),
    encode: SchemaGetter.transform((value) => value)
  })
)

/** A day that exists, `yyyy-MM-dd`. */
export const Day = Schema.String.check(Schema.makeFilter(isDay, { expected: "a date, yyyy-MM-dd" }))
