/**
 * Publiseringer a second between two integrasjonspunkt, beside the bare SDK, and the idle wait for MOTTATT, measured in
 * the same run.
 */
import { randomBytes, randomUUID } from "node:crypto"
import { ServiceBusClient } from "@azure/service-bus"
import * as MemoryStore from "@eformidling/adapter-memory/MemoryStore"
import { Inbox } from "@eformidling/port-store/Inbox"
import { Broker } from "@eformidling/servicebus-broker/Broker"
import { it } from "@effect/vitest"
import { Effect, Layer, References, Schedule } from "effect"
import * as Integrasjonspunkt from "./internal/integrasjonspunkt.testing.ts"
import { broker, einnsyn, kommune, registry } from "./internal/world.testing.ts"

const print = (line: string) => Effect.sync(() => process.stdout.write(`${line}\n`))

const seconds = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const begin = performance.now()
    yield* effect
    return (performance.now() - begin) / 1000
  })

const messages = 500
const bytes = 10_000
const inFlight = 10

/** One sends and another receives and completes, at the same time. */
const bareSdk = Effect.gen(function* () {
  const { connectionString, queue } = yield* Broker
  const client = () =>
    Effect.acquireRelease(
      Effect.sync(() => new ServiceBusClient(connectionString)),
      (open) => Effect.promise(() => open.close())
    )
  const sender = (yield* client()).createSender("bare")
  const receiver = (yield* client()).createReceiver("bare", {
    skipParsingBodyAsJson: true,
    maxAutoLockRenewalDurationInMs: 0
  })
  const body = randomBytes(Math.round(bytes * 1.78))
  let completed = 0
  receiver.subscribe(
    {
      processMessage: async (message) => {
        await receiver.completeMessage(message)
        completed += 1
      },
      processError: () => Promise.resolve()
    },
    { autoCompleteMessages: false, maxConcurrentCalls: 50 }
  )
  const one = Effect.promise(() => sender.sendMessages({ body, messageId: randomUUID() }))
  yield* Effect.replicateEffect(one, inFlight)
  yield* Effect.replicateEffect(one, messages, { concurrency: inFlight, discard: true })
  yield* Effect.repeat(
    Effect.sync(() => completed),
    { until: (count) => count === messages + inFlight, schedule: Schedule.spaced("2 millis") }
  )
  return (yield* queue("bare").counts).active
}).pipe(Effect.scoped)

const parties = Effect.fnUntraced(function* (kept: "in memory" | "on files") {
  const { host, port } = yield* Broker
  const path = yield* Integrasjonspunkt.folder
  const begin = (party: Integrasjonspunkt.Party) =>
    kept === "in memory"
      ? Layer.build(Integrasjonspunkt.layer(party, `${host}:${port}`, MemoryStore.layer))
      : Layer.build(Integrasjonspunkt.layer(party, `${host}:${port}`, Integrasjonspunkt.onFiles(party, path)))
  return {
    here: yield* begin({ organisasjonsnummer: kommune, mode: "innsyn" }),
    there: yield* begin({ organisasjonsnummer: einnsyn, mode: "data" })
  }
})

const spread = (sorted: ReadonlyArray<number>, part: number) =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(1)

const measured = Effect.fnUntraced(function* (kept: "in memory" | "on files", bare: number) {
  const { here, there } = yield* parties(kept)
  const content = randomBytes(bytes)
  const publish = Effect.provide(Integrasjonspunkt.send({ type: "publisering" }, content), here)
  const waiting = Effect.provide(
    Effect.flatMap(Inbox, (inbox) => inbox.size),
    there
  )

  const waits: Array<number> = []
  for (let time = 0; time < 110; time++) {
    const messageId = yield* publish
    const begin = performance.now()
    yield* Effect.repeat(Effect.provide(Integrasjonspunkt.statusesOf(messageId), here), {
      until: (statuses) => statuses.includes("MOTTATT"),
      schedule: Schedule.spaced("1 millis")
    })
    if (time >= 10) waits.push(performance.now() - begin)
  }
  const sorted = waits.sort((a, b) => a - b)
  yield* print(`store ${kept}: send to MOTTATT, idle: p50 ${spread(sorted, 0.5)} ms, p99 ${spread(sorted, 0.99)} ms`)

  const before = yield* waiting
  const created = yield* seconds(Effect.replicateEffect(publish, messages, { concurrency: inFlight, discard: true }))
  const rest = yield* seconds(
    Effect.repeat(waiting, {
      until: (size) => size >= before + messages,
      schedule: Schedule.spaced("5 millis")
    })
  )
  const rate = messages / (created + rest)
  yield* print(
    `store ${kept}: created here to stored there: ${rate.toFixed(0)} publiseringer/s, ` +
      `${((100 * rate) / bare).toFixed(0)} % of the bare SDK; creating alone ${(messages / created).toFixed(0)}/s`
  )
}, Effect.scoped)

it.live(
  "sends publiseringer end to end beside the bare SDK",
  () =>
    Effect.gen(function* () {
      yield* bareSdk
      const bare = messages / (yield* seconds(bareSdk))
      yield* print(`bare SDK: sent, received and completed: ${bare.toFixed(0)} messages/s`)
      yield* measured("in memory", bare)
      yield* measured("on files", bare)
    }).pipe(
      Effect.provide(Layer.merge(broker(), registry)),
      Effect.provideService(References.MinimumLogLevel, "Error")
    ),
  300_000
)
