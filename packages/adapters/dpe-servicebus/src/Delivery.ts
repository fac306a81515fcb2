import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus"
import type { TransportError } from "@eformidling/port-transport/TransportError"
import { Clock, Duration, Effect } from "effect"
import * as ServiceBusFailure from "./ServiceBusFailure.ts"

/** One queue message in our hands, locked, together with the receiver that it must be settled on. */
export interface Delivery {
  readonly message: ServiceBusReceivedMessage
  readonly receiver: ServiceBusReceiver
  /** Lets the subscription bring the next one. Called once, when this one is settled. */
  readonly release: () => void
}

const settle = (run: () => Promise<void>): Effect.Effect<void, TransportError> =>
  Effect.tryPromise({ try: run, catch: ServiceBusFailure.transportError })

/** A settlement that does not come through costs a redelivery, which is recognised as a duplicate. */
const orRedelivered = (what: string) => (effect: Effect.Effect<void, TransportError>) =>
  Effect.catch(effect, (error) =>
    Effect.logWarning(`${what} was not confirmed; the message will be delivered again`, error.message))

const released = (delivery: Delivery) => Effect.ensuring(Effect.sync(delivery.release))

export const complete = (delivery: Delivery): Effect.Effect<void> =>
  settle(() => delivery.receiver.completeMessage(delivery.message)).pipe(
    orRedelivered("completion"),
    released(delivery)
  )

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
          deadLetterErrorDescription: description.slice(0, 1024)
        })
      )
    ),
    orRedelivered("dead-lettering"),
    released(delivery)
  )

const shortestWait = Duration.seconds(1)
const longestWait = Duration.seconds(20)

/** Doubles with each delivery, so that a local outage does not use up the queue's patience in a second. */
const waitBefore = (delivery: Delivery): Duration.Duration =>
  Duration.min(Duration.times(shortestWait, 2 ** (delivery.message.deliveryCount ?? 0)), longestWait)

/** Gives the message back after a while, its lock held until then. */
export const giveBack = (delivery: Delivery): Effect.Effect<void> =>
  Effect.sleep(waitBefore(delivery)).pipe(
    holdingLock(delivery),
    Effect.andThen(settle(() => delivery.receiver.abandonMessage(delivery.message))),
    orRedelivered("giving back"),
    released(delivery)
  )

const untilRenewal = (lockedUntil: Date | undefined) =>
  Effect.map(Clock.currentTimeMillis, (now) =>
    Duration.millis(Math.max(((lockedUntil?.getTime() ?? now + 10_000) - now) / 2, 500)))

const renewing = (delivery: Delivery): Effect.Effect<never> =>
  Effect.forever(
    Effect.flatMap(Effect.suspend(() => untilRenewal(delivery.message.lockedUntilUtc)), Effect.sleep).pipe(
      Effect.andThen(Effect.ignore(Effect.tryPromise(() => delivery.receiver.renewMessageLock(delivery.message))))
    )
  )

/**
 * Keeps the message's lock alive while `effect` runs. The SDK's own renewal refuses to settle messages without a
 * MessageId, which other senders' messages may be.
 *
 * Source: servicebus-amqp 11.
 */
export function holdingLock(delivery: Delivery) {
  return <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.raceFirst(effect, renewing(delivery))
}
