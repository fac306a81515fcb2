/**
 * A status as the API shows it.
 *
 * Source: nextmove-api 1.12.
 */
import { MessageStatus } from "@eformidling/domain/MessageStatus"
import { Schema } from "effect"
import { Timestamp } from "./Timestamp.ts"

/** A status and the message it belongs to. */
export const StatusBody = Schema.Struct({
  id: Schema.Int,
  lastUpdate: Timestamp,
  status: MessageStatus,
  description: Schema.optionalKey(Schema.String),
  /** The receipt as the peer delivered it. */
  rawReceipt: Schema.optionalKey(Schema.String),
  /** `id` of the conversation. */
  convId: Schema.Int,
  messageId: Schema.String,
  conversationId: Schema.String
}).annotate({ identifier: "MessageStatus" })
export type StatusBody = typeof StatusBody.Type
