import { assert } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { attempt, codesOf, openQueue, receiveOne, receiveSoon } from "./connect.ts"
import type { Scenario } from "./scenario.ts"

/** Scenarios 1 to 6 and 18: one message, one lock, one settlement. Source: servicebus-amqp 0. */
export const settlement = (scenario: Scenario): void => {
  scenario(
    "delivers what was sent, and no more once it is completed",
    Effect.fnUntraced(function* () {
      const { receiver, send } = yield* openQueue()
      yield* send("æøå")
      const message = yield* receiveOne(receiver)
      assert.strictEqual(Buffer.from(message.body).toString("utf8"), "æøå")
      assert.strictEqual(message.deliveryCount, 0)
      yield* attempt(() => receiver.completeMessage(message))
      assert.lengthOf(yield* receiveSoon(receiver), 0)
    })
  )

  scenario(
    "counts abandoned deliveries and dead-letters at the maximum",
    Effect.fnUntraced(function* () {
      const { deadLetters, receiver, send } = yield* openQueue({ maxDeliveryCount: 3 })
      yield* send("poison")
      for (const count of [0, 1, 2]) {
        const message = yield* receiveOne(receiver)
        assert.strictEqual(message.deliveryCount, count)
        yield* attempt(() => receiver.abandonMessage(message, { attempt: count }))
      }
      assert.lengthOf(yield* receiveSoon(receiver), 0)
      const letter = yield* receiveOne(deadLetters)
      assert.strictEqual(letter.deadLetterReason, "MaxDeliveryCountExceeded")
      assert.strictEqual(letter.applicationProperties?.["attempt"], 2)
      yield* attempt(() => deadLetters.completeMessage(letter))
    })
  )

  scenario(
    "keeps reason, description and properties of a dead letter",
    Effect.fnUntraced(function* () {
      const { deadLetters, receiver, send } = yield* openQueue()
      yield* send("bad")
      const message = yield* receiveOne(receiver)
      const options = { deadLetterReason: "Unreadable", deadLetterErrorDescription: "not JSON", field: "sbd" }
      yield* attempt(() => receiver.deadLetterMessage(message, options))
      const letter = yield* receiveOne(deadLetters)
      assert.strictEqual(letter.deadLetterReason, "Unreadable")
      assert.strictEqual(letter.deadLetterErrorDescription, "not JSON")
      assert.strictEqual(letter.applicationProperties?.["field"], "sbd")
      assert.strictEqual(Buffer.from(letter.body).toString(), "bad")
      assert.strictEqual(letter.messageId, "bad")
      yield* attempt(() => deadLetters.completeMessage(letter))
    })
  )

  scenario(
    "renews a lock, so that it outlives its first term",
    Effect.fnUntraced(function* () {
      const { receiver, send, target } = yield* openQueue({ lock: "short" })
      yield* send("slow")
      const message = yield* receiveOne(receiver)
      const first = message.lockedUntilUtc
      const half = Duration.times(target.shortLock, 0.6)
      yield* target.pass(half)
      const renewed = yield* attempt(() => receiver.renewMessageLock(message))
      assert.isAbove(renewed.getTime(), first?.getTime() ?? Infinity)
      yield* target.pass(half)
      yield* attempt(() => receiver.completeMessage(message))
    })
  )

  scenario(
    "loses the lock at its end and delivers again",
    Effect.fnUntraced(function* () {
      const { receiver, send, target } = yield* openQueue({ lock: "short" })
      yield* send("late")
      const message = yield* receiveOne(receiver)
      yield* target.pass(Duration.sum(target.shortLock, Duration.seconds(1)))
      const late = yield* Effect.flip(attempt(() => receiver.completeMessage(message)))
      assert.deepStrictEqual(codesOf(late), ["MessageLockLost"])
      const renewal = yield* Effect.flip(attempt(() => receiver.renewMessageLock(message)))
      assert.deepStrictEqual(codesOf(renewal), ["MessageLockLost"])
      const again = yield* receiveOne(receiver)
      assert.strictEqual(again.deliveryCount, 1)
      yield* attempt(() => receiver.completeMessage(again))
    })
  )

  scenario(
    "answers the SDK's automatic renewal for as long as the work takes",
    Effect.fnUntraced(function* () {
      const { client, name, send, target } = yield* openQueue({ lock: "short" })
      yield* send("long")
      const receiver = client.createReceiver(name, { maxAutoLockRenewalDurationInMs: 60_000 })
      const message = yield* receiveOne(receiver)
      const first = message.lockedUntilUtc?.getTime() ?? Infinity
      yield* Effect.sleep(Duration.times(target.shortLock, 1.5))
      assert.isAbove(message.lockedUntilUtc?.getTime() ?? 0, first)
      yield* attempt(() => receiver.completeMessage(message))
    })
  )

  scenario(
    "keeps the lock of a receiver that was closed, until it ends",
    Effect.fnUntraced(function* () {
      const { client, name, receiver, send, target } = yield* openQueue({ lock: "short" })
      yield* send("held")
      yield* receiveOne(receiver)
      yield* attempt(() => receiver.close())
      const other = client.createReceiver(name, { maxAutoLockRenewalDurationInMs: 0 })
      assert.lengthOf(yield* receiveSoon(other), 0)
      yield* target.pass(Duration.sum(target.shortLock, Duration.seconds(1)))
      const again = yield* receiveOne(other)
      assert.strictEqual(again.deliveryCount, 1)
      yield* attempt(() => other.completeMessage(again))
    })
  )
}
