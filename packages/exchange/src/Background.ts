/**
 * The work that is done again and again, each at its promised interval.
 *
 * A round that fails is logged and tried again in the next; rounds of one kind never overlap.
 */
import { type DateTime, type Duration, Effect } from "effect"
import { expireConversations } from "./ExpireConversations.ts"
import { pollStatuses } from "./PollStatuses.ts"
import { promises } from "./Promises.ts"
import { forgetWebhooks, pushWebhooks } from "./PushWebhooks.ts"
import { sweepDocuments } from "./SweepDocuments.ts"
import { unlockMessages } from "./UnlockMessages.ts"

const forever = <A, E, R>(name: string, every: Duration.Duration, round: Effect.Effect<A, E, R>) =>
  round.pipe(
    Effect.catch((error) => Effect.logError(`${name} failed`, error)),
    Effect.catchDefect((defect) => Effect.logError(`${name} died`, defect)),
    Effect.andThen(Effect.sleep(every)),
    Effect.forever
  )

/** {@link expireConversations}, every 30 s. */
export const expireForever = Effect.suspend(() =>
  forever("Expiring messages", promises.expireEvery, expireConversations())
)

/** {@link unlockMessages}, every 5 s. */
export const unlockForever = Effect.suspend(() => forever("Unlocking messages", promises.unlockEvery, unlockMessages()))

/** {@link sweepDocuments}, every hour. */
export const sweepForever = Effect.suspend(() => forever("Sweeping documents", promises.sweepEvery, sweepDocuments()))

/** {@link pushWebhooks}, every second and as long as something is due. */
export const pushForever = Effect.suspend(() =>
  forever(
    "Pushing events",
    promises.pushEvery,
    Effect.repeat(Effect.suspend(pushWebhooks), { while: (count) => count > 0 })
  )
)

/** {@link forgetWebhooks}, every hour. */
export const forgetForever = Effect.suspend(() => forever("Forgetting events", promises.sweepEvery, forgetWebhooks()))

/** {@link pollStatuses}, every minute. The first round asks about every pollable message. */
export const pollForever = Effect.suspend(() => {
  let previous: DateTime.Utc | undefined
  const round = Effect.suspend(() => pollStatuses(previous)).pipe(
    Effect.tap((began) =>
      Effect.sync(() => {
        previous = began
      })
    )
  )
  return forever("Polling statuses", promises.pollEvery, round)
})
