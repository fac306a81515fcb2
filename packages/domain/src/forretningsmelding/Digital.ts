import { Schema, SchemaGetter } from "effect"

/** `true`, `false`, or either as text: clients send both. Source: dpi 1.2. */
export const LenientBoolean = Schema.Union([Schema.Boolean, Schema.Literals(["true", "false"])]).pipe(
  Schema.decodeTo(Schema.Boolean, {
    decode: SchemaGetter.transform((value) => value === true || value === "true"),
    encode: SchemaGetter.transform((value) => value)
  })
)

/**
 * A letter to a digital mailbox.
 *
 * Members that a delivered letter must have are optional here, since the API takes letters without them; the
 * transformation to DPI names those that are missing.
 *
 * Source: dpi 1.2.
 */
export const Digital = Schema.Struct({
  /** 3 or 4. */
  sikkerhetsnivaa: Schema.optionalKey(Schema.Int),
  /** File name of the primary document. */
  hoveddokument: Schema.optionalKey(Schema.String),
  avsenderId: Schema.optionalKey(Schema.String),
  fakturaReferanse: Schema.optionalKey(Schema.String),
  /** Shown to whoever may not read the letter, so not sensitive. */
  tittel: Schema.optionalKey(Schema.String),
  spraak: Schema.optionalKey(Schema.String),
  digitalPostInfo: Schema.optionalKey(
    Schema.Struct({
      /** `yyyy-MM-dd`, in Oslo. */
      virkningsdato: Schema.optionalKey(
        Schema.String.check(Schema.isPattern(/^\d{4}-\d{2}-\d{2}$/, { expected: "a date, yyyy-MM-dd" }))
      ),
      aapningskvittering: Schema.optionalKey(LenientBoolean)
    })
  ),
  varsler: Schema.optionalKey(
    Schema.Struct({
      epostTekst: Schema.optionalKey(Schema.String),
      smsTekst: Schema.optionalKey(Schema.String)
    })
  ),
  /** From a document's file name to that of its metadata document. */
  metadataFiler: Schema.optionalKey(Schema.Record(Schema.String, Schema.String))
})
export type Digital = typeof Digital.Type
