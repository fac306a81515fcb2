/**
 * Points in time as the API writes them.
 *
 * Source: nextmove-api 1.1.
 */
import { DateTime, Effect, Option, Schema, SchemaGetter, SchemaIssue } from "effect"

const oslo = DateTime.zoneMakeNamedUnsafe("Europe/Oslo")

/** ISO 8601 in Norwegian time with its offset; seconds always, and of the fraction no more digits than it has. */
export const format = (at: DateTime.DateTime): string =>
  DateTime.formatIsoOffset(DateTime.setZone(at, oslo)).replace(/\.(\d*?)0+(?=[+-])/, (_, digits: string) =>
    digits === "" ? "" : `.${digits}`
  )

/** A text without zone is Norwegian time. */
export const parse = (text: string): Option.Option<DateTime.Utc> =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text)
    ? (/(?:Z|[+-]\d{2}:?\d{2})$/i.test(text)
        ? DateTime.make(text)
        : DateTime.makeZoned(text, { timeZone: oslo, adjustForTimeZone: true })
      ).pipe(Option.map(DateTime.toUtc))
    : Option.none()

/** `2019-03-25T12:38:23.146+01:00` on the wire. */
export const Timestamp = Schema.String.annotate({ format: "date-time", identifier: "Timestamp" }).pipe(
  Schema.decodeTo(Schema.DateTimeUtc, {
    decode: SchemaGetter.transformEffect((text: string) =>
      Option.match(parse(text), {
        onNone: () =>
          Effect.fail(
            new SchemaIssue.InvalidValue(
              {
                message: "must be a date and time with offset, as 2019-03-25T12:38:23+01:00 (write + as %2B in a query)"
              },
              text
            )
          ),
        onSome: (at) => Effect.succeed(at)
      })
    ),
    encode: SchemaGetter.transform(format)
  })
)

const midnight = (date: string): Option.Option<DateTime.Utc> =>
  /^\d{4}-\d{2}-\d{2}$/.test(date) ? parse(`${date}T00:00:00`) : Option.none()

/** The Norwegian day `yyyy-MM-dd`, as the first moment of it. */
export const Day = Schema.String.annotate({ format: "date", identifier: "Day" }).pipe(
  Schema.decodeTo(Schema.DateTimeUtc, {
    decode: SchemaGetter.transformEffect((text: string) =>
      Option.match(midnight(text), {
        onNone: () => Effect.fail(new SchemaIssue.InvalidValue({ message: "must be a date, as 2019-03-25" }, text)),
        onSome: (at) => Effect.succeed(at)
      })
    ),
    encode: SchemaGetter.transform((at) => DateTime.formatIsoDate(DateTime.setZone(at, oslo)))
  })
)

/** The first moment of the Norwegian day after the one that `day` is in. */
export const dayAfter = (day: DateTime.Utc): DateTime.Utc =>
  DateTime.setZone(day, oslo).pipe(DateTime.startOf("day"), DateTime.add({ days: 1 }), DateTime.toUtc)
