import { Schema } from "effect"
import { isDay } from "../internal/calendar.ts"

const authority = Schema.Literal("iso6523-actorid-upis")

const uuid = Schema.String.check(
  Schema.isPattern(/^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/, {
    expected: "a UUID"
  })
)

/** A time with date, seconds and offset, kept as received. */
export const DpiDateTime = Schema.String.check(
  Schema.isPattern(
    /^\d{4}-\d{2}-\d{2}[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/,
    { expected: "a date-time with offset" }
  ),
  Schema.makeFilter((text: string) => isDay(text.slice(0, 10)), { expected: "a date-time on a day that exists" })
)

/** An organisation as DPI writes it. */
export const Virksomhetsidentifikator = Schema.Struct({
  authority,
  value: Schema.String.check(Schema.isPattern(/[0-9]{4}:\w{1,35}/, { expected: "0192:<organisasjonsnummer>" }))
})

const Partners = Schema.Array(
  Schema.Struct({ identifier: Schema.Struct({ value: Schema.String, authority: Schema.String }) })
).check(Schema.isMinLength(1), Schema.isMaxLength(1))

/** The header of a DPI message. Source: dpi 2.4. */
export const DpiHeader = Schema.Struct({
  headerVersion: Schema.String,
  sender: Partners,
  receiver: Partners,
  documentIdentification: Schema.Struct({
    standard: Schema.String,
    typeVersion: Schema.String,
    instanceIdentifier: uuid,
    type: Schema.String,
    creationDateAndTime: DpiDateTime
  }),
  businessScope: Schema.Struct({
    scope: Schema.Array(
      Schema.Struct({
        type: Schema.String,
        instanceIdentifier: Schema.optionalKey(uuid),
        identifier: Schema.optionalKey(Schema.String),
        scopeInformation: Schema.optionalKey(
          Schema.Array(Schema.Struct({ expectedResponseDateTime: Schema.optionalKey(Schema.String) }))
        )
      })
    )
  })
})
export type DpiHeader = typeof DpiHeader.Type
