import { Schema } from "effect"

/** eInnsyn's answer to a publisering. `status` is text, usually JSON, passed through untouched. Source: dpe 1.5. */
export const EinnsynKvittering = Schema.Struct({
  hoveddokument: Schema.optionalKey(Schema.String),
  dokumentId: Schema.optionalKey(Schema.String),
  status: Schema.optionalKey(Schema.String),
  referanseType: Schema.optionalKey(Schema.Literals(["innsynskrav", "publisering"]))
})
export type EinnsynKvittering = typeof EinnsynKvittering.Type
