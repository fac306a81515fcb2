import type { Incoming } from "@eformidling/port-transport/Incoming"
import { MessageReceiver, Undeliverable } from "@eformidling/port-transport/MessageReceiver"
import type { TransportError } from "@eformidling/port-transport/TransportError"
import { Cause, Effect, Exit, Queue, type Redacted } from "effect"
import type { Corner2 } from "./Corner2.ts"
import type { DpiSettings } from "./DpiSettings.ts"
import * as Jws from "./Jws.ts"
import * as Receipt from "./Receipt.ts"
import * as ReceiptPolling from "./ReceiptPolling.ts"

const undeliverableIn = <E>(cause: Cause.Cause<E>): Undeliverable | undefined => {
  const failed = cause.reasons.find((reason) => Cause.isFailReason(reason) && reason.error instanceof Undeliverable)
  return failed !== undefined && Cause.isFailReason(failed) && failed.error instanceof Undeliverable
    ? failed.error
    : undefined
}

/**
 * Takes receipts from corner 2.
 *
 * A receipt is marked as read once it has been handled, or called undeliverable. One that cannot be read is handed up
 * once and left unread, and comes as what it is should it become readable.
 */
export const make = Effect.fnUntraced(function* (
  settings: DpiSettings,
  corner2: Corner2,
  token: Effect.Effect<Redacted.Redacted<string>, TransportError>
) {
  const arrived = yield* Queue.unbounded<ReceiptPolling.Polled>()
  const read = Receipt.reader(yield* Jws.verifier)
  yield* Effect.forkScoped(ReceiptPolling.run(settings, corner2, token, read, arrived))

  const markRead = (polled: ReceiptPolling.Polled): Effect.Effect<void> =>
    polled.markRead.pipe(
      Effect.andThen(polled.done("read")),
      Effect.catch((error) =>
        Effect.andThen(
          Effect.logWarning(`a receipt could not be marked as read and will come again: ${error.message}`),
          polled.done("kept")
        )
      )
    )

  const settleBy = <A, E>(
    polled: ReceiptPolling.Polled,
    exit: Exit.Exit<A, E | Undeliverable>
  ): Effect.Effect<A | undefined, Exclude<E, Undeliverable>> => {
    const { readable } = polled.receipt
    if (Exit.isSuccess(exit)) return Effect.as(readable ? markRead(polled) : polled.done("setAside"), exit.value)
    const undeliverable = undeliverableIn(exit.cause)
    return undeliverable === undefined
      ? Effect.andThen(polled.done("kept"), Effect.failCause(exit.cause as Cause.Cause<Exclude<E, Undeliverable>>))
      : Effect.logError(
          `a receipt is passed over for good: ${undeliverable.reason}: ${undeliverable.description}`
        ).pipe(Effect.andThen(readable ? markRead(polled) : polled.done("setAside")), Effect.as(undefined))
  }

  const take = <A, E, R>(handle: (incoming: Incoming) => Effect.Effect<A, E | Undeliverable, R>) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const polled = yield* restore(Queue.take(arrived))
        return yield* settleBy(polled, yield* Effect.exit(restore(handle(polled.receipt.incoming))))
      })
    )

  return MessageReceiver.of({ take })
})
