import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus"
import type { TransportError } from "@eformidling/port-transport/TransportError"
import { Clock, Deferred, Duration, Effect } from "effect"
import * as ServiceBusFailure from "./ServiceBusFailure.ts"

/** One queue message in our hands, locked, together with the receiver that it must be settled on. */
export interface Delivery {
  readonly message: ServiceBusReceivedMessage
  readonly receiver: ServiceBusReceiver
  /** Done when we are through with the message, whether or not the broker has confirmed it. */
  readonly settled: Deferred.Deferred<void>
}

const settle = (run: () => Promise<void>): Effect.Effect<void, TransportError> =>
  Effect.tryPromise({ try: run, catch: ServiceBusFailure.transportError })

/** A settlement that does not come through costs a redelivery, which is recognised as a duplicate. */
const orRedelivered = (what: string) => (effect: Effect.Effect<void, TransportError>) =>
  Effect.catch(effect, (error) =>
    Effect.logWarning(`${what} was not confirmed; the message will be delivered again`, error.message)
  )

const through = (delivery: Delivery) => Effect.ensuring(Deferred.succeed(delivery.settled, undefined))

export const complete = (delivery: Delivery): Effect.Effect<void> =>
  settle(() => delivery.receiver.completeMessage(delivery.message)).pipe(orRedelivered("completion"), through(delivery))

/** Characters of a description the broker keeps. */
const descriptionLength = 1024

/** Sets the message aside in the dead-letter queue, where an operator finds both texts. */
export const setAside = (
  delivery: Delivery,
  { description, reason }: { readonly reason: string; readonly description: string }
): Effect.Effect<void> =>
  Effect.logWarning(`dead-lettered a queue message: ${reason}: ${description}`).pipe(
    Effect.andThen(
      settle(() =>
        delivery.receiver.deadLetterMessage(delivery.message, {
          deadLetterReason: reason,
          deadLetterErrorDescription: description.slice(0, descriptionLength)
        })
      )
    ),
    orRedelivered("dead-lettering"),
    through(delivery)
  )

/** Gives the message back at once, for somebody else to take. */
export const giveBack = (delivery: Delivery): Effect.Effect<void> =>
  settle(() => delivery.receiver.abandonMessage(delivery.message)).pipe(orRedelivered("giving back"), through(delivery))

const longestWait = Duration.minutes(5)
const waitFactor = 4

/**
 * Wait before a message that could not be handled is given back: 1, 4, 16, 64 and 256 seconds, then five minutes.
 *
 * Ten deliveries last 26 minutes, so that an outage of our own does not fill the dead-letter queue.
 */
export const waitBefore = (first: Duration.Duration, deliveryCount: number): Duration.Duration =>
  Duration.min(Duration.times(first, waitFactor ** Math.min(deliveryCount, 16)), longestWait)

const shortestRenewal = 500
const assumedLock = 10_000

const untilRenewal = (lockedUntil: Date | undefined) =>
  Effect.map(Clock.currentTimeMillis, (now) =>
    Duration.millis(Math.max(((lockedUntil?.getTime() ?? now + assumedLock) - now) / 2, shortestRenewal))
  )

/**
 * Keeps the message's lock alive until we are through with it. The SDK's own renewal refuses to settle messages
 * without a MessageId, which other senders' messages may be.
 *
 * Source: servicebus-amqp 11.
 */
export const hold = ({ message, receiver, settled }: Delivery): Effect.Effect<void> =>
  Effect.raceFirst(
    Deferred.await(settled),
    Effect.forever(
      Effect.flatMap(
        Effect.suspend(() => untilRenewal(message.lockedUntilUtc)),
        Effect.sleep
      ).pipe(Effect.andThen(Effect.ignore(Effect.tryPromise(() => receiver.renewMessageLock(message)))))
    )
  )
