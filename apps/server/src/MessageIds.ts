import { isMessageId, type MessageId } from "@eformidling/domain/MessageId"
import { Effect } from "effect"
import type { ApiError } from "./ApiError.ts"
import { messageNotFound } from "./ErrorTable.ts"

/** Fails with 404 when the text cannot be a messageId: then there is no such message. */
export const messageIdOf = (text: string): Effect.Effect<MessageId, ApiError> =>
  isMessageId(text) ? Effect.succeed(text) : Effect.fail(messageNotFound(text))
