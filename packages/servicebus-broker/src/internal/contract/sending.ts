import { assert } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { attempt, codesOf, connect, openQueue, receiveAll, receiveOne, receiveSoon } from "./connect.ts"
import type { Scenario } from "./scenario.ts"

/** Scenarios 10 to 13, 15, 16 and 27: what is taken, what is refused, and how long it lives. Source: servicebus-amqp 0. */
export const sending = (scenario: Scenario): void => {
  scenario(
    "takes a batch that the SDK filled",
    Effect.fnUntraced(function* () {
      const { receiver, sender } = yield* openQueue()
      const batch = yield* attempt(() => sender.createMessageBatch({ maxSizeInBytes: 65_536 }))
      while (batch.tryAddMessage({ body: Buffer.alloc(1000, "x"), messageId: String(batch.count) }));
      assert.isAbove(batch.count, 50)
      yield* attempt(() => sender.sendMessages(batch))
      const messages = yield* receiveAll(receiver, batch.count)
      assert.strictEqual(new Set(messages.map(({ messageId }) => messageId)).size, batch.count)
      yield* Effect.forEach(messages, (message) => attempt(() => receiver.completeMessage(message)), {
        concurrency: 10
      })
    })
  )

  scenario(
    "refuses a message that is too large, and takes the next",
    Effect.fnUntraced(function* () {
      const { receiver, send, sender, target } = yield* openQueue()
      const refused = yield* Effect.flip(attempt(() => sender.sendMessages({ body: Buffer.alloc(target.tooLarge) })))
      assert.deepStrictEqual(codesOf(refused), ["MessageSizeExceeded"])
      yield* send("small")
      const message = yield* receiveOne(receiver)
      assert.strictEqual(message.messageId, "small")
      yield* attempt(() => receiver.completeMessage(message))
    })
  )

  scenario(
    "knows no queue that was not made",
    Effect.fnUntraced(function* () {
      const { client, name } = yield* openQueue()
      const sender = client.createSender(`${name}-other`)
      const sent = yield* Effect.flip(attempt(() => sender.sendMessages({ body: Buffer.from("x"), messageId: "x" })))
      assert.deepStrictEqual(codesOf(sent), ["MessagingEntityNotFound"])
      const receiver = client.createReceiver(`${name}-other`)
      const received = yield* Effect.flip(receiveSoon(receiver))
      assert.deepStrictEqual(codesOf(received), ["MessagingEntityNotFound"])
    })
  )

  scenario(
    "refuses a sender with a wrong key",
    Effect.fnUntraced(function* () {
      const { name, target } = yield* openQueue()
      const client = yield* connect(target.wrongConnectionString)
      const refused = yield* Effect.flip(
        attempt(() => client.createSender(name).sendMessages({ body: Buffer.from("x"), messageId: "x" }))
      )
      assert.deepStrictEqual([...new Set(codesOf(refused))], ["UnauthorizedAccess"])
    })
  )

  scenario(
    "never delivers a message that has expired",
    Effect.fnUntraced(function* () {
      const { deadLetters, receiver, send, sender, target } = yield* openQueue()
      yield* attempt(() => sender.sendMessages({ body: Buffer.from("x"), messageId: "short", timeToLive: 1000 }))
      yield* target.pass(Duration.seconds(2))
      yield* send("after")
      const messages = yield* receiveSoon(receiver)
      assert.deepStrictEqual(
        messages.map(({ messageId }) => messageId),
        ["after"]
      )
      assert.lengthOf(yield* receiveSoon(deadLetters), 0)
    })
  )

  scenario(
    "dead-letters an expired message where the queue says so",
    Effect.fnUntraced(function* () {
      const { deadLetters, receiver, sender, target } = yield* openQueue({ deadLetterOnExpiration: true })
      yield* attempt(() => sender.sendMessages({ body: Buffer.from("x"), messageId: "short", timeToLive: 1000 }))
      yield* target.pass(Duration.seconds(2))
      assert.lengthOf(yield* receiveSoon(receiver), 0)
      const letter = yield* receiveOne(deadLetters)
      assert.strictEqual(letter.deadLetterReason, "TTLExpiredException")
      yield* attempt(() => deadLetters.completeMessage(letter))
    })
  )

  scenario(
    "settles a message that was sent without MessageId",
    Effect.fnUntraced(function* () {
      const { receiver, sender } = yield* openQueue()
      yield* attempt(() => sender.sendMessages({ body: Buffer.from("anonymous") }))
      const message = yield* receiveOne(receiver)
      assert.strictEqual(Buffer.from(message.body).toString(), "anonymous")
      yield* attempt(() => receiver.completeMessage(message))
      assert.lengthOf(yield* receiveSoon(receiver), 0)
    })
  )
}
