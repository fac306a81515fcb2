/**
 * Sends what has been promised.
 *
 * Source: nextmove-api 4.3, 4.4; dpe 5.3.
 */
import { type Leased, Outbox } from "@eformidling/port-store/Outbox"
import { Effect, Latch, Schedule } from "effect"
import { ExchangeSettings } from "./ExchangeSettings.ts"
import { attempt } from "./internal/attempt.ts"
import { promises } from "./Promises.ts"

/** Leases what is due, at most as many as may be under way at once, makes an attempt at each and returns how many. */
export const relayOnce = Effect.fn("relayOnce")(function* () {
  const outbox = yield* Outbox
  const { leaseFor, relayConcurrency } = yield* ExchangeSettings
  const items = yield* outbox.lease({ limit: relayConcurrency, leaseFor })
  yield* Effect.forEach(items, attempt, { concurrency: "unbounded", discard: true })
  return items.length
})

/**
 * Relays for as long as it runs.
 *
 * Attempts are independent: one that is slow or fails keeps no other waiting while there is a free place. A store that
 * is away is waited for. When interrupted, attempts under way are broken off and due again at once.
 */
export const relayForever = Effect.fn("relayForever")(function* () {
  const outbox = yield* Outbox
  const { leaseFor, relayConcurrency } = yield* ExchangeSettings
  const places = yield* Latch.make(true)
  let free = relayConcurrency

  const leave = Effect.sync(() => {
    free += 1
    places.openUnsafe()
  })

  const begin = (item: Leased) => Effect.forkScoped(Effect.ensuring(attempt(item), leave), { startImmediately: true })

  // An item is never leased without an attempt that has begun, which lets it go when it is broken off.
  const leaseAndBegin = Effect.gen(function* () {
    const items = yield* outbox.lease({ limit: free, leaseFor })
    free -= items.length
    if (free === 0) places.closeUnsafe()
    yield* Effect.forEach(items, begin, { discard: true })
    return items.length
  }).pipe(Effect.uninterruptible)

  const round = Effect.gen(function* () {
    yield* places.await
    if ((yield* leaseAndBegin) === 0) yield* outbox.awaitWork(promises.relayIdle)
  })

  return yield* round.pipe(
    Effect.tapError((error) => Effect.logError("The outbox cannot be read", error)),
    Effect.retry(storeAway),
    Effect.forever
  )
}, Effect.scoped)

const storeAway = Schedule.min([
  Schedule.exponential(promises.receiveRetryFirst),
  Schedule.spaced(promises.receiveRetryCap)
])
