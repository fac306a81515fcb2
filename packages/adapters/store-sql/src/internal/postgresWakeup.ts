import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, Queue, Schedule } from "effect"
import { bell, Wakeup } from "./wakeup.ts"

const CHANNEL = "eformidling_outbox"

const make = Effect.gen(function* () {
  const pg = yield* PgClient.PgClient
  const inProcess = yield* bell
  const announcements = yield* Queue.sliding<void>(1)

  // One notification at a time, after the commit: a notification inside a transaction makes all commits queue up.
  yield* Queue.take(announcements).pipe(
    Effect.andThen(Effect.ignore(pg.notify(CHANNEL, ""))),
    Effect.forever,
    Effect.forkScoped
  )

  // Whoever waits does so for a limited time, so a lost listener delays and loses nothing.
  yield* pg.listen(CHANNEL).pipe(
    Effect.tap(() => inProcess.wake),
    Effect.flatMap((notifications) => Effect.forever(Effect.andThen(Queue.take(notifications), inProcess.wake))),
    Effect.scoped,
    Effect.retry(Schedule.spaced("1 second")),
    Effect.forkScoped
  )

  return Wakeup.of({
    wake: Effect.andThen(inProcess.wake, Queue.offer(announcements, undefined)).pipe(Effect.asVoid),
    listen: inProcess.listen
  })
})

/** Within the process at once, and in others through `NOTIFY`. Holds one connection. */
export const layer: Layer.Layer<Wakeup, never, PgClient.PgClient> = Layer.effect(Wakeup, make)
