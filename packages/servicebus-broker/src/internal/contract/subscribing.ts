import { assert } from "@effect/vitest"
import type { ServiceBusReceivedMessage } from "@azure/service-bus"
import { Deferred, Effect, Latch, Queue } from "effect"
import { attempt, codesOf, connect, openQueue, receiveOne, subscribe } from "./connect.ts"
import type { Scenario } from "./scenario.ts"

/** Scenarios 7 to 9 and 14: handlers. Source: servicebus-amqp 0. */
export const subscribing = (scenario: Scenario): void => {
  scenario(
    "never runs more handlers at once than were asked for",
    Effect.fnUntraced(function* () {
      const { receiver, send } = yield* openQueue()
      const names = Array.from({ length: 20 }, (_, index) => `m${index}`)
      yield* send(...names)
      const gate = yield* Latch.make(false)
      const arrived = yield* Queue.unbounded<string>()
      let [running, most] = [0, 0]
      yield* subscribe(
        receiver,
        (message) =>
          Effect.gen(function* () {
            most = Math.max(most, ++running)
            yield* Queue.offer(arrived, String(message.messageId))
            yield* gate.await
            running--
          }),
        { maxConcurrentCalls: 5 }
      )
      const first = yield* Effect.forEach([1, 2, 3, 4, 5], () => Queue.take(arrived))
      yield* gate.open
      const rest = yield* Effect.forEach(names.slice(5), () => Queue.take(arrived))
      assert.strictEqual(most, 5)
      assert.sameMembers([...first, ...rest], names)
    })
  )

  scenario(
    "delivers again when a handler fails",
    Effect.fnUntraced(function* () {
      const { receiver, send } = yield* openQueue()
      yield* send("again")
      const counts: Array<number | undefined> = []
      const done = yield* Deferred.make<void>()
      yield* subscribe(receiver, (message) =>
        Effect.suspend(() => {
          counts.push(message.deliveryCount)
          return counts.length < 3
            ? Effect.fail(new Error("not yet"))
            : Effect.asVoid(Deferred.succeed(done, undefined))
        })
      )
      yield* Deferred.await(done)
      assert.deepStrictEqual(counts, [0, 1, 2])
    })
  )

  scenario(
    "lets a handler dead-letter",
    Effect.fnUntraced(function* () {
      const { deadLetters, receiver, send } = yield* openQueue()
      yield* send("refused")
      yield* subscribe(
        receiver,
        (message: ServiceBusReceivedMessage) =>
          attempt(() =>
            receiver.deadLetterMessage(message, {
              deadLetterReason: "Refused",
              deadLetterErrorDescription: "by the handler"
            })
          ),
        { autoCompleteMessages: false }
      )
      const letter = yield* receiveOne(deadLetters)
      assert.strictEqual(letter.deadLetterReason, "Refused")
      yield* attempt(() => deadLetters.completeMessage(letter))
    })
  )

  scenario(
    "reports a wrong key to the error handler",
    Effect.fnUntraced(function* () {
      const { name, target } = yield* openQueue()
      const client = yield* connect(target.wrongConnectionString)
      const errors = yield* subscribe(client.createReceiver(name), () => Effect.void)
      const { error } = yield* Queue.take(errors)
      assert.include(codesOf(error), "UnauthorizedAccess")
    })
  )
}
