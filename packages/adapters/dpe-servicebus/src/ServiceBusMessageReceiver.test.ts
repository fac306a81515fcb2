import { randomUUID } from "node:crypto"
import { ServiceBusClient } from "@azure/service-bus"
import * as MemoryRegistry from "@eformidling/adapter-memory/MemoryRegistry"
import type { Incoming } from "@eformidling/port-transport/Incoming"
import { MessageReceiver } from "@eformidling/port-transport/MessageReceiver"
import { MessageSender } from "@eformidling/port-transport/MessageSender"
import { Broker } from "@eformidling/servicebus-broker/Broker"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Schedule, Scope } from "effect"
import * as Delivery from "./Delivery.ts"
import { einnsyn, json, keyName, kommune, outgoing, settings, surroundings, world } from "./internal/world.testing.ts"
import * as ServiceBusChannel from "./ServiceBusChannel.ts"

const own = `nextbestqueue${kommune}innsyn`

interface Raw {
  readonly body: unknown
  readonly messageId?: string
}

/** Puts messages on the own queue past our own sender. */
const put = Effect.fnUntraced(function* (...messages: ReadonlyArray<Raw>) {
  const broker = yield* Broker
  yield* Effect.acquireUseRelease(
    Effect.sync(() => new ServiceBusClient(broker.connectionString)),
    (client) => Effect.promise(() => client.createSender(own).sendMessages([...messages])),
    (client) => Effect.promise(() => client.close())
  )
})

const body = (sbd: unknown, rest: object = {}) => Buffer.from(JSON.stringify({ sbd, ...rest }))
const innsynskrav = (messageId: string = randomUUID()) =>
  json({ type: "innsynskrav", messageId, sender: `0192:${einnsyn}`, receiver: `0192:${kommune}` })

const idOf = (incoming: Incoming) => (incoming._tag === "Melding" ? incoming.sbd.messageId : "")
const takeOne = Effect.flatMap(MessageReceiver, (receiver) =>
  receiver.take((incoming) => Effect.succeed(idOf(incoming)))
)

const counts = Effect.flatMap(Broker, (broker) => broker.queue(own).counts)
const letters = Effect.flatMap(Broker, (broker) => broker.queue(own).deadLettered)

const eventually = <E, R>(check: Effect.Effect<boolean, E, R>) =>
  Effect.repeat(check, { until: (holds) => holds, schedule: Schedule.spaced("10 millis") })

