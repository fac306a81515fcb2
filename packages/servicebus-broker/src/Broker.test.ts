import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Fiber } from "effect"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { make } from "./Broker.ts"
import type { BrokerOptions } from "./BrokerOptions.ts"
import { make as makeJournal } from "./FileJournal.ts"
import { attempt, codesOf, connect, receiveOne, receiveSoon } from "./internal/contract/connect.ts"

const started = Effect.fnUntraced(function* (options: BrokerOptions = {}) {
  const broker = yield* make({ queues: ["q"], restPort: false, ...options })
  const client = yield* connect(broker.connectionString)
  const sender = client.createSender("Q")
  const receiver = client.createReceiver("q", { skipParsingBodyAsJson: true, maxAutoLockRenewalDurationInMs: 0 })
  const send = (messageId: string) => attempt(() => sender.sendMessages({ body: Buffer.from(messageId), messageId }))
  return { broker, client, receiver, send, queue: broker.queue("q") }
})

describe("Broker", () => {
  it.live("refuses sends as often as it is told, and throttles", () =>
    Effect.gen(function* () {
      const { broker, queue, send } = yield* started()
      yield* broker.faults.refuseSends({ condition: "amqp:resource-limit-exceeded", queue: "Q" })
      assert.deepStrictEqual(codesOf(yield* Effect.flip(send("a"))), ["QuotaExceeded"])
      yield* broker.faults.throttle({ times: 2 })
      assert.include(codesOf(yield* Effect.flip(send("b"))), "ServiceBusy")
      yield* send("c")
      assert.deepStrictEqual(
        (yield* queue.messages()).map(({ messageId }) => messageId),
        ["c"]
      )
    })
  )

  it.live("completes once and delivers twice when told to", () =>
    Effect.gen(function* () {
      const { broker, receiver, send } = yield* started()
      yield* broker.faults.duplicateDeliveries()
      yield* send("a")
      for (const count of [0, 1]) {
        const message = yield* receiveOne(receiver)
        assert.strictEqual(message.deliveryCount, count)
        yield* attempt(() => receiver.completeMessage(message))
      }
      assert.lengthOf(yield* receiveSoon(receiver), 0)
    })
  )

  it.live(
    "carries out a settlement whose answer it loses",
    () =>
      Effect.gen(function* () {
        const { broker, queue, receiver, send } = yield* started()
        yield* send("a")
        const message = yield* receiveOne(receiver)
        yield* broker.faults.loseSettlements()
        const lost = yield* Effect.flip(attempt(() => receiver.completeMessage(message)))
        assert.include(codesOf(lost), "ServiceTimeout")
        assert.strictEqual((yield* queue.counts).locked, 0)
      }),
    20_000
  )

  it.live("refuses everything on a disabled queue, until it is enabled", () =>
    Effect.gen(function* () {
      const { broker, send } = yield* started()
      yield* broker.faults.disable("q")
      assert.include(codesOf(yield* Effect.flip(send("a"))), "MessagingEntityDisabled")
      yield* broker.faults.enable("q")
      yield* send("b")
    })
  )

  it.live("keeps back an answer until its time has come", () =>
    Effect.gen(function* () {
      const { broker, send } = yield* started({ time: "manual" })
      yield* broker.faults.delaySends({ for: "1 hour" })
      const sending = yield* Effect.forkChild(send("a"))
      yield* Effect.repeat(broker.queue("q").counts, { until: ({ active }) => active === 1 })
      assert.isUndefined(sending.pollUnsafe())
      yield* broker.clock.adjust("1 hour")
      yield* Fiber.join(sending)
    })
  )

  it.live("gives a key no more than its rights", () =>
    Effect.gen(function* () {
      const key = { name: "listener", key: "x", rights: ["Listen"] as const }
      const { broker, send } = yield* started({ keys: [key] })
      yield* send("a")
      const client = yield* connect(broker.connectionStringOf(key))
      const receiver = client.createReceiver("q", { maxAutoLockRenewalDurationInMs: 0 })
      assert.strictEqual((yield* receiveOne(receiver)).messageId, "a")
      const refused = yield* Effect.flip(
        attempt(() => client.createSender("q").sendMessages({ body: Buffer.from("x") }))
      )
      assert.include(codesOf(refused), "UnauthorizedAccess")
    })
  )

  it.effect("goes by the Clock it is given, and by what it is moved", () =>
    Effect.gen(function* () {
      const broker = yield* make({ queues: ["q"], restPort: false })
      assert.strictEqual(DateTime.toEpochMillis(yield* broker.clock.now), 0)
      yield* broker.clock.adjust(Duration.minutes(1))
      assert.strictEqual(DateTime.toEpochMillis(yield* broker.clock.now), 60_000)
    })
  )

  it.live("makes queues on first use only when it may", () =>
    Effect.gen(function* () {
      const { broker, client } = yield* started({ createOnFirstUse: true })
      yield* attempt(() => client.createSender("new").sendMessages({ body: Buffer.from("x"), messageId: "x" }))
      assert.strictEqual((yield* broker.queue("NEW").counts).active, 1)
      const strict = yield* make({ restPort: false })
      assert.strictEqual((yield* Effect.flip(strict.queue("new").counts))._tag, "QueueNotFound")
    })
  )

  it.live("has what it accepted after it was started anew", () =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.promise(() => mkdtemp(join(tmpdir(), "broker-"))),
        (path) => Effect.promise(() => rm(path, { recursive: true }))
      )
      const path = join(folder, "journal")
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { receiver, send } = yield* started({ journal: yield* makeJournal({ path }) })
          for (const id of ["done", "dead", "held", "waiting"]) yield* send(id)
          const done = yield* receiveOne(receiver)
          yield* attempt(() => receiver.completeMessage(done))
          const dead = yield* receiveOne(receiver)
          yield* attempt(() =>
            receiver.deadLetterMessage(dead, { deadLetterReason: "r", deadLetterErrorDescription: "d" })
          )
          assert.strictEqual((yield* receiveOne(receiver)).messageId, "held")
        })
      )
      const { queue, receiver, send } = yield* started({ journal: yield* makeJournal({ path }) })
      assert.deepStrictEqual(
        (yield* queue.deadLettered).map(({ deadLetterReason, messageId }) => [messageId, deadLetterReason]),
        [["dead", "r"]]
      )
      yield* send("new")
      const messages = yield* attempt(() => receiver.receiveMessages(3, { maxWaitTimeInMs: 2000 }))
      assert.deepStrictEqual(
        messages.map(({ messageId }) => messageId),
        ["held", "waiting", "new"]
      )
      assert.deepStrictEqual(
        messages.map(({ sequenceNumber }) => sequenceNumber?.toNumber()),
        [3, 4, 5]
      )
    })
  )
})
