/** What two processes that share a store count on; the two are stores over connections of their own. */
import { Outbox, Outcome } from "@eformidling/port-store/Outbox"
import type { Store } from "@eformidling/port-store/Store"
import { outboxItem, step } from "@eformidling/port-store/StoreSamples"
import { assert, it } from "@effect/vitest"
import { Clock, Context, Duration, Effect, Fiber, Layer, type Scope } from "effect"

/** `build` opens the same database each time it is run. */
export const suite = <E>(
  name: string,
  build: Effect.Effect<Effect.Effect<Context.Context<Store>, E, Scope.Scope>, E, Scope.Scope>
): void => {
  const outboxes = Effect.gen(function* () {
    const open = yield* build
    const [one, other] = yield* Effect.all([open, open])
    return [Context.get(one, Outbox), Context.get(other, Outbox)] as const
  })

  it.live(`wakes one process when another offers work (${name})`, () =>
    Effect.gen(function* () {
      const [here, there] = yield* outboxes
      const waiting = yield* Effect.forkChild(here.awaitWork(Duration.hours(1)))
      yield* step
      const offered = yield* Clock.currentTimeMillis
      yield* there.offer(yield* outboxItem)
      yield* Fiber.join(waiting)
      assert.isBelow((yield* Clock.currentTimeMillis) - offered, 5000)
      assert.strictEqual((yield* here.lease({ limit: 1, leaseFor: Duration.minutes(1) })).length, 1)
    })
  )

  it.live(`leases each item to one of two processes (${name})`, () =>
    Effect.gen(function* () {
      const [here, there] = yield* outboxes
      const items = yield* Effect.forEach(Array.from({ length: 60 }), () => outboxItem)
      yield* Effect.forEach(items, here.offer, { discard: true })
      const leases = yield* Effect.forEach(
        Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? here : there)),
        (outbox) => outbox.lease({ limit: 2, leaseFor: Duration.minutes(1) }),
        { concurrency: "unbounded" }
      )
      const rest = yield* there.lease({ limit: 100, leaseFor: Duration.minutes(1) })
      const ids = [...leases.flat(), ...rest].map(({ id }) => id)
      assert.deepStrictEqual(ids.toSorted(), items.map(({ id }) => id).toSorted())
      const settled = yield* Effect.forEach([...leases.flat(), ...rest], (leased) =>
        there.settle(leased, Outcome.Done())
      )
      assert.isTrue(settled.every(Boolean))
    })
  )
}

/** Builds a layer anew each time. */
export const opening = <E>(layer: Layer.Layer<Store, E>) => Layer.build(Layer.fresh(layer))