describe("ServiceBusMessageReceiver", () => {
  it.live("sets bodies aside that no one will ever read, and goes on with the next (DPE-52, DPE-53)", () =>
    Effect.gen(function* () {
      const good = randomUUID()
      yield* put(
        { body: Buffer.from("{bad") },
        { body: Buffer.alloc(0) },
        { body: Buffer.from("{}") },
        { body: Buffer.from('{"sbd":null}') },
        { body: body(innsynskrav(), { asic: Buffer.from([0x30, 0x80, 0xfb]).toString("base64") }) },
        { body: body(innsynskrav(good)) }
      )
      assert.strictEqual(yield* takeOne, good)
      const set = yield* letters
      assert.deepStrictEqual(
        set.map(({ deadLetterReason }) => deadLetterReason),
        Array.from({ length: 5 }, () => "InvalidPayload")
      )
      assert.isTrue(set.every(({ deadLetterErrorDescription }) => (deadLetterErrorDescription ?? "") !== ""))
    }).pipe(Effect.provide(world()))
  )

  it.live("sets documents aside that break the rules of an SBD (DPE-42, DPE-50, DPE-51)", () =>
    Effect.gen(function* () {
      const good = randomUUID()
      const { standardBusinessDocumentHeader } = innsynskrav()
      yield* put(
        { body: body(json({ type: "status", body: { status: "UKJENT" } })) },
        { body: body({ ...innsynskrav(), status: {} }) },
        { body: body({ standardBusinessDocumentHeader, ukjent: {} }) },
        { body: body({ standardBusinessDocumentHeader, innsynskrav: "text" }) },
        { body: body({ standardBusinessDocumentHeader, feil: {} }) },
        { body: body(innsynskrav(good)) }
      )
      assert.strictEqual(yield* takeOne, good)
      assert.deepStrictEqual(
        (yield* letters).map(({ deadLetterReason }) => deadLetterReason),
        Array.from({ length: 5 }, () => "InvalidSbd")
      )
    }).pipe(Effect.provide(world()))
  )

  it.live("takes a message without MessageId, renews its lock and completes it", () =>
    Effect.gen(function* () {
      const messageId = randomUUID()
      yield* put({ body: body(innsynskrav(messageId)) })
      const receiver = yield* MessageReceiver
      const taken = yield* receiver.take((incoming) => Effect.delay(Effect.succeed(idOf(incoming)), "2500 millis"))
      assert.strictEqual(taken, messageId)
      assert.deepStrictEqual(yield* counts, { active: 0, locked: 0, deferred: 0, scheduled: 0, deadLettered: 0 })
    }).pipe(Effect.provide(world({}, { lockDuration: "1 second", maxDeliveryCount: 1 })))
  )

  it.live("holds the locks of messages that wait for a free hand", () =>
    Effect.gen(function* () {
      yield* put(...Array.from({ length: 4 }, () => ({ body: body(innsynskrav()) })))
      yield* eventually(Effect.map(counts, ({ locked }) => locked === 4))
      const receiver = yield* MessageReceiver
      const slowly = receiver.take((incoming) => Effect.delay(Effect.succeed(idOf(incoming)), "800 millis"))
      const taken = yield* Effect.replicateEffect(slowly, 4)
      assert.strictEqual(new Set(taken).size, 4)
      assert.deepStrictEqual(yield* counts, { active: 0, locked: 0, deferred: 0, scheduled: 0, deadLettered: 0 })
    }).pipe(Effect.provide(world({}, { lockDuration: "1 second", maxDeliveryCount: 1 })))
  )

  it.live("takes 120 waiting messages, each once, at most 50 in hand (DPE-58)", () =>
    Effect.gen(function* () {
      const ids = Array.from({ length: 120 }, () => randomUUID())
      yield* put(...ids.map((id) => ({ body: body(innsynskrav(id)) })))
      yield* eventually(Effect.map(counts, ({ locked }) => locked >= 50))
      assert.strictEqual((yield* counts).locked, 50)
      const taken = yield* Effect.replicateEffect(takeOne, 120, { concurrency: 8 })
      assert.sameMembers(taken, ids)
      assert.deepStrictEqual(yield* counts, { active: 0, locked: 0, deferred: 0, scheduled: 0, deadLettered: 0 })
    }).pipe(Effect.provide(world()))
  )

  it.live("has no more in hand, and no less, after its connection has been lost time and again", () =>
    Effect.gen(function* () {
      const broker = yield* Broker
      const ids = Array.from({ length: 60 }, () => randomUUID())
      const seen = new Set<string>()
      yield* put(...ids.slice(0, 20).map((id) => ({ body: body(innsynskrav(id)) })))
      for (let time = 0; time < 4; time++) {
        yield* eventually(Effect.map(counts, ({ locked }) => locked > 0))
        yield* broker.faults.dropConnections()
        yield* Effect.sleep("600 millis")
      }
      yield* put(...ids.slice(20).map((id) => ({ body: body(innsynskrav(id)) })))
      const receiver = yield* MessageReceiver
      const one = receiver.take((incoming) => Effect.sync(() => seen.add(idOf(incoming))))
      yield* Effect.raceFirst(
        Effect.forever(one).pipe(Effect.replicateEffect(4, { concurrency: 4 })),
        eventually(Effect.map(counts, ({ active, locked }) => seen.size === ids.length && active === 0 && locked === 0))
      )
      assert.strictEqual((yield* counts).deadLettered, 0)
      yield* put(...Array.from({ length: 12 }, () => ({ body: body(innsynskrav()) })))
      yield* eventually(Effect.map(counts, ({ locked }) => locked >= 4))
      yield* Effect.sleep("100 millis")
      assert.strictEqual((yield* counts).locked, 4)
      yield* Effect.replicateEffect(takeOne, 12)
    }).pipe(Effect.provide(world({ concurrency: 4 }, { lockDuration: "1 second", maxDeliveryCount: 100 })))
  )

  it.live("delivers again what it could not complete (DPE-60)", () =>
    Effect.gen(function* () {
      const { faults } = yield* Broker
      const id = randomUUID()
      yield* faults.duplicateDeliveries()
      yield* put({ body: body(innsynskrav(id)) })
      assert.deepStrictEqual([yield* takeOne, yield* takeOne], [id, id])
    }).pipe(Effect.provide(world()))
  )

  it.live("gives what is in its hands back at once when it ends", () =>
    Effect.gen(function* () {
      const broker = yield* Broker
      yield* put({ body: body(innsynskrav()) }, { body: body(innsynskrav()) })
      const scope = yield* Scope.make()
      const channel = ServiceBusChannel.layer(settings(`${broker.host}:${broker.port}`)).pipe(Layer.fresh)
      yield* Layer.buildWithScope(channel, scope)
      yield* eventually(Effect.map(counts, ({ locked }) => locked === 2))
      yield* Scope.close(scope, Effect.runSync(Effect.exit(Effect.void)))
      assert.strictEqual((yield* counts).active, 2)
    }).pipe(Effect.provide(surroundings()))
  )

  it.live("goes on with the new key when the old one is refused", () =>
    Effect.gen(function* () {
      const broker = yield* Broker
      const registry = yield* MemoryRegistry.MemoryRegistry
      const waiting = yield* Effect.forkChild(takeOne)
      yield* broker.putKey({ name: keyName, key: "the next key", rights: ["Manage"] })
      yield* broker.faults.dropConnections()
      yield* registry.update((contents) => ({ ...contents, serviceBusKey: "the next key" }))
      const id = randomUUID()
      const client = new ServiceBusClient(broker.connectionStringOf({ name: keyName, key: "the next key" }))
      yield* Effect.promise(() => client.createSender(own).sendMessages({ body: body(innsynskrav(id)) }))
      yield* Effect.promise(() => client.close())
      assert.strictEqual(yield* Fiber.join(waiting), id)
    }).pipe(Effect.provide(world({}, { lockDuration: "1 second" })))
  )

  it.live("goes on receiving when it was sending that had to renew the key", () =>
    Effect.gen(function* () {
      const broker = yield* Broker
      const registry = yield* MemoryRegistry.MemoryRegistry
      yield* put({ body: body(innsynskrav()) })
      yield* takeOne
      yield* broker.putKey({ name: keyName, key: "the next key", rights: ["Manage"] })
      const sender = yield* MessageSender
      yield* Effect.flip(sender.send(yield* outgoing({ type: "status" })))
      yield* registry.update((contents) => ({ ...contents, serviceBusKey: "the next key" }))
      yield* sender.send(yield* outgoing({ type: "status" }))
      const id = randomUUID()
      const client = new ServiceBusClient(broker.connectionStringOf({ name: keyName, key: "the next key" }))
      yield* Effect.promise(() => client.createSender(own).sendMessages({ body: body(innsynskrav(id)) }))
      yield* Effect.promise(() => client.close())
      assert.strictEqual(yield* takeOne, id)
    }).pipe(Effect.provide(world({}, { lockDuration: "1 second" })))
  )

  it("waits longer after each failed delivery, so that ten of them last many minutes", () => {
    const waits = Array.from({ length: 9 }, (_, count) => Delivery.waitBefore(Duration.seconds(1), count))
    assert.deepStrictEqual(waits.map(Duration.toSeconds), [1, 4, 16, 64, 256, 300, 300, 300, 300])
  })
})
