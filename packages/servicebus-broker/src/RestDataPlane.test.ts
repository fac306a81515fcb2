import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Schema } from "effect"
import { make } from "./Broker.ts"
import { attempt, connect, receiveOne } from "./internal/contract/connect.ts"
import { sign } from "./Sas.ts"

const key = { name: "RootManageSharedAccessKey", key: "secret" }
const Given = Schema.fromJsonString(
  Schema.Struct({
    MessageId: Schema.String,
    LockToken: Schema.String,
    SequenceNumber: Schema.Int,
    DeliveryCount: Schema.Int
  })
)

const started = Effect.gen(function* () {
  const broker = yield* make({ queues: ["q"], key: key.key, maxMessageSize: 1000, time: "manual" })
  const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
  const call = (method: string, path: string, init: RequestInit = {}, expiresAt = Math.floor(now / 1000) + 20) => {
    const url = `${broker.restUrl}${path}`
    const authorization = sign(url.replace("http:", "https:").replace(/\?.*/, ""), expiresAt, key)
    return attempt(() => fetch(url, { ...init, method, headers: { authorization, ...init.headers } }))
  }
  const send = (body: string, headers: Record<string, string> = { BrokerProperties: "{}" }) =>
    call("POST", "/q/messages", { body, headers })
  const lock = (path = "/q/messages/head?timeout=0") => call("POST", path)
  const given = (response: Response) => Schema.decodeUnknownEffect(Given)(response.headers.get("brokerproperties"))
  return { broker, call, given, lock, now, send }
})

describe("REST data plane", () => {
  it.live("hands out what was sent, with an id of its own making, and deletes it", () =>
    Effect.gen(function* () {
      const { broker, call, given, lock, send } = yield* started
      assert.strictEqual((yield* send('{"a":1}')).status, 201)
      const response = yield* lock()
      assert.strictEqual(response.status, 201)
      assert.strictEqual(yield* attempt(() => response.text()), '{"a":1}')
      const properties = yield* given(response)
      assert.strictEqual(properties.DeliveryCount, 1)
      assert.strictEqual(
        response.headers.get("location"),
        `/q/messages/${properties.MessageId}/${properties.LockToken}`
      )
      assert.strictEqual((yield* call("DELETE", `/q/messages/other/${properties.LockToken}`)).status, 404)
      assert.strictEqual(
        (yield* call("DELETE", `/q/messages/${properties.SequenceNumber}/${properties.LockToken}`)).status,
        200
      )
      assert.strictEqual(
        (yield* call("DELETE", `/q/messages/${properties.MessageId}/${properties.LockToken}`)).status,
        404
      )
      assert.strictEqual((yield* broker.queue("q").counts).locked, 0)
    })
  )

  it.live("unlocks, renews and deletes at once", () =>
    Effect.gen(function* () {
      const { broker, call, given, lock, send } = yield* started
      yield* send("x")
      const first = yield* given(yield* lock())
      assert.strictEqual((yield* call("PUT", `/q/messages/${first.MessageId}/${first.LockToken}`)).status, 200)
      const second = yield* given(yield* lock())
      assert.strictEqual(second.DeliveryCount, 2)
      yield* broker.clock.adjust("40 seconds")
      assert.strictEqual((yield* call("POST", `/q/messages/${second.MessageId}/${second.LockToken}`)).status, 200)
      yield* broker.clock.adjust("40 seconds")
      assert.strictEqual((yield* broker.queue("q").counts).locked, 1)
      yield* broker.clock.adjust("40 seconds")
      const taken = yield* call("DELETE", "/q/messages/head?timeout=0")
      assert.strictEqual(taken.status, 200)
      assert.strictEqual((yield* call("DELETE", "/q/messages/head?timeout=0")).status, 204)
    })
  )

  it.live("answers 204 when nothing came in time", () =>
    Effect.gen(function* () {
      const { broker, lock } = yield* started
      const waiting = yield* Effect.forkChild(lock("/q/messages/head?timeout=30"), { startImmediately: true })
      yield* Effect.repeat(Effect.andThen(broker.clock.adjust("1 second"), Effect.yieldNow), {
        until: () => waiting.pollUnsafe() !== undefined
      })
      assert.strictEqual((yield* Fiber.join(waiting)).status, 204)
    })
  )

  it.live("refuses bad tokens, unknown queues, large bodies and bad headers", () =>
    Effect.gen(function* () {
      const { broker, call, now, send } = yield* started
      const status = (response: Response) => response.status
      assert.strictEqual(
        status(yield* attempt(() => fetch(`${broker.restUrl}/q/messages`, { method: "POST", body: "x" }))),
        401
      )
      assert.strictEqual(status(yield* call("POST", "/q/messages", { body: "x" }, Math.floor(now / 1000) - 300)), 401)
      assert.strictEqual(status(yield* call("POST", "/q/messages", { body: "x" }, Math.floor(now / 1000) - 100)), 201)
      assert.strictEqual(status(yield* call("POST", "/none/messages", { body: "x" })), 404)
      assert.strictEqual(status(yield* send("x".repeat(1001))), 413)
      assert.strictEqual(status(yield* send("x", { BrokerProperties: "{" })), 400)
      assert.strictEqual(status(yield* call("PATCH", "/q/messages")), 405)
    })
  )

  it.live("shares its queues with AMQP", () =>
    Effect.gen(function* () {
      const { broker, lock, send } = yield* started
      yield* send("over", {
        BrokerProperties: JSON.stringify({ MessageId: "m", TimeToLive: 60 }),
        "content-type": "application/json"
      })
      const client = yield* connect(broker.connectionString)
      const receiver = client.createReceiver("q", { skipParsingBodyAsJson: true, maxAutoLockRenewalDurationInMs: 0 })
      const message = yield* receiveOne(receiver)
      assert.deepStrictEqual(
        [Buffer.from(message.body).toString(), message.messageId, message.contentType, message.timeToLive],
        ["over", "m", "application/json", 60_000]
      )
      yield* attempt(() => receiver.completeMessage(message))
      yield* attempt(() => client.createSender("q").sendMessages({ body: Buffer.from("back"), messageId: "b" }))
      const response = yield* lock()
      assert.strictEqual(yield* attempt(() => response.text()), "back")
    })
  )
})
