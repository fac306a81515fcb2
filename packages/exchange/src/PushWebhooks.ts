/**
 * Pushes what subscribers are to be told, and tries again when it fails.
 *
 * Source: nextmove-api 6.3.
 */
import { type AttemptOutcome, type LeasedDelivery, WebhookDeliveries } from "@eformidling/port-store/WebhookDeliveries"
import { WebhookError, WebhookSender } from "@eformidling/port-transport/WebhookSender"
import { DateTime, Effect } from "effect"
import { promises } from "./Promises.ts"
import { delayAfter } from "./Redelivery.ts"

const retry = { first: promises.retryFirst, factor: promises.retryFactor, cap: promises.retryCap, redeliveries: 0 }

const outcomeOf = Effect.fnUntraced(function* (delivery: LeasedDelivery, { detail, status }: WebhookError) {
  const { attempt, subscription } = delivery
  const isLast = attempt >= promises.webhookAttempts
  const next = isLast ? "gives up" : "tries again later"
  yield* Effect.logWarning(`Push to subscription ${subscription} failed at attempt ${attempt} and ${next}: ${detail}`)
  const outcome: AttemptOutcome = { error: detail, ...(status === undefined ? {} : { status }) }
  if (isLast) return outcome
  return { ...outcome, retryAt: DateTime.addDuration(yield* DateTime.now, delayAfter(attempt, retry)) }
})

const push = Effect.fnUntraced(function* (delivery: LeasedDelivery) {
  const deliveries = yield* WebhookDeliveries
  const sender = yield* WebhookSender
  const outcome = yield* sender.push({ url: delivery.pushEndpoint, body: delivery.body }).pipe(
    Effect.timeoutOrElse({
      duration: promises.webhookTimeout,
      orElse: () => Effect.fail(new WebhookError({ detail: "no answer came in time" }))
    }),
    Effect.map((status): AttemptOutcome => ({ status })),
    Effect.catch((error) => outcomeOf(delivery, error))
  )
  yield* deliveries.settle(delivery, outcome)
})

/** Makes an attempt at each delivery that is due, at most ten at a time, and returns how many there were. */
export const pushWebhooks = Effect.fn("pushWebhooks")(function* () {
  const deliveries = yield* WebhookDeliveries
  const due = yield* deliveries.lease({ limit: promises.webhookConcurrency, leaseFor: promises.webhookLeaseFor })
  yield* Effect.forEach(due, push, { concurrency: "unbounded", discard: true })
  return due.length
})

/** Forgets deliveries that are over and older than `webhookHistory`, with their attempts. Returns how many. */
export const forgetWebhooks = Effect.fn("forgetWebhooks")(function* () {
  const deliveries = yield* WebhookDeliveries
  return yield* deliveries.forget(DateTime.subtractDuration(yield* DateTime.now, promises.webhookHistory))
})
