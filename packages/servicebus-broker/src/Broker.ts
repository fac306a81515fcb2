import { Clock, Context, DateTime, Duration, Effect, Layer, Schema } from "effect"
import type { Scope } from "effect"
import { randomBytes, randomUUID } from "node:crypto"
import type { Server } from "node:net"
import { rulesOf } from "./BrokerOptions.ts"
import type { BrokerOptions, QueueOptions } from "./BrokerOptions.ts"
import type { Faults } from "./Faults.ts"
import { parseAddress } from "./internal/address.ts"
import { AmqpFront } from "./internal/amqpFront.ts"
import { BrokerTime } from "./internal/brokerTime.ts"
import { Committer } from "./internal/committer.ts"
import { FaultPlan } from "./internal/faultPlan.ts"
import { makeFaults } from "./internal/faults.ts"
import { Namespace } from "./internal/namespace.ts"
import { RestFront } from "./internal/restFront.ts"
import type { JournalError } from "./Journal.ts"
import type { Message } from "./Message.ts"
import { inspect, QueueNotFound } from "./QueueInspection.ts"
import type { QueueInspection } from "./QueueInspection.ts"
import type { AccessKey } from "./Sas.ts"

export type { BrokerOptions, QueueOptions, QueueSettings } from "./BrokerOptions.ts"

/** The broker cannot listen: choose another port, or stop what holds it. */
export class ListenError extends Schema.TaggedError<ListenError>()("ListenError", {
  host: Schema.String,
  port: Schema.Number,
  cause: Schema.Defect()
}) {
  override get message(): string {
    return `Cannot listen on ${this.host}:${this.port}: choose another port, or stop the process that holds it.`
  }
}

/** The broker's time: locks, expiry and schedules go by it. */
export interface BrokerClock {
  readonly now: Effect.Effect<DateTime.Utc>
  /** Moves time forward, and does what comes due: locks are lost, messages expire, scheduled ones arrive. */
  readonly adjust: (by: Duration.Input) => Effect.Effect<void>
}

/** A running Service Bus namespace. */
export class Broker extends Context.Service<
  Broker,
  {
    /** What `new ServiceBusClient` takes. Holds the key. */
    readonly connectionString: string
    /** The same with another key, or with a key that is wrong. */
    readonly connectionStringOf: (key: Pick<AccessKey, "name" | "key">) => string
    readonly host: string
    /** Port of AMQP. */
    readonly port: number
    /** `http://host:port` of the REST data plane; `undefined` when there is none. */
    readonly restUrl: string | undefined
    /** Looks into a queue. */
    readonly queue: (name: string) => QueueInspection
    /** Makes a queue. One that exists already is left as it is. */
    readonly createQueue: (queue: string | QueueOptions) => Effect.Effect<void>
    /** Replaces a key's text, or adds a key. Connections keep what they have proved until their tokens expire. */
    readonly putKey: (key: AccessKey) => Effect.Effect<void>
    readonly faults: Faults
    readonly clock: BrokerClock
  }
>()("@eformidling/servicebus-broker/Broker") {}

const listen = Effect.fnUntraced(function* (server: Server, host: string, port: number, dropConnections: () => void) {
  yield* Effect.acquireRelease(
    Effect.callback<void, ListenError>((resume) => {
      server.once("error", (cause) => resume(Effect.fail(new ListenError({ host, port, cause }))))
      server.listen({ host, port }, () => resume(Effect.void))
    }),
    () =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        dropConnections()
      })
  )
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : port
})

