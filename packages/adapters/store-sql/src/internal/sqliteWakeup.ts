import { Clock, Effect, Layer, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { decodeRows, Whole } from "./columns.ts"
import { bell, Wakeup } from "./wakeup.ts"

/** How long a commit of another process may go unnoticed. A look takes some microseconds. */
const LOOK_EVERY = "25 millis"

const Version = Schema.Struct({ data_version: Whole })

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const inProcess = yield* bell

  // Changes when another connection, so another process, has committed. On trouble it stands still: whoever waits
  // does so for a limited time only.
  const version = sql`PRAGMA data_version`.pipe(
    Effect.flatMap(decodeRows(Version)),
    Effect.map((rows) => rows[0]?.data_version ?? 0),
    Effect.orElseSucceed(() => 0)
  )

  // Other processes live by the real clock.
  const pause = Effect.sleep(LOOK_EVERY).pipe(Effect.provideService(Clock.Clock, Clock.Clock.defaultValue()))

  const changedSince = (seen: number): Effect.Effect<void> =>
    Effect.andThen(pause, version).pipe(Effect.repeat({ while: (now) => now === seen || now === 0 }), Effect.asVoid)

  return Wakeup.of({
    wake: inProcess.wake,
    listen: Effect.gen(function* () {
      const rung = yield* inProcess.listen
      const seen = yield* version
      return Effect.raceFirst(rung, changedSince(seen))
    })
  })
})

/** Within the process at once; commits of other processes on the same file are noticed within 25 milliseconds. */
export const layer: Layer.Layer<Wakeup, never, SqlClient.SqlClient> = Layer.effect(Wakeup, make)
