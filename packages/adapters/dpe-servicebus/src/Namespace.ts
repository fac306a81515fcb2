import { ServiceBusClient, type ServiceBusReceiver, type ServiceBusSender } from "@azure/service-bus"
import { ServiceBusKeyLookup } from "@eformidling/port-registry/ServiceBusKeyLookup"
import { NotAuthorized, TransportError, Unavailable } from "@eformidling/port-transport/TransportError"
import { Duration, Effect, Redacted, Ref, type Scope, Semaphore } from "effect"
import * as ServiceBusFailure from "./ServiceBusFailure.ts"
import type { ServiceBusSettings } from "./ServiceBusSettings.ts"

/** A sender on one queue, and the largest message its link takes. */
export interface QueueSender {
  readonly sender: ServiceBusSender
  /** Bytes, as the broker said when the link was opened. */
  readonly maxMessageSize: number
}

interface Connection {
  readonly client: ServiceBusClient
  readonly senders: Map<string, QueueSender>
}

/** The connection to the namespace: opened on first use with the current key, and opened anew when the key is refused. */
export interface Namespace {
  readonly send: <A>(
    queue: string,
    use: (sender: QueueSender) => Effect.Effect<A, TransportError>
  ) => Effect.Effect<A, TransportError>
  readonly receiver: (queue: string) => Effect.Effect<ServiceBusReceiver, TransportError>
  /** Drops connection and key; the next use asks the registry for the key again. */
  readonly renewKey: Effect.Effect<void>
}

const openSenders = 64

const connectionString = (settings: ServiceBusSettings, key: Redacted.Redacted<string>): string =>
  [
    `Endpoint=sb://${settings.host}/`,
    `SharedAccessKeyName=${settings.keyName}`,
    `SharedAccessKey=${Redacted.value(key)}`,
    ...(settings.plainTcp ? ["UseDevelopmentEmulator=true"] : [])
  ].join(";")

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, TransportError> =>
  Effect.tryPromise({ try: run, catch: ServiceBusFailure.transportError })

const close = (connection: Connection): Effect.Effect<void> =>
  Effect.ignore(Effect.tryPromise(() => connection.client.close()))

/** Opens nothing yet: a broker that is away does not keep the program from starting. */
export const make = Effect.fnUntraced(function*(
  settings: ServiceBusSettings
): Effect.fn.Return<Namespace, never, ServiceBusKeyLookup | Scope.Scope> {
  const keys = yield* ServiceBusKeyLookup
  const current = yield* Ref.make<Connection | undefined>(undefined)
  const opening = yield* Semaphore.make(1)

  const connect = Effect.gen(function*() {
    const key = yield* Effect.mapError(keys.key, (error) =>
      new TransportError({
        reason: new Unavailable({ detail: `no Service Bus key: ${error.message}`, ambiguous: false, cause: error })
      }))
    const client = yield* Effect.try({
      try: () =>
        new ServiceBusClient(connectionString(settings, key), {
          retryOptions: { maxRetries: 0, timeoutInMs: Duration.toMillis(settings.timeout) },
          ...(settings.webSockets ? { webSocketOptions: { webSocket: globalThis.WebSocket } } : {})
        }),
      catch: (cause) =>
        new TransportError({
          reason: new NotAuthorized({ detail: "the Service Bus key or address cannot be used", cause })
        })
    })
    const connection: Connection = { client, senders: new Map() }
    yield* Ref.set(current, connection)
    return connection
  })

  const connection = opening.withPermits(1)(
    Effect.flatMap(Ref.get(current), (open) => (open === undefined ? connect : Effect.succeed(open)))
  )

  const drop = opening.withPermits(1)(
    Effect.flatMap(Ref.getAndSet(current, undefined), (open) => (open === undefined ? Effect.void : close(open)))
  )

  const openSender = Effect.fnUntraced(function*(open: Connection, queue: string) {
    const sender = open.client.createSender(queue)
    const batch = yield* Effect.tapError(attempt(() => sender.createMessageBatch()), () =>
      Effect.ignore(Effect.tryPromise(() => sender.close())))
    return { sender, maxMessageSize: batch.maxSizeInBytes }
  })

  const keepSender = Effect.fnUntraced(function*(open: Connection, queue: string, made: QueueSender) {
    const known = open.senders.get(queue)
    if (known !== undefined) {
      yield* Effect.ignore(Effect.tryPromise(() => made.sender.close()))
      return known
    }
    const oldest = open.senders.size < openSenders ? undefined : open.senders.entries().next().value
    open.senders.set(queue, made)
    if (oldest !== undefined) {
      open.senders.delete(oldest[0])
      yield* Effect.forkDetach(Effect.ignore(Effect.tryPromise(() => oldest[1].sender.close())))
    }
    return made
  })

  const senderOf = Effect.fnUntraced(function*(queue: string) {
    const open = yield* connection
    const known = open.senders.get(queue)
    if (known === undefined) return yield* keepSender(open, queue, yield* openSender(open, queue))
    open.senders.delete(queue)
    open.senders.set(queue, known)
    return known
  })

  const renewKey = Effect.andThen(drop, keys.forget)

  yield* Effect.addFinalizer(() => drop)

  return {
    send: (queue, use) =>
      Effect.flatMap(senderOf(queue), use).pipe(
        Effect.tapError((error) => (error.reason._tag === "NotAuthorized" ? renewKey : Effect.void))
      ),
    receiver: (queue) =>
      Effect.map(connection, (open) =>
        open.client.createReceiver(queue, {
          receiveMode: "peekLock",
          skipParsingBodyAsJson: true,
          maxAutoLockRenewalDurationInMs: 0
        })),
    renewKey
  }
})
