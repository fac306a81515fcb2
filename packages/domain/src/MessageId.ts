import { Schema } from "effect"

/** Five groups of hexadecimal digits; groups may be shorter than usual, upper and lower case are kept apart. */
export const uuidPattern = /^[0-9a-fA-F]{1,8}-[0-9a-fA-F]{1,4}-[0-9a-fA-F]{1,4}-[0-9a-fA-F]{1,4}-[0-9a-fA-F]{1,12}$/

/**
 * Names one message, everywhere and for ever. Kept as given and compared exactly.
 *
 * Source: nextmove-api 2.3.
 */
export const MessageId = Schema.String.check(Schema.isPattern(uuidPattern, { expected: "a UUID" })).pipe(
  Schema.brand("MessageId")
)
export type MessageId = typeof MessageId.Type

export const isMessageId = Schema.is(MessageId)
