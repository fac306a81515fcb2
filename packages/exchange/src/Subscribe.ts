/**
 * Lets somebody be told about statuses.
 *
 * Source: nextmove-api 6.1.
 */
import { type NewSubscription, Subscriptions } from "@eformidling/port-store/Subscriptions"
import { Transaction } from "@eformidling/port-store/Transaction"
import { Effect, Option } from "effect"
import { offerPing } from "./internal/webhookEvents.ts"

/** Creates a subscription and puts a ping on its way; whether it arrives changes nothing. */
export const subscribe = Effect.fn("subscribe")(function* (subscription: NewSubscription) {
  const subscriptions = yield* Subscriptions
  const { run } = yield* Transaction
  return yield* run(Effect.tap(subscriptions.create(subscription), ({ id }) => offerPing(id)))
})

/** Changes the members given; a new push endpoint is pinged. False when there is no such subscription. */
export const changeSubscription = Effect.fn("changeSubscription")(function* (
  id: number,
  changes: Partial<NewSubscription>
) {
  const subscriptions = yield* Subscriptions
  const { run } = yield* Transaction
  return yield* run(
    Effect.gen(function* () {
      const before = yield* subscriptions.update(id, changes)
      if (Option.isNone(before)) return false
      const { pushEndpoint } = changes
      if (pushEndpoint !== undefined && pushEndpoint !== before.value.pushEndpoint) yield* offerPing(id)
      return true
    })
  )
})
