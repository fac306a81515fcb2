/**
 * Registers statuses, queues them, puts them on their way to subscribers, and tells the process after the commit.
 *
 * Source: nextmove-api 4.2; dpi 8.6.
 */
import type { Conversation, NewConversation, NewStatus, StatusEntry } from "@eformidling/domain/Conversation"
import { Conversations } from "@eformidling/port-store/Conversations"
import { StatusQueue } from "@eformidling/port-store/StatusQueue"
import { Transaction } from "@eformidling/port-store/Transaction"
import { Effect } from "effect"
import { ExchangeSettings } from "./ExchangeSettings.ts"
import { offerStatuses } from "./internal/webhookEvents.ts"
import { StatusEvents } from "./StatusRegistered.ts"

const announce = Effect.fnUntraced(function* (conversation: Conversation, entries: ReadonlyArray<StatusEntry>) {
  if (entries.length === 0) return
  const { afterCommit } = yield* Transaction
  const { publish } = yield* StatusEvents
  const { conversationId, direction, id: convId, messageId, serviceIdentifier } = conversation
  const events = entries.map((entry) => ({ convId, messageId, conversationId, direction, serviceIdentifier, entry }))
  const log = Effect.forEach(entries, ({ status }) =>
    Effect.logInfo(`Message [id=${messageId}] updated with status "${status}"`)
  )
  yield* afterCommit(Effect.andThen(log, publish(events)))
})

/** Offers the statuses to the status queue, where an operator wants those of the channel there. */
const enqueue = Effect.fnUntraced(function* (conversation: Conversation, entries: ReadonlyArray<StatusEntry>) {
  const { queuedStatuses } = yield* ExchangeSettings
  if (entries.length === 0 || !queuedStatuses.includes(conversation.serviceIdentifier)) return
  const queue = yield* StatusQueue
  yield* queue.offer(entries.map(({ id }) => id))
})

/** Adds statuses to a conversation and returns those that were new. Repeating it changes nothing. */
export const registerStatuses = Effect.fn("registerStatuses")(function* (
  conversation: Conversation,
  statuses: ReadonlyArray<NewStatus>
) {
  const conversations = yield* Conversations
  const { run } = yield* Transaction
  return yield* run(
    Effect.gen(function* () {
      const added = yield* conversations.register(conversation.id, statuses)
      yield* enqueue(conversation, added)
      yield* offerStatuses(conversation, added)
      yield* announce(conversation, added)
      return added
    })
  )
})

/** Begins a conversation with its first statuses. */
export const openConversation = Effect.fn("openConversation")(function* (
  conversation: NewConversation,
  first: ReadonlyArray<NewStatus>
) {
  const conversations = yield* Conversations
  const { run } = yield* Transaction
  return yield* run(
    Effect.gen(function* () {
      const opened = yield* conversations.open(conversation, first)
      yield* enqueue(opened, opened.messageStatuses)
      yield* offerStatuses(opened, opened.messageStatuses)
      yield* announce(opened, opened.messageStatuses)
      return opened
    })
  )
})
