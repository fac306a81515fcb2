/**
 * Gives up messages whose time is out.
 *
 * Source: nextmove-api 4.4; dpe 5.1.
 */
import type { Conversation } from "@eformidling/domain/Conversation"
import { Conversations } from "@eformidling/port-store/Conversations"
import { Inbox } from "@eformidling/port-store/Inbox"
import { Outbox } from "@eformidling/port-store/Outbox"
import { OutMessages } from "@eformidling/port-store/OutMessages"
import { Transaction } from "@eformidling/port-store/Transaction"
import { DateTime, Effect, Option } from "effect"
import { outboxIdOf } from "./internal/outboxIdOf.ts"
import { removeDocuments } from "./internal/removeDocuments.ts"
import { registerStatuses } from "./RegisterStatus.ts"

/** False when the message is on its way to the peer at this moment: the attempt decides. */
const takeBackOutgoing = Effect.fnUntraced(function* ({ messageId }: Conversation) {
  const outbox = yield* Outbox
  const outMessages = yield* OutMessages
  const withdrawn = yield* outbox.withdraw(outboxIdOf(messageId))
  const message = yield* outMessages.getForUpdate(messageId)
  if (Option.isNone(message)) return true
  if (message.value.queued && !withdrawn) return false
  yield* outMessages.remove(messageId)
  yield* removeDocuments(message.value.documents.map(({ key }) => key))
  return true
})

const takeOutIncoming = Effect.fnUntraced(function* ({ messageId }: Conversation) {
  const inbox = yield* Inbox
  const message = yield* inbox.get(messageId)
  if (Option.isNone(message)) return true
  yield* inbox.remove(messageId)
  yield* removeDocuments(message.value.documentKey === undefined ? [] : [message.value.documentKey])
  return true
})

/** Whether a conversation is finished by its expiry now. */
const expire = Effect.fnUntraced(function* (conversation: Conversation) {
  const conversations = yield* Conversations
  const transaction = yield* Transaction
  const at = yield* DateTime.now
  return yield* transaction.run(
    Effect.gen(function* () {
      const current = yield* conversations.byMessageId(conversation.messageId, conversation.direction)
      if (Option.isNone(current) || current.value.finished) return true
      const free = yield* conversation.direction === "OUTGOING"
        ? takeBackOutgoing(conversation)
        : takeOutIncoming(conversation)
      if (free) yield* registerStatuses(conversation, [{ status: "LEVETID_UTLOPT", at }])
      return free
    })
  )
})

const batch = 500

/**
 * Registers LEVETID_UTLOPT, without a text, on every unfinished conversation whose time is out, and removes what is
 * left of its message. Returns how many.
 *
 * Each conversation has a transaction of its own; one that fails is left for the next time.
 */
export const expireConversations = Effect.fn("expireConversations")(function* () {
  const conversations = yield* Conversations
  const now = yield* DateTime.now
  let total = 0
  while (true) {
    const due = yield* conversations.expired(now, batch)
    const outcomes = yield* Effect.forEach(due, (conversation) =>
      Effect.catch(expire(conversation), (error) =>
        Effect.as(Effect.logError(`Conversation ${conversation.id} could not be expired`, error), false)
      )
    )
    const expired = outcomes.filter(Boolean).length
    total += expired
    if (due.length < batch || expired === 0) return total
  }
})
