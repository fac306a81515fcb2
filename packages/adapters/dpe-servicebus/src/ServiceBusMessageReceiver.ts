import type { ServiceBusReceivedMessage } from "@azure/service-bus"
import * as QueueName from "@eformidling/domain/dpe/QueueName"
import { Incoming } from "@eformidling/port-transport/Incoming"
import { MessageReceiver, Undeliverable } from "@eformidling/port-transport/MessageReceiver"
import { Cause, Duration, Effect, Exit, Queue, Result, type Scope } from "effect"
import * as Delivery from "./Delivery.ts"
import type { Namespace } from "./Namespace.ts"
import * as Payload from "./Payload.ts"
import type { ServiceBusSettings } from "./ServiceBusSettings.ts"
import * as Subscription from "./Subscription.ts"

const decode = (message: ServiceBusReceivedMessage): Result.Result<Payload.Payload, Payload.UnreadablePayload> =>
  message.body instanceof Uint8Array
    ? Payload.decode(message.body)
    : Result.fail(
        new Payload.UnreadablePayload({ reason: "InvalidPayload", description: "the body is not a data section" })
      )

/** The first {@link Undeliverable} a handler failed with. */
const undeliverable = <E>(cause: Cause.Cause<E>): Undeliverable | undefined =>
  cause.reasons
    .filter(Cause.isFailReason)
    .map(({ error }): unknown => error)
    .find((error) => error instanceof Undeliverable)

/**
 * Takes messages from the organisation's own queue with peek-lock.
 *
 * The subscription brings at most `concurrency` messages at a time and each is held, its lock renewed, until it is
 * settled. When the broker refuses the key the connection is made anew with a fresh one.
 */
export const make = Effect.fnUntraced(function* (
  settings: ServiceBusSettings,
  namespace: Namespace
): Effect.fn.Return<MessageReceiver["Service"], never, Scope.Scope> {
  const scope = yield* Effect.scope
  const queue = QueueName.own(settings.organisasjonsnummer, settings.mode)
  const redeliveryDelay = settings.redeliveryDelay ?? Duration.seconds(1)
  const arrived = yield* Queue.unbounded<Delivery.Delivery>()
  yield* Effect.forkScoped(Subscription.keep(namespace, { queue, concurrency: settings.concurrency, arrived }))

  const giveBackLater = (delivery: Delivery.Delivery) =>
    Delivery.giveBack(delivery).pipe(
      Effect.delay(Delivery.waitBefore(redeliveryDelay, delivery.message.deliveryCount ?? 0)),
      Effect.forkIn(scope)
    )

  const settleBy = <A, E>(
    delivery: Delivery.Delivery,
    exit: Exit.Exit<A, E | Undeliverable>
  ): Effect.Effect<A | undefined, Exclude<E, Undeliverable>> => {
    if (Exit.isSuccess(exit)) return Effect.as(Delivery.complete(delivery), exit.value)
    const verdict = undeliverable(exit.cause)
    return verdict === undefined
      ? Effect.andThen(giveBackLater(delivery), Effect.failCause(exit.cause as Cause.Cause<Exclude<E, Undeliverable>>))
      : Effect.as(Delivery.setAside(delivery, verdict), undefined)
  }

  /** Taken off the queue in the same step as it is returned, so that an interruption loses none. */
  const next: Effect.Effect<Delivery.Delivery> = Effect.suspend(
    () => Queue.takeUnsafe(arrived) ?? Effect.andThen(Effect.interruptible(Queue.peek(arrived)), next)
  )

  const nextReadable = Effect.gen(function* () {
    while (true) {
      const delivery = yield* next
      // What came over a connection that has ended cannot be settled; it is delivered again.
      if (delivery.receiver.isClosed) continue
      const payload = decode(delivery.message)
      if (Result.isSuccess(payload)) return { delivery, payload: payload.success }
      yield* Delivery.setAside(delivery, payload.failure)
    }
  })

  const take = <A, E, R>(handle: (incoming: Incoming) => Effect.Effect<A, E | Undeliverable, R>) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const { delivery, payload } = yield* nextReadable
        return yield* settleBy(delivery, yield* Effect.exit(restore(handle(Incoming.Melding(payload)))))
      })
    )

  return MessageReceiver.of({ take })
})
