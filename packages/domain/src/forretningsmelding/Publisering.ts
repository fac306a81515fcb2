import { Schema } from "effect"
import { LenientText } from "./Lenient.ts"

/**
 * Journalposter or møter for eInnsyn, or their withdrawal. `orgnr` is the organisation published for; it is demanded of
 * whoever creates one, not of one that is received. Source: dpe 1.4.
 */
export const Publisering = Schema.Struct({
  hoveddokument: Schema.optionalKey(Schema.String),
  orgnr: Schema.optionalKey(LenientText)
})
export type Publisering = typeof Publisering.Type
