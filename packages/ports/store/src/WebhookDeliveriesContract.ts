/**
 * What every {@link WebhookDeliveries} is held to.
 */
import { assert, layer } from "@effect/vitest"
import { DateTime, Duration, Effect, type Layer } from "effect"
import { TestClock } from "effect/testing"
import { firstPage, subscription } from "./StoreSamples.ts"
import { Subscriptions } from "./Subscriptions.ts"
import { Transaction } from "./Transaction.ts"
import { WebhookDeliveries } from "./WebhookDeliveries.ts"

/** A subscription to which nothing is on its way, as to no other. */
const subscribed = Effect.gen(function* () {
  const subscriptions = yield* Subscriptions
  yield* subscriptions.removeAll
  return yield* subscriptions.create(yield* subscription)
})

const leased = Effect.gen(function* () {
  return yield* (yield* WebhookDeliveries).lease({ limit: 10, leaseFor: Duration.seconds(30) })
})

/** Runs the contract of {@link WebhookDeliveries}. Nobody else may use subscriptions at the same time. */
export const suite = <E>(name: string, store: Layer.Layer<WebhookDeliveries | Subscriptions | Transaction, E>): void =>
  layer(store)(`WebhookDeliveries (${name})`, (it) => {
    it.effect("leases each delivery to one at a time, with where its subscription wants it now", () =>
      Effect.gen(function* () {
        const deliveries = yield* WebhookDeliveries
        const { id } = yield* subscribed
        yield* deliveries.offer([])
        yield* deliveries.offer(["1", "2"].map((body) => ({ subscription: id, body })))
        yield* (yield* Subscriptions).update(id, { pushEndpoint: "https://moved.example/" })
        const found = yield* leased
        assert.deepStrictEqual(
          found.map(({ attempt, body, pushEndpoint, subscription: of }) => [of, body, attempt, pushEndpoint]),
          ["1", "2"].map((body) => [id, body, 1, "https://moved.example/"])
        )
        assert.deepStrictEqual(yield* leased, [])
      })
    )

    it.effect("gives a delivery to another when the lease has ended, and ignores who had it", () =>
      Effect.gen(function* () {
        const deliveries = yield* WebhookDeliveries
        const { id } = yield* subscribed
        yield* deliveries.offer([{ subscription: id, body: "1" }])
        const [lost] = yield* leased
        yield* TestClock.adjust("31 seconds")
        const [held] = yield* leased
        assert.strictEqual(held?.attempt, 2)
        assert.isFalse(yield* deliveries.settle(lost!, {}))
        assert.isTrue(yield* deliveries.settle(held!, {}))
        assert.isFalse(yield* deliveries.settle(held!, {}))
      })
    )

    it.effect("comes back when it is to be tried again, and never once it is over; every attempt is recorded", () =>
      Effect.gen(function* () {
        const deliveries = yield* WebhookDeliveries
        const { id } = yield* subscribed
        yield* deliveries.offer([{ subscription: id, body: "1" }])
        const began = yield* DateTime.now
        const [first] = yield* leased
        const retryAt = DateTime.add(began, { minutes: 1 })
        assert.isTrue(yield* deliveries.settle(first!, { status: 503, error: "refused", retryAt }))
        yield* TestClock.adjust("59 seconds")
        assert.deepStrictEqual(yield* leased, [])
        yield* TestClock.adjust("1 second")
        const [second] = yield* leased
        assert.isTrue(yield* deliveries.settle(second!, { status: 204 }))
        yield* TestClock.adjust("1 day")
        assert.deepStrictEqual(yield* leased, [])
        assert.deepStrictEqual(yield* deliveries.attempts(id, firstPage), {
          content: [
            { delivery: first!.id, attempt: 2, at: retryAt, status: 204 },
            { delivery: first!.id, attempt: 1, at: began, status: 503, error: "refused" }
          ],
          totalElements: 2
        })
      })
    )

    it.effect("forgets old deliveries that are over, and no others", () =>
      Effect.gen(function* () {
        const deliveries = yield* WebhookDeliveries
        const { id } = yield* subscribed
        yield* deliveries.forget(DateTime.add(yield* DateTime.now, { days: 1 }))
        yield* deliveries.offer(["over", "waiting"].map((body) => ({ subscription: id, body })))
        const [over, waiting] = yield* leased
        yield* deliveries.settle(over!, {})
        assert.strictEqual(yield* deliveries.forget(yield* DateTime.now), 0)
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(yield* deliveries.forget(yield* DateTime.now), 1)
        assert.strictEqual((yield* deliveries.attempts(id, firstPage)).totalElements, 0)
        assert.deepStrictEqual(
          (yield* leased).map(({ id: each }) => each),
          [waiting!.id]
        )
      })
    )

    it.effect("holds nothing of a transaction that rolled back, nor of a subscription that was removed", () =>
      Effect.gen(function* () {
        const deliveries = yield* WebhookDeliveries
        const { run } = yield* Transaction
        const { id } = yield* subscribed
        const offer = deliveries.offer([{ subscription: id, body: "1" }])
        yield* Effect.flip(run(Effect.andThen(offer, Effect.fail("rolled back"))))
        assert.deepStrictEqual(yield* leased, [])
        yield* offer
        const [held] = yield* leased
        yield* offer
        assert.isTrue(yield* (yield* Subscriptions).remove(id))
        assert.isFalse(yield* deliveries.settle(held!, {}))
        assert.deepStrictEqual(yield* leased, [])
      })
    )
  })
