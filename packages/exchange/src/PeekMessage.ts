import { Inbox, type InMessageFilter } from "@eformidling/port-store/Inbox"
import { DateTime, Effect, Option } from "effect"
import { ExchangeSettings } from "./ExchangeSettings.ts"

/**
 * Locks the message that has waited longest among those that match, and returns its SBD; none when no message waits.
 *
 * Each call gives the next message: a business system may hold several locks. Source: nextmove-api 1.10, dpe 6.1.
 */
export const peekMessage = Effect.fn("peekMessage")(function* (filter: InMessageFilter) {
  const inbox = yield* Inbox
  const { lockTimeout } = yield* ExchangeSettings
  const peeked = yield* inbox.peek(filter, DateTime.addDuration(yield* DateTime.now, lockTimeout))
  return Option.map(peeked, ({ sbd }) => sbd)
})
