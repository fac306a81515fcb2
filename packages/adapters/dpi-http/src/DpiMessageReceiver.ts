import type { Incoming } from "@eformidling/port-transport/Incoming"
import { MessageReceiver, Undeliverable } from "@eformidling/port-transport/MessageReceiver"
import type { TransportError } from "@eformidling/port-transport/TransportError"
import { Cause, Effect, Exit, Queue, type Redacted } from "effect"
import type { Corner2 } from "./Corner2.ts"
import type { DpiSettings } from "./DpiSettings.ts"
import * as Jws from "./Jws.ts"
import * as Receipt from "./Receipt.ts"
import * as ReceiptPolling from "./ReceiptPolling.ts"

const isUndeliverable = <E>(cause: Cause.Cause<E>): boolean =>
  cause.reasons.some((reason) => Cause.isFailReason(reason) && reason.error instanceof Undeliverable)

/**
 * Takes receipts from corner 2. A receipt is marked as read once it has been handled; one that cannot be read is handed
 * up and left unread.
 */
export const make = Effect.fnUntraced(function*(
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
    if (Exit.isSuccess(exit)) {
      return Effect.as(polled.receipt.readable ? markRead(polled) : polled.done("kept"), exit.value)
    }
    return Effect.andThen(
      polled.done("kept"),
      isUndeliverable(exit.cause)
        ? Effect.succeed(undefined)
        : Effect.failCause(exit.cause as Cause.Cause<Exclude<E, Undeliverable>>)
    )
  }

  const take = <A, E, R>(handle: (incoming: Incoming) => Effect.Effect<A, E | Undeliverable, R>) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function*() {
        const polled = yield* restore(Queue.take(arrived))
        return yield* settleBy(polled, yield* Effect.exit(restore(handle(polled.receipt.incoming))))
      })
    )

  return MessageReceiver.of({ take })
})
