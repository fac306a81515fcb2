import { Inbox } from "@eformidling/port-store/Inbox"
import { DateTime, Effect } from "effect"

/**
 * Gives messages whose lock has ended back to whoever peeks next, after those that have not been peeked.
 *
 * Returns how many. Source: nextmove-api 4.8.
 */
export const unlockMessages = Effect.fn("unlockMessages")(function* () {
  const inbox = yield* Inbox
  return yield* inbox.unlockExpired(yield* DateTime.now)
})
