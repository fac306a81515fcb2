import type { ProcessErrorArgs, ServiceBusReceivedMessage } from "@azure/service-bus"
import * as QueueName from "@eformidling/domain/dpe/QueueName"
import { Incoming } from "@eformidling/port-transport/Incoming"
import { MessageReceiver, Undeliverable } from "@eformidling/port-transport/MessageReceiver"
import { Cause, Duration, Effect, Exit, Queue, Result, Schedule, type Scope } from "effect"
import * as Delivery from "./Delivery.ts"
import type { Namespace } from "./Namespace.ts"
import * as Payload from "./Payload.ts"
import * as ServiceBusFailure from "./ServiceBusFailure.ts"
import type { ServiceBusSettings } from "./ServiceBusSettings.ts"

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
export const make = Effect.fnUntraced(function*(
  settings: ServiceBusSettings,
  namespace: Namespace
): Effect.fn.Return<MessageReceiver["Service"], never, Scope.Scope> {
  const scope = yield* Effect.scope
  const queue = QueueName.own(settings.organisasjonsnummer, settings.mode)
  const arrived = yield* Queue.unbounded<Delivery.Delivery>()

  const subscribe = Effect.gen(function*() {
    const broken = yield* Queue.unbounded<ProcessErrorArgs>()
    const receiver = yield* Effect.acquireRelease(namespace.receiver(queue), (receiver) =>
      Effect.ignore(Effect.tryPromise(() => receiver.close())))
    yield* Effect.acquireRelease(
      Effect.sync(() =>
        receiver.subscribe(
          {
            processMessage: (message) =>
              new Promise<void>((release) => {
                Queue.offerUnsafe(arrived, { message, receiver, release })
              }),
            processError: (args) => Promise.resolve(void Queue.offerUnsafe(broken, args))
          },
          { autoCompleteMessages: false, maxConcurrentCalls: settings.concurrency }
        )
      ),
      (subscription) => Effect.ignore(Effect.tryPromise(() => subscription.close()))
    )
    while (true) {
      const { error } = yield* Queue.take(broken)
      yield* Effect.logWarning(`receiving from ${queue}: ${ServiceBusFailure.transportError(error).message}`)
      if (ServiceBusFailure.isUnauthorized(error)) return yield* namespace.renewKey
    }
  })

  yield* subscribe.pipe(
    Effect.scoped,
    Effect.catch((error) => Effect.logWarning(`cannot receive from ${queue} yet: ${error.message}`)),
    Effect.repeat(Schedule.spaced(Duration.seconds(5))),
    Effect.forkScoped
  )

  const giveBackLater = (delivery: Delivery.Delivery) => Effect.forkIn(Delivery.giveBack(delivery), scope)

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

  const nextReadable = (wait: Effect.Effect<Delivery.Delivery>) =>
    Effect.gen(function*() {
      while (true) {
        const delivery = yield* wait
        const payload = decode(delivery.message)
        if (Result.isSuccess(payload)) return { delivery, payload: payload.success }
        yield* Delivery.setAside(delivery, payload.failure)
      }
    })

  const take = <A, E, R>(handle: (incoming: Incoming) => Effect.Effect<A, E | Undeliverable, R>) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function*() {
        const { delivery, payload } = yield* nextReadable(restore(Queue.take(arrived)))
        const handled = restore(handle(Incoming.Melding(payload))).pipe(Delivery.holdingLock(delivery), Effect.exit)
        return yield* settleBy(delivery, yield* handled)
      })
    )

  return MessageReceiver.of({ take })
})
