import { Schema } from "effect"
import { LenientText } from "./Lenient.ts"

/** eInnsyn's answer to a publisering. `status` is text, usually JSON, passed through untouched. Source: dpe 1.5. */
export const EinnsynKvittering = Schema.Struct({
  hoveddokument: Schema.optionalKey(Schema.String),
  dokumentId: Schema.optionalKey(LenientText),
  status: Schema.optionalKey(Schema.String),
  referanseType: Schema.optionalKey(Schema.Literals(["innsynskrav", "publisering"]))
})
export type EinnsynKvittering = typeof EinnsynKvittering.Type
