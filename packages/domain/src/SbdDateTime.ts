import { DateTime, Option, Schema, SchemaGetter } from "effect"
import { isDay } from "./internal/calendar.ts"

const shape =
  /^(\d{4}-\d{2}-\d{2})T((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?)(Z|[+-](?:0\d|1[0-8]):[0-5]\d)?$/

/** Where times without a zone are local. */
export const zone = DateTime.zoneMakeNamedUnsafe("Europe/Oslo")

const withZone = (text: string): Option.Option<DateTime.Utc> => {
  const match = shape.exec(text)
  if (match === null || !isDay(match[1]!)) return Option.none()
  return match[3] === undefined
    ? Option.map(DateTime.makeZoned(text, { timeZone: zone, adjustForTimeZone: true }), DateTime.toUtc)
    : Option.map(DateTime.make(text), DateTime.toUtc)
}

/**
 * A time as text: ISO 8601 with seconds and fraction as needed and an offset; without an offset it is local in Oslo.
 *
 * The text is kept as it was received, nanoseconds included.
 *
 * Source: nextmove-api 1.1.
 */
export const SbdDateTime = Schema.String.check(
  Schema.makeFilter((text: string) => Option.isSome(withZone(text)), {
    expected: "a date-time such as 2026-01-31T12:00:00+01:00"
  })
)
export type SbdDateTime = typeof SbdDateTime.Type

/** The instant, to the millisecond. The text has been through {@link SbdDateTime}. */
export const instant = (text: SbdDateTime): DateTime.Utc => Option.getOrThrow(withZone(text))

/** An instant as text in Oslo's offset, the fraction without trailing zeros. */
export const format = (at: DateTime.DateTime): SbdDateTime =>
  DateTime.formatIsoOffset(DateTime.setZone(at, zone))
    .replace(/(\.\d*?)0+(?=[Z+-])/, "$1")
    .replace(/\.(?=[Z+-])/, "")

/** A text without an offset gets Oslo's; any other is returned as it is. */
export const withOffset = (text: SbdDateTime): SbdDateTime => {
  const match = shape.exec(text)
  if (match === null || match[3] !== undefined) return text
  const at = instant(text)
  const withOslo = `${text}${DateTime.formatIsoOffset(DateTime.setZone(at, zone)).slice(-6)}`
  // An hour that summer time skips is no time of any offset: Oslo's clock shows the next one.
  return instant(withOslo).epochMilliseconds === at.epochMilliseconds ? withOslo : format(at)
}

/** As {@link SbdDateTime}, and read so that the offset is always there. */
export const SbdDateTimeWithOffset = SbdDateTime.pipe(
  Schema.decodeTo(SbdDateTime, {
    decode: SchemaGetter.transform(withOffset),
    encode: SchemaGetter.transform((text: string) => text)
  })
)

/** Midnight in Oslo as a day begins, `yyyy-MM-dd`. */
export const startOfDay = (day: string): SbdDateTime => withOffset(`${day}T00:00:00`)
