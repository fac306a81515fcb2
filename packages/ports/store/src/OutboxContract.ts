/**
 * What every {@link Outbox} is held to.
 */
import { assert, layer } from "@effect/vitest"
import { DateTime, Duration, Effect, Fiber, type Layer } from "effect"
import { TestClock } from "effect/testing"
import { outboxItem, sbd, step } from "./StoreSamples.ts"
import { type Leased, Outbox, type OutboxItem, Outcome } from "./Outbox.ts"

const minute = Duration.minutes(1)

/** Takes out everything, also what is leased or waits for another try. */
const emptied = Effect.gen(function* () {
  const outbox = yield* Outbox
  yield* TestClock.adjust("20 minutes")
  let left: ReadonlyArray<Leased> = yield* outbox.lease({ limit: 1000, leaseFor: minute })
  while (left.length > 0) {
    yield* Effect.forEach(left, (leased) => outbox.settle(leased, Outcome.Done()), { discard: true })
    left = yield* outbox.lease({ limit: 1000, leaseFor: minute })
  }
  assert.strictEqual(yield* outbox.size, 0)
  return outbox
})

const retryIn = (duration: Duration.Input, mayHaveArrived = false) =>
  Effect.map(DateTime.now, (now) =>
    Outcome.Retry({ at: DateTime.addDuration(now, duration), error: "the peer does not answer", mayHaveArrived })
  )

const ids = (leased: ReadonlyArray<OutboxItem>) => leased.map(({ id }) => id)

const one = Effect.fnUntraced(function* (outbox: Outbox["Service"]) {
  const leased = yield* outbox.lease({ limit: 10, leaseFor: minute })
  const [first] = leased
  assert.strictEqual(leased.length, 1)
  return first ?? assert.fail("nothing was leased")
})

/** Lets time pass until the fiber is done, a second at a time. */
const untilDone = Effect.fnUntraced(function* <A, E>(fiber: Fiber.Fiber<A, E>) {
  while (fiber.pollUnsafe() === undefined) {
    yield* TestClock.adjust("1 second")
    yield* step
  }
  return yield* Fiber.join(fiber)
})

