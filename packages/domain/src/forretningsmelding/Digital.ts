import { Schema } from "effect"
import { Day, LenientBoolean, LenientInt, LenientText } from "./Lenient.ts"

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
  sikkerhetsnivaa: Schema.optionalKey(LenientInt),
  /** File name of the primary document. */
  hoveddokument: Schema.optionalKey(Schema.String),
  avsenderId: Schema.optionalKey(LenientText),
  fakturaReferanse: Schema.optionalKey(LenientText),
  /** Shown to whoever may not read the letter, so not sensitive. */
  tittel: Schema.optionalKey(Schema.String),
  spraak: Schema.optionalKey(Schema.String),
  digitalPostInfo: Schema.optionalKey(
    Schema.Struct({
      /** `yyyy-MM-dd`, in Oslo. */
      virkningsdato: Schema.optionalKey(Day),
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
