/**
 * Asks how far sent messages have come.
 *
 * Source: dpi 8.5, 8.7; nextmove-api 4.6.
 */
import type { Conversation } from "@eformidling/domain/Conversation"
import * as Corner2Status from "@eformidling/domain/dpi/Corner2Status"
import { isDue } from "@eformidling/domain/dpi/StatusPollingBackoff"
import { Conversations } from "@eformidling/port-store/Conversations"
import { Transaction } from "@eformidling/port-store/Transaction"
import { DateTime, Duration, Effect } from "effect"
import { Channels } from "./Channels.ts"
import { ExchangeSettings } from "./ExchangeSettings.ts"
import { promises } from "./Promises.ts"
import { registerStatuses } from "./RegisterStatus.ts"

/** Whole minutes since the conversation last changed; negative when it has changed since. */
const age = ({ lastUpdate }: Conversation, at: DateTime.Utc): number =>
  Math.floor((at.epochMilliseconds - lastUpdate.epochMilliseconds) / 60_000)

/** Asks about one message, and registers what is told. Trouble with one says nothing about the others. */
const poll = Effect.fn("pollStatuses.one")(
  function* (conversation: Conversation) {
    const source = (yield* Channels)[conversation.serviceIdentifier]?.statuses
    if (source === undefined) return
    const transaction = yield* Transaction
    const reported = yield* source.statusesOf(conversation.messageId)
    if (reported.length === 0) return
    const now = yield* DateTime.now
    const statuses = reported.map(({ status, timestamp }) => Corner2Status.toStatus(status, timestamp, now))
    yield* transaction.run(registerStatuses(conversation, statuses))
  },
  (effect, { messageId }) =>
    effect.pipe(
      Effect.catch((error) => Effect.logWarning(`The statuses of message ${messageId} could not be read`, error)),
      Effect.catchDefect((defect) => Effect.logError(`Reading the statuses of message ${messageId} died`, defect))
    )
)

/**
 * Asks about every pollable message that is due: all of them when there was no round before, else those whose
 * interval, which grows with the age of the conversation, has passed since `previous`.
 *
 * Returns when the round began.
 */
export const pollStatuses = Effect.fn("pollStatuses")(function* (previous: DateTime.Utc | undefined) {
  const conversations = yield* Conversations
  const { pollMaxInterval, pollPageSize, pollThreshold } = yield* ExchangeSettings
  const backoff = {
    thresholdDays: Duration.toDays(pollThreshold),
    maxIntervalMinutes: Duration.toMinutes(pollMaxInterval)
  }
  const began = yield* DateTime.now
  let after = 0
  while (true) {
    const page = yield* conversations.pollable(after, pollPageSize)
    const due = page.filter((conversation) =>
      isDue(age(conversation, began), previous && age(conversation, previous), backoff)
    )
    yield* Effect.forEach(due, poll, { concurrency: promises.pollConcurrency, discard: true })
    const last = page.at(-1)
    if (last === undefined || page.length < pollPageSize) return began
    after = last.id
  }
})