/** Starts a broker; it ends, with all its connections, when the scope does. */
export const make = Effect.fnUntraced(function* (
  options: BrokerOptions = {}
): Effect.fn.Return<Broker["Service"], ListenError | JournalError, Scope.Scope> {
  const clock = yield* Clock.Clock
  const host = options.host ?? "127.0.0.1"
  const keys = new Map<string, AccessKey>()
  const keyName = options.keyName ?? "RootManageSharedAccessKey"
  const key = options.key ?? (yield* Effect.sync(() => randomBytes(32).toString("base64")))
  for (const each of [...(options.keys ?? []), { name: keyName, key, rights: ["Manage"] as const }])
    keys.set(each.name, each)

  const time = new BrokerTime(clock, options.time ?? "running")
  const committer = new Committer(options.journal)
  const plan = new FaultPlan()
  const namespace = new Namespace({
    now: () => time.now(),
    newToken: () => randomUUID(),
    commit: (entries, done) => committer.commit(entries, done),
    onDeadline: (deadline) => time.arm(deadline),
    rulesOf: (queue) => rulesOf(options, queue),
    maxMessageSize: options.maxMessageSize ?? 262_144,
    createOnFirstUse: options.createOnFirstUse ?? false,
    faults: plan
  })
  for (const queue of options.queues ?? []) namespace.create(rulesOf(options, queue))
  if (options.journal !== undefined) for (const entry of yield* options.journal.load) namespace.restore(entry)

  yield* Effect.addFinalizer(() => committer.flush())
  yield* Effect.forkScoped(committer.run())
  yield* Effect.forkScoped(
    time.keep(() => {
      namespace.advance()
      return namespace.nextDeadline()
    })
  )

  const around = { namespace, keys: () => [...keys.values()], tokenTime: () => clock.currentTimeMillisUnsafe() }
  const amqp = new AmqpFront(around, randomUUID())
  const port = yield* listen(amqp.server, host, options.port ?? 0, () => amqp.drop())

  let restUrl: string | undefined
  if (options.restPort !== false) {
    const rest = new RestFront(around)
    restUrl = `http://${host}:${yield* listen(rest.server, host, options.restPort ?? 0, () => rest.server.closeAllConnections())}`
  }

  const connectionStringOf = (key: Pick<AccessKey, "name" | "key">): string =>
    `Endpoint=sb://${host}:${port};SharedAccessKeyName=${key.name};SharedAccessKey=${key.key};UseDevelopmentEmulator=true`

  return Broker.of({
    connectionString: connectionStringOf({ name: keyName, key }),
    connectionStringOf,
    host,
    port,
    restUrl,
    queue: (name) => inspection(namespace, name),
    createQueue: (queue) => Effect.sync(() => void namespace.create(rulesOf(options, queue))),
    putKey: (changed) => Effect.sync(() => void keys.set(changed.name, changed)),
    faults: makeFaults(plan, amqp),
    clock: {
      now: Effect.sync(() => DateTime.makeUnsafe(time.now())),
      adjust: (by) =>
        Effect.sync(() => {
          time.move(Duration.toMillis(by))
          namespace.advance()
        })
    }
  })
})

const inspection = (namespace: Namespace, name: string): QueueInspection => {
  const entity = Effect.suspend(() => {
    const found = namespace.find({ ...parseAddress(name), deadLetters: false })
    return found === undefined ? Effect.fail(new QueueNotFound({ queue: name })) : Effect.succeed(found)
  })
  const all = (messages: ReadonlyArray<Message>) => messages.map(inspect)
  return {
    counts: Effect.map(entity, ({ deadLetters, queue }) => {
      namespace.advance()
      const dead = deadLetters?.queue.counts
      return { ...queue.counts, deadLettered: dead === undefined ? 0 : dead.active + dead.locked + dead.deferred }
    }),
    messages: (state) =>
      Effect.map(entity, ({ queue }) =>
        all(
          queue
            .peek(0, Infinity, namespace.around.now())
            .filter((message) => state === undefined || message.state === state)
        )
      ),
    deadLettered: Effect.map(entity, ({ deadLetters }) =>
      all(deadLetters?.queue.peek(0, Infinity, namespace.around.now()) ?? [])
    )
  }
}

/** Serves a broker for as long as the layer lives. */
export const layer = (options: BrokerOptions = {}): Layer.Layer<Broker, ListenError | JournalError> =>
  Layer.effect(Broker, make(options))
