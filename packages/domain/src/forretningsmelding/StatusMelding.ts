import { Schema } from "effect"
import { MessageStatus } from "../MessageStatus.ts"

/** How far the receiver has come with a message. Source: dpe 1.6. */
export const StatusMelding = Schema.Struct({
  hoveddokument: Schema.optionalKey(Schema.String),
  status: MessageStatus
})
export type StatusMelding = typeof StatusMelding.Type
