import { RetryMode, ServiceBusClient, type ServiceBusReceiver, type ServiceBusSender } from "@azure/service-bus"
import { ServiceBusKeyLookup } from "@eformidling/port-registry/ServiceBusKeyLookup"
import { NotAuthorized, TransportError, Unavailable } from "@eformidling/port-transport/TransportError"
import { Deferred, Duration, Effect, Redacted, Ref, type Scope, Semaphore } from "effect"
import { promptSocket } from "./internal/promptSocket.ts"
import * as ServiceBusFailure from "./ServiceBusFailure.ts"
import type { ServiceBusSettings } from "./ServiceBusSettings.ts"

/** One connection, made with one key. */
export interface Connection {
  readonly client: ServiceBusClient
  readonly senders: Map<string, ServiceBusSender>
  /** Done once the connection has been given up; nothing more comes from what was opened on it. */
  readonly ended: Deferred.Deferred<void>
}

/** The connection to the namespace: opened on first use with the current key, and opened anew when the key is refused. */
export interface Namespace {
  /** Runs `use` with a sender on the queue; its link is opened by whoever first uses it. */
  readonly send: <A>(
    queue: string,
    use: (sender: ServiceBusSender) => Effect.Effect<A, TransportError>
  ) => Effect.Effect<A, TransportError>
  /** A receiver of the queue or its dead-letter sub-queue, with the connection it is opened on. Whoever asks closes it. */
  readonly receiver: (
    queue: string,
    subQueue?: "deadLetter"
  ) => Effect.Effect<{ readonly receiver: ServiceBusReceiver; readonly connection: Connection }, TransportError>
  /** Gives up the connection and the key it was made with; the next use asks the registry for the key again. */
  readonly renewKey: (refused: Connection) => Effect.Effect<void>
}

const openSenders = 64

const connectionString = (settings: ServiceBusSettings, key: Redacted.Redacted<string>): string =>
  [
    `Endpoint=sb://${settings.host}/`,
    `SharedAccessKeyName=${settings.keyName}`,
    `SharedAccessKey=${Redacted.value(key)}`,
    ...(settings.plainTcp ? ["UseDevelopmentEmulator=true"] : [])
  ].join(";")

/** One attempt a call, as retrying belongs to the outbox; the waits are those between a subscription's attempts. */
const retryOptions = (settings: ServiceBusSettings) => ({
  maxRetries: 0,
  timeoutInMs: Duration.toMillis(settings.timeout),
  mode: RetryMode.Exponential,
  retryDelayInMs: 200,
  maxRetryDelayInMs: 20_000
})

/** A client that is reconnecting closes only when it has given that up. */
const closing = Duration.seconds(2)

const close = ({ client, ended }: Connection): Effect.Effect<void> =>
  Effect.andThen(
    Deferred.succeed(ended, undefined),
    Effect.ignore(
      Effect.timeout(
        Effect.tryPromise(() => client.close()),
        closing
      )
    )
  )

const senderOf = ({ client, senders }: Connection, queue: string): Effect.Effect<ServiceBusSender> =>
  Effect.gen(function* () {
    const sender = senders.get(queue) ?? client.createSender(queue)
    senders.delete(queue)
    senders.set(queue, sender)
    const oldest = senders.size > openSenders ? senders.entries().next().value : undefined
    if (oldest !== undefined) {
      senders.delete(oldest[0])
      yield* Effect.forkDetach(Effect.ignore(Effect.tryPromise(() => oldest[1].close())))
    }
    return sender
  })

/** Opens nothing yet: a broker that is away does not keep the program from starting. */
export const make = Effect.fnUntraced(function* (
  settings: ServiceBusSettings
): Effect.fn.Return<Namespace, never, ServiceBusKeyLookup | Scope.Scope> {
  const keys = yield* ServiceBusKeyLookup
  const current = yield* Ref.make<Connection | undefined>(undefined)
  const opening = yield* Semaphore.make(1)

  const connect = Effect.gen(function* () {
    const key = yield* Effect.mapError(
      keys.key,
      (error) =>
        new TransportError({
          reason: new Unavailable({ detail: `no Service Bus key: ${error.message}`, ambiguous: false, cause: error })
        })
    )
    const client = yield* Effect.try({
      try: () =>
        new ServiceBusClient(connectionString(settings, key), {
          retryOptions: retryOptions(settings),
          ...(settings.webSockets ? { webSocketOptions: { webSocket: globalThis.WebSocket } } : {})
        }),
      catch: (cause) =>
        new TransportError({
          reason: new NotAuthorized({ detail: "the Service Bus key or address cannot be used", cause })
        })
    })
    const connection: Connection = { client, senders: new Map(), ended: yield* Deferred.make<void>() }
    yield* Ref.set(current, connection)
    return connection
  })

  const connection = opening.withPermits(1)(
    Effect.flatMap(Ref.get(current), (open) => (open === undefined ? connect : Effect.succeed(open)))
  )

  /** Whoever comes second with the same connection finds that it has been seen to. */
  const renewKey = (refused: Connection) =>
    Effect.gen(function* () {
      if ((yield* Ref.get(current)) !== refused) return
      yield* Ref.set(current, undefined)
      yield* keys.forget
      yield* Effect.forkDetach(close(refused))
    }).pipe(opening.withPermits(1), Effect.uninterruptible)

  yield* Effect.addFinalizer(() =>
    opening.withPermits(1)(
      Effect.flatMap(Ref.getAndSet(current, undefined), (open) => (open === undefined ? Effect.void : close(open)))
    )
  )

  return {
    send: Effect.fnUntraced(function* (queue, use) {
      const open = yield* connection
      promptSocket(open.client)
      return yield* Effect.tapError(Effect.flatMap(senderOf(open, queue), use), (error) =>
        error.reason._tag === "NotAuthorized" ? renewKey(open) : Effect.void
      )
    }),
    receiver: Effect.fnUntraced(function* (queue, subQueue) {
      const open = yield* connection
      const receiver = yield* Effect.try({
        try: () =>
          open.client.createReceiver(queue, {
            receiveMode: "peekLock",
            skipParsingBodyAsJson: true,
            maxAutoLockRenewalDurationInMs: 0,
            ...(subQueue === undefined ? {} : { subQueueType: subQueue })
          }),
        catch: ServiceBusFailure.transportError
      })
      return { receiver, connection: open }
    }),
    renewKey
  }
})
