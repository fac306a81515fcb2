import { assert } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { attempt, openQueue, receiveAll, receiveOne, receiveSoon } from "./connect.ts"
import type { Scenario } from "./scenario.ts"

/** Scenarios 20 to 25: other ways to receive. Source: servicebus-amqp 0. */
export const receiving = (scenario: Scenario): void => {
  scenario(
    "peeks without taking, in sequence order",
    Effect.fnUntraced(function* () {
      const { receiver, send } = yield* openQueue()
      yield* send("a", "b", "c")
      const first = yield* attempt(() => receiver.peekMessages(2))
      const rest = yield* attempt(() => receiver.peekMessages(10))
      assert.deepStrictEqual(
        [...first, ...rest].map(({ messageId }) => messageId),
        ["a", "b", "c"]
      )
      const messages = yield* receiveAll(receiver, 3)
      assert.deepStrictEqual(
        messages.map(({ deliveryCount }) => deliveryCount),
        [0, 0, 0]
      )
    })
  )

  scenario(
    "sets a message aside until it is asked for",
    Effect.fnUntraced(function* () {
      const { receiver, send } = yield* openQueue()
      yield* send("later")
      const message = yield* receiveOne(receiver)
      yield* attempt(() => receiver.deferMessage(message, { why: "out of order" }))
      assert.lengthOf(yield* receiveSoon(receiver), 0)
      const { sequenceNumber } = message
      if (sequenceNumber === undefined) return yield* Effect.fail(new Error("the message has no sequence number"))
      const [deferred] = yield* attempt(() => receiver.receiveDeferredMessages(sequenceNumber))
      if (deferred === undefined) return yield* Effect.fail(new Error("the deferred message did not come"))
      assert.strictEqual(deferred.applicationProperties?.["why"], "out of order")
      yield* attempt(() => receiver.completeMessage(deferred))
      assert.lengthOf(yield* attempt(() => receiver.peekMessages(10)), 0)
    })
  )

  scenario(
    "delivers a scheduled message at its time, unless it is cancelled",
    Effect.fnUntraced(function* () {
      const { receiver, sender, target } = yield* openQueue()
      const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      const at = new Date(now + 10_000)
      const schedule = (messageId: string) =>
        attempt(() => sender.scheduleMessages({ body: Buffer.from("x"), messageId }, at))
      yield* schedule("due")
      const [cancelled] = yield* schedule("cancelled")
      if (cancelled === undefined) return yield* Effect.fail(new Error("no sequence number was given"))
      yield* attempt(() => sender.cancelScheduledMessages(cancelled))
      assert.lengthOf(yield* receiveSoon(receiver), 0)
      yield* target.pass(Duration.seconds(11))
      const messages = yield* receiveSoon(receiver)
      assert.deepStrictEqual(
        messages.map(({ messageId }) => messageId),
        ["due"]
      )
    })
  )

  scenario(
    "answers an empty receive when its time is up",
    Effect.fnUntraced(function* () {
      const { receiver } = yield* openQueue()
      yield* receiveSoon(receiver)
      const receive = attempt(() => receiver.receiveMessages(1, { maxWaitTimeInMs: 100 }))
      const [took] = yield* Effect.timed(Effect.forEach([1, 2, 3, 4, 5], () => receive))
      assert.isBelow(Duration.toMillis(took), 1500)
    })
  )

  scenario(
    "removes what it hands out in receive-and-delete mode",
    Effect.fnUntraced(function* () {
      const { client, name, receiver, send } = yield* openQueue()
      yield* send("a", "b")
      const deleting = client.createReceiver(name, { receiveMode: "receiveAndDelete" })
      yield* receiveAll(deleting, 2)
      assert.lengthOf(yield* attempt(() => receiver.peekMessages(10)), 0)
    })
  )

  scenario(
    "delivers more on one receiver than its window holds",
    Effect.fnUntraced(function* () {
      const { receiver, send } = yield* openQueue()
      const names = Array.from({ length: 3000 }, (_, index) => String(index))
      for (let start = 0; start < names.length; start += 500) yield* send(...names.slice(start, start + 500))
      const seen = new Set<string>()
      while (seen.size < names.length) {
        const messages = yield* receiveAll(receiver, Math.min(300, names.length - seen.size))
        for (const message of messages) seen.add(String(message.messageId))
        yield* Effect.forEach(messages, (message) => attempt(() => receiver.completeMessage(message)), {
          concurrency: "unbounded"
        })
      }
      assert.lengthOf(yield* attempt(() => receiver.peekMessages(1)), 0)
    })
  )
}
