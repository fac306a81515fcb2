import type { MessageId } from "@eformidling/domain/MessageId"
import { Inbox } from "@eformidling/port-store/Inbox"
import { Effect, Option } from "effect"
import { MessageNotFound, MessageNotLocked, refuse } from "../ExchangeError.ts"

/** The message, provided that somebody has peeked it. A lock counts until it has been cleared, also when it has ended. */
export const lockedMessage = Effect.fnUntraced(function* (messageId: MessageId) {
  const inbox = yield* Inbox
  const found = yield* inbox.get(messageId)
  if (Option.isNone(found)) return yield* refuse(new MessageNotFound({ messageId }))
  if (found.value.lockedUntil === undefined) return yield* refuse(new MessageNotLocked({ messageId }))
  return found.value
})
