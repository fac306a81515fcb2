import { assert } from "@effect/vitest"
import { Duration, Effect, Queue } from "effect"
import { spawn } from "node:child_process"
import { createRequire } from "node:module"
import { attempt, connect, openQueue, receiveOne, receiveSoon, subscribe } from "./connect.ts"
import type { Scenario } from "./scenario.ts"

const receiveAndHang = `
  const { ServiceBusClient } = require(process.env.SDK)
  const receiver = new ServiceBusClient(process.env.CONNECTION_STRING).createReceiver(process.env.QUEUE)
  receiver.receiveMessages(1).then(() => process.stdout.write("held"))
  setInterval(() => undefined, 1000)
`

/** Takes one message in a process of its own, which is then killed. */
const receiveAndDie = (connectionString: string, queue: string) =>
  Effect.callback<void, Error>((resume) => {
    const sdk = createRequire(import.meta.url).resolve("@azure/service-bus")
    const child = spawn(process.execPath, ["-e", receiveAndHang], {
      env: { SDK: sdk, CONNECTION_STRING: connectionString, QUEUE: queue },
      stdio: ["ignore", "pipe", "ignore"]
    })
    let held = false
    child.stdout.once("data", () => {
      held = true
      child.kill("SIGKILL")
    })
    child.once("exit", () =>
      resume(held ? Effect.void : Effect.fail(new Error("the receiver ended before it held a message")))
    )
    return Effect.sync(() => child.kill("SIGKILL"))
  })

/** Scenario 17: a receiver that dies. Source: servicebus-amqp 0. */
export const dying = (scenario: Scenario): void => {
  scenario(
    "delivers again what a killed process held",
    Effect.fnUntraced(function* () {
      const { name, receiver, send, target } = yield* openQueue({ lock: "short" })
      yield* send("orphan")
      yield* receiveAndDie(target.connectionString, name)
      yield* target.pass(Duration.sum(target.shortLock, Duration.seconds(1)))
      const message = yield* receiveOne(receiver)
      assert.strictEqual(message.deliveryCount, 1)
      yield* attempt(() => receiver.completeMessage(message))
    })
  )
}

/** Scenarios 19 and 26: links and connections that are broken on purpose. Source: servicebus-amqp 0. */
export const breaking = (scenario: Scenario): void => {
  scenario(
    "takes a settlement after the link was detached",
    Effect.fnUntraced(function* () {
      const { name, receiver, send, target } = yield* openQueue({ lock: "short" })
      yield* send("held")
      const message = yield* receiveOne(receiver)
      assert.isAbove(yield* target.faults?.detachLinks({ queue: name }) ?? Effect.succeed(0), 0)
      yield* attempt(() => receiver.completeMessage(message))
      yield* target.pass(Duration.sum(target.shortLock, Duration.seconds(1)))
      assert.lengthOf(yield* receiveSoon(receiver), 0)
    })
  )

  scenario(
    "serves a subscriber again after its connection was cut",
    Effect.fnUntraced(function* () {
      const { client, name, receiver, send, target } = yield* openQueue()
      const arrived = yield* Queue.unbounded<string>()
      const errors = yield* subscribe(receiver, (message) =>
        Effect.asVoid(Queue.offer(arrived, String(message.messageId)))
      )
      yield* send("before")
      assert.strictEqual(yield* Queue.take(arrived), "before")
      const look = Effect.acquireUseRelease(
        Effect.sync(() => client.createReceiver(name)),
        (looking) => attempt(() => looking.peekMessages(1)),
        (looking) => Effect.ignore(attempt(() => looking.close()))
      )
      yield* Effect.repeat(look, { until: (found) => found.length === 0 })
      assert.isAbove(yield* target.faults?.dropConnections({ queue: name }) ?? Effect.succeed(0), 0)
      const other = yield* connect(target.connectionString)
      yield* attempt(() => other.createSender(name).sendMessages({ body: Buffer.from("x"), messageId: "after" }))
      assert.strictEqual(yield* Queue.take(arrived), "after")
      assert.strictEqual(yield* Queue.size(errors), 0)
    })
  )
}
