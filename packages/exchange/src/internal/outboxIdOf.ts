import type { MessageId } from "@eformidling/domain/MessageId"

/** Name of a message's item in the outbox. */
export const outboxIdOf = (messageId: MessageId): string => `message:${messageId}`

/** Name in the outbox of the status that answers a message. */
export const statusOutboxIdOf = (messageId: MessageId, status: string): string => `status:${messageId}:${status}`
