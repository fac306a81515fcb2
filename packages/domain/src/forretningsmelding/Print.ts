import { Schema } from "effect"
import { LenientText } from "./Lenient.ts"

/** A postal address as business systems give it. An address without `land` is Norwegian. Source: dpi 1.2. */
export const PrintAddress = Schema.Struct({
  navn: Schema.optionalKey(Schema.String),
  adresselinje1: Schema.optionalKey(Schema.String),
  adresselinje2: Schema.optionalKey(Schema.String),
  adresselinje3: Schema.optionalKey(Schema.String),
  adresselinje4: Schema.optionalKey(Schema.String),
  postnummer: Schema.optionalKey(LenientText),
  poststed: Schema.optionalKey(Schema.String),
  land: Schema.optionalKey(Schema.String)
})
export type PrintAddress = typeof PrintAddress.Type

/** A letter to the print house. Source: dpi 1.2. */
export const Print = Schema.Struct({
  /** File name of the primary document. */
  hoveddokument: Schema.optionalKey(Schema.String),
  avsenderId: Schema.optionalKey(LenientText),
  fakturaReferanse: Schema.optionalKey(LenientText),
  mottaker: Schema.optionalKey(PrintAddress),
  utskriftsfarge: Schema.optionalKey(Schema.Literals(["SORT_HVIT", "FARGE"])),
  posttype: Schema.optionalKey(Schema.Literals(["A_PRIORITERT", "B_OEKONOMI"])),
  retur: Schema.optionalKey(
    Schema.Struct({
      mottaker: Schema.optionalKey(PrintAddress),
      returhaandtering: Schema.optionalKey(Schema.Literals(["DIREKTE_RETUR", "MAKULERING_MED_MELDING"]))
    })
  ),
  /** Taken and kept, without effect. */
  printinstruksjoner: Schema.optionalKey(Schema.Record(Schema.String, Schema.String))
})
export type Print = typeof Print.Type
