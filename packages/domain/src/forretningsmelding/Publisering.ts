import { Schema } from "effect"

/**
 * Journalposter or møter for eInnsyn, or their withdrawal. `orgnr` is the organisation published for; it is demanded of
 * whoever creates one, not of one that is received. Source: dpe 1.4.
 */
export const Publisering = Schema.Struct({
  hoveddokument: Schema.optionalKey(Schema.String),
  orgnr: Schema.optionalKey(Schema.String)
})
export type Publisering = typeof Publisering.Type
