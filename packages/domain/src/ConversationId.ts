import { Schema } from "effect"
import { uuidPattern } from "./MessageId.ts"

/** Joins a message with the answers to it. Kept as given and compared exactly. Source: nextmove-api 2.3. */
export const ConversationId = Schema.String.check(Schema.isPattern(uuidPattern, { expected: "a UUID" })).pipe(
  Schema.brand("ConversationId")
)
export type ConversationId = typeof ConversationId.Type

export const isConversationId = Schema.is(ConversationId)
