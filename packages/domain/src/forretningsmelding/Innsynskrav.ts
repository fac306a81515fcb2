import { Schema } from "effect"
import { LenientText } from "./Lenient.ts"

/**
 * A request for access to documents. `orgnr` is the organisation that owns them, `epost` where the answer goes;
 * both are demanded of whoever creates one, not of one that is received. Source: dpe 1.3.
 */
export const Innsynskrav = Schema.Struct({
  hoveddokument: Schema.optionalKey(Schema.String),
  orgnr: Schema.optionalKey(LenientText),
  epost: Schema.optionalKey(Schema.String)
})
export type Innsynskrav = typeof Innsynskrav.Type
