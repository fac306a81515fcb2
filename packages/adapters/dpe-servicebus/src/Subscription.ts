import type { ProcessErrorArgs, ServiceBusReceivedMessage } from "@azure/service-bus"
import type { TransportError } from "@eformidling/port-transport/TransportError"
import { Clock, Deferred, Duration, Effect, FiberSet, Queue, type Scope } from "effect"
import * as Delivery from "./Delivery.ts"
import type { Connection, Namespace } from "./Namespace.ts"
import { promptSocket } from "./internal/promptSocket.ts"
import * as ServiceBusFailure from "./ServiceBusFailure.ts"

/** What a subscription is to do. */
export interface Options {
  readonly queue: string
  /** How many messages may be in our hands at once. */
  readonly concurrency: number
  readonly arrived: Queue.Queue<Delivery.Delivery>
}

/** How long messages in our hands may take to be given back when the subscription ends. */
const farewell = Duration.seconds(2)

/**
 * Receives on one connection until it has ended; returns the connection when it must be made with another key.
 *
 * Each message is held, its lock renewed, from when it arrives until it is settled. What is not settled when the
 * subscription ends is given back at once: closing a receiver alone leaves the locks until they run out.
 *
 * After a reconnect the SDK asks for `concurrency` messages again, whatever is in our hands already. The place of a
 * message is then kept from it until there are no more than that.
 *
 * Source: servicebus-amqp 11.
 */
const receive = Effect.fnUntraced(function* (
  namespace: Namespace,
  { arrived, concurrency, queue }: Options
): Effect.fn.Return<Connection | undefined, TransportError, Scope.Scope> {
  const broken = yield* Queue.unbounded<ProcessErrorArgs>()
  const { connection, receiver } = yield* Effect.acquireRelease(namespace.receiver(queue), ({ receiver }) =>
    Effect.ignore(
      Effect.timeout(
        Effect.tryPromise(() => receiver.close()),
        farewell
      )
    )
  )
  const fork = yield* FiberSet.makeRuntime<never, void, never>()
  let inHand = 0

  const accept = (message: ServiceBusReceivedMessage, release: () => void) => {
    const delivery = { message, receiver, settled: Deferred.makeUnsafe<void>() }
    inHand += 1
    promptSocket(connection.client)
    fork(
      Delivery.hold(delivery).pipe(
        Effect.onInterrupt(() => Effect.ignore(Effect.timeout(Delivery.giveBack(delivery), farewell))),
        Effect.ensuring(
          Effect.sync(() => {
            if (inHand <= concurrency) release()
            inHand -= 1
          })
        )
      )
    )
    Queue.offerUnsafe(arrived, delivery)
  }

  yield* Effect.acquireRelease(
    Effect.sync(() =>
      receiver.subscribe(
        {
          processMessage: (message) => new Promise<void>((release) => accept(message, release)),
          processError: (args) => Promise.resolve(void Queue.offerUnsafe(broken, args))
        },
        { autoCompleteMessages: false, maxConcurrentCalls: concurrency }
      )
    ),
    (subscription) =>
      Effect.ignore(
        Effect.timeout(
          Effect.tryPromise(() => subscription.close()),
          farewell
        )
      )
  )

  const refused = Effect.gen(function* () {
    while (true) {
      const { error } = yield* Queue.take(broken)
      yield* Effect.logWarning(`receiving from ${queue}: ${ServiceBusFailure.transportError(error).message}`)
      if (ServiceBusFailure.isUnauthorized(error)) return connection
    }
  })
  return yield* Effect.raceFirst(refused, Effect.as(Deferred.await(connection.ended), undefined))
})

const firstPause = Duration.millis(200)
const longestPause = Duration.minutes(1)

/** Receives for as long as it runs, on one connection after the other. */
export const keep = Effect.fnUntraced(function* (namespace: Namespace, options: Options) {
  let failures = 0
  while (true) {
    const began = yield* Clock.currentTimeMillis
    const refused = yield* receive(namespace, options).pipe(
      Effect.scoped,
      Effect.catch((error) => Effect.logWarning(`cannot receive from ${options.queue} yet: ${error.message}`)),
      Effect.catchDefect((defect) => Effect.logError(`receiving from ${options.queue} died`, defect))
    )
    if (refused !== undefined) yield* namespace.renewKey(refused)
    const lasted = (yield* Clock.currentTimeMillis) - began
    failures = lasted > Duration.toMillis(longestPause) ? 0 : failures + 1
    yield* Effect.sleep(Duration.min(Duration.times(firstPause, 2 ** Math.min(failures, 16)), longestPause))
  }
})
