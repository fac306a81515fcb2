/**
 * Takes care of what transports hand us.
 *
 * Source: dpe 4.2, 4.4, 4.5, 5.5; dpi 8.3; nextmove-api 4.6, 4.7.
 */
import type { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import { DeadLetters } from "@eformidling/port-store/DeadLetters"
import type { Incoming } from "@eformidling/port-transport/Incoming"
import type { MessageReceiver } from "@eformidling/port-transport/MessageReceiver"
import { Effect, Schedule } from "effect"
import { receiveKvittering } from "./internal/receiveKvittering.ts"
import { receiveMelding } from "./internal/receiveMelding.ts"
import { promises } from "./Promises.ts"

/**
 * Handles one thing a receiver has taken; the handler to give to `MessageReceiver.take`.
 *
 * When it succeeds everything about the message has been committed. It fails with `StoreError` when the peer should
 * deliver again. Repeating it changes nothing.
 */
export const receive = (service: ServiceIdentifier) =>
  Effect.fn("receive")(function* (incoming: Incoming) {
    switch (incoming._tag) {
      case "Melding":
        return yield* receiveMelding(service, incoming)
      case "Kvittering":
        return yield* receiveKvittering(service, incoming)
      case "Uleselig": {
        const deadLetters = yield* DeadLetters
        const { body, description, key, reason, source } = incoming
        const added = yield* deadLetters.add({ source, key, reason, description, body })
        if (added) yield* Effect.logError(`Something from ${source} cannot be read: ${reason}: ${description}`)
      }
    }
  })

const afterFailure = Schedule.min([
  Schedule.exponential(promises.receiveRetryFirst),
  Schedule.spaced(promises.receiveRetryCap)
])

/**
 * Receives for as long as it runs, a few messages at a time.
 *
 * A message that cannot be handled now has been given back to the peer; the place it took waits a little, so that an
 * outage of the store does not burn the peer's deliveries.
 */
export const receiveForever = Effect.fn("receiveForever")(function* (
  service: ServiceIdentifier,
  receiver: MessageReceiver["Service"]
) {
  const one = receiver.take(receive(service)).pipe(
    Effect.catchDefect((defect) => Effect.fail({ _tag: "Defect", defect } as const)),
    Effect.tapError((error) => Effect.logError(`Receiving over ${service} failed`, error)),
    Effect.retry(afterFailure)
  )
  return yield* Effect.forever(one).pipe(
    Effect.replicateEffect(promises.receiveConcurrency, { concurrency: "unbounded", discard: true }),
    Effect.andThen(Effect.never)
  )
})
