/**
 * A message as the API takes and gives it: a header, and one business message named as its type.
 *
 * Source: nextmove-api 2.1.
 */
import { bodies } from "@eformidling/domain/forretningsmelding/Forretningsmelding"
import { SbdHeader } from "@eformidling/domain/SbdHeader"
import { Schema } from "effect"

/** Exactly one member beside the header is there: the one that `documentIdentification.type` names. */
export const StandardBusinessDocumentBody = Schema.Struct({
  standardBusinessDocumentHeader: SbdHeader,
  digital: Schema.optionalKey(bodies.digital),
  print: Schema.optionalKey(bodies.print),
  innsynskrav: Schema.optionalKey(bodies.innsynskrav),
  publisering: Schema.optionalKey(bodies.publisering),
  einnsyn_kvittering: Schema.optionalKey(bodies.einnsyn_kvittering),
  status: Schema.optionalKey(bodies.status)
}).annotate({ identifier: "StandardBusinessDocument" })
export type StandardBusinessDocumentBody = typeof StandardBusinessDocumentBody.Type