/** Runs the contract of {@link Outbox}. */
export const suite = <E>(name: string, outboxLayer: Layer.Layer<Outbox, E>): void =>
  layer(outboxLayer)(`Outbox (${name})`, (it) => {
    it.effect("leases what was offered, as it was offered", () =>
      Effect.gen(function* () {
        const outbox = yield* emptied
        const now = yield* DateTime.now
        const message = yield* outboxItem
        const document = yield* sbd()
        const status: OutboxItem = {
          id: `status:${document.messageId}`,
          work: { kind: "status", messageId: document.messageId, sbd: document },
          serviceIdentifier: "DPE"
        }
        yield* outbox.offer(message)
        yield* outbox.offer(status)
        assert.strictEqual(yield* outbox.size, 2)
        const leased = yield* outbox.lease({ limit: 10, leaseFor: minute })
        const [first] = leased
        const common = { token: first?.token, attempt: 1, mayHaveArrived: false, offeredAt: now }
        assert.deepStrictEqual(leased, [
          { ...message, ...common },
          { ...status, ...common }
        ] as typeof leased)
      })
    )

    it.effect("holds one item when an id is offered twice", () =>
      Effect.gen(function* () {
        const outbox = yield* emptied
        const item = yield* outboxItem
        yield* Effect.forEach([item, item, item], outbox.offer, { concurrency: "unbounded", discard: true })
        assert.strictEqual(yield* outbox.size, 1)
        yield* one(outbox)
        yield* outbox.offer(item)
        assert.strictEqual(yield* outbox.size, 1)
      })
    )

    it.effect("gives what has waited longest first, and no more than asked for", () =>
      Effect.gen(function* () {
        const outbox = yield* emptied
        const items = yield* Effect.forEach(Array.from({ length: 5 }), () => outboxItem)
        yield* Effect.forEach(items, (item) => Effect.andThen(outbox.offer(item), TestClock.adjust("1 millis")))
        const first = yield* outbox.lease({ limit: 2, leaseFor: minute })
        const second = yield* outbox.lease({ limit: 2, leaseFor: minute })
        const third = yield* outbox.lease({ limit: 2, leaseFor: minute })
        assert.deepStrictEqual(
          [first, second, third].map((leased) => leased.length),
          [2, 2, 1]
        )
        assert.deepStrictEqual(ids([...first, ...second, ...third]), ids(items))
      })
    )

    it.effect("leases each item once under 50 leases at the same time", () =>
      Effect.gen(function* () {
        const outbox = yield* emptied
        const items = yield* Effect.forEach(Array.from({ length: 60 }), () => outboxItem)
        yield* Effect.forEach(items, outbox.offer, { concurrency: 10, discard: true })
        const leases = yield* Effect.forEach(
          Array.from({ length: 50 }),
          () => outbox.lease({ limit: 2, leaseFor: minute }),
          { concurrency: "unbounded" }
        )
        const rest = yield* outbox.lease({ limit: 100, leaseFor: minute })
        assert.deepStrictEqual(ids([...leases.flat(), ...rest]).toSorted(), ids(items).toSorted())
      })
    )

    it.effect("gives a leased item to nobody else before its lease ends", () =>
      Effect.gen(function* () {
        const outbox = yield* emptied
        yield* outbox.offer(yield* outboxItem)
        yield* one(outbox)
        yield* TestClock.adjust("59 seconds")
        assert.deepStrictEqual(yield* outbox.lease({ limit: 10, leaseFor: minute }), [])
      })
    )

    it.effect("gives an item again when its lease has ended, as one that may have arrived (API-92)", () =>
      Effect.gen(function* () {
        const outbox = yield* emptied
        yield* outbox.offer(yield* outboxItem)
        const lost = yield* one(outbox)
        yield* TestClock.adjust(minute)
        const again = yield* one(outbox)
        assert.deepStrictEqual([again.id, again.attempt, again.mayHaveArrived], [lost.id, 2, true])
        assert.notStrictEqual(again.token, lost.token)
      })
    )

    it.effect("settles, renews and changes nothing for one who lost the lease", () =>
      Effect.gen(function* () {
        const outbox = yield* emptied
        yield* outbox.offer(yield* outboxItem)
        const lost = yield* one(outbox)
        yield* TestClock.adjust(minute)
        const held = yield* one(outbox)
        assert.isFalse(yield* outbox.settle(lost, Outcome.Done()))
        assert.isFalse(yield* outbox.settle(lost, yield* retryIn("1 second")))
        assert.isFalse(yield* outbox.renew(lost, Duration.hours(1)))
        assert.strictEqual(yield* outbox.size, 1)
        assert.isTrue(yield* outbox.settle(held, Outcome.Done()))
        assert.strictEqual(yield* outbox.size, 0)
      })
    )

    it.effect("lets one of many settle a lease", () =>
      Effect.gen(function* () {
        const outbox = yield* emptied
        yield* outbox.offer(yield* outboxItem)
        const leased = yield* one(outbox)
        const settled = yield* Effect.forEach(Array.from({ length: 10 }), () => outbox.settle(leased, Outcome.Done()), {
          concurrency: "unbounded"
        })
        assert.strictEqual(settled.filter(Boolean).length, 1)
      })
    )

    it.effect("holds on to an item whose lease is renewed", () =>
      Effect.gen(function* () {
        const outbox = yield* emptied
        yield* outbox.offer(yield* outboxItem)
        const leased = yield* one(outbox)
        yield* TestClock.adjust("50 seconds")
        assert.isTrue(yield* outbox.renew(leased, minute))
        yield* TestClock.adjust("50 seconds")
        assert.deepStrictEqual(yield* outbox.lease({ limit: 10, leaseFor: minute }), [])
        assert.isTrue(yield* outbox.settle(leased, Outcome.Done()))
      })
    )

    it.effect("gives an item that is to be retried when its time has come, not before (API-89)", () =>
      Effect.gen(function* () {
        const outbox = yield* emptied
        yield* outbox.offer(yield* outboxItem)
        const leased = yield* one(outbox)
        assert.isTrue(yield* outbox.settle(leased, yield* retryIn("20 seconds")))
        yield* TestClock.adjust("19 seconds")
        assert.deepStrictEqual(yield* outbox.lease({ limit: 10, leaseFor: minute }), [])
        yield* TestClock.adjust("1 second")
        const again = yield* one(outbox)
        assert.deepStrictEqual([again.attempt, again.mayHaveArrived], [2, false])
      })
    )

    it.effect("remembers that an earlier attempt may have reached the peer", () =>
      Effect.gen(function* () {
        const outbox = yield* emptied
        yield* outbox.offer(yield* outboxItem)
        yield* outbox.settle(yield* one(outbox), yield* retryIn("1 second", true))
        yield* TestClock.adjust("1 second")
        yield* outbox.settle(yield* one(outbox), yield* retryIn("1 second"))
        yield* TestClock.adjust("1 second")
        const third = yield* one(outbox)
        assert.deepStrictEqual([third.attempt, third.mayHaveArrived], [3, true])
      })
    )

    it.effect("takes back what nobody works on, and only that", () =>
      Effect.gen(function* () {
        const outbox = yield* emptied
        const item = yield* outboxItem
        assert.isFalse(yield* outbox.withdraw(item.id))
        yield* outbox.offer(item)
        const leased = yield* one(outbox)
        assert.isFalse(yield* outbox.withdraw(item.id))
        yield* outbox.settle(leased, yield* retryIn("1 second"))
        assert.isTrue(yield* outbox.withdraw(item.id))
        assert.strictEqual(yield* outbox.size, 0)
      })
    )

    it.effect("does not take back what may have reached the peer", () =>
      Effect.gen(function* () {
        const outbox = yield* emptied
        const item = yield* outboxItem
        yield* outbox.offer(item)
        yield* outbox.settle(yield* one(outbox), yield* retryIn("1 second", true))
        assert.isFalse(yield* outbox.withdraw(item.id))
        yield* TestClock.adjust("1 second")
        yield* one(outbox)
        yield* TestClock.adjust("2 minutes")
        assert.isFalse(yield* outbox.withdraw(item.id))
      })
    )

    it.effect("does not wait where something is due", () =>
      Effect.gen(function* () {
        const outbox = yield* emptied
        yield* outbox.offer(yield* outboxItem)
        yield* outbox.awaitWork(Duration.hours(1))
      })
    )

    it.effect("ends the wait when an item is offered", () =>
      Effect.gen(function* () {
        const outbox = yield* emptied
        const waiting = yield* Effect.forkChild(outbox.awaitWork(Duration.hours(1)))
        yield* step
        yield* outbox.offer(yield* outboxItem)
        yield* Fiber.join(waiting)
      })
    )

    it.effect("ends the wait when an item becomes due", () =>
      Effect.gen(function* () {
        const outbox = yield* emptied
        yield* outbox.offer(yield* outboxItem)
        yield* outbox.settle(yield* one(outbox), yield* retryIn("10 seconds"))
        const began = yield* DateTime.now
        const waiting = yield* Effect.forkChild(outbox.awaitWork(Duration.days(30)))
        yield* untilDone(waiting)
        assert.isBelow(DateTime.toEpochMillis(yield* DateTime.now), DateTime.toEpochMillis(began) + 86_400_000)
        assert.strictEqual((yield* outbox.lease({ limit: 10, leaseFor: minute })).length, 1)
      })
    )

    it.effect("ends the wait when its time is up", () =>
      Effect.gen(function* () {
        const outbox = yield* emptied
        const waiting = yield* Effect.forkChild(outbox.awaitWork(Duration.seconds(10)))
        yield* untilDone(waiting)
        assert.strictEqual(yield* outbox.size, 0)
      })
    )
  })
