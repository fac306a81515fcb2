/**
 * One of everything: two letters, a publisering with its kvittering, and an innsynskrav, each followed to its end.
 */
import { Clock, Console, Effect, Schedule, Schema } from "effect"
import { randomUUID } from "node:crypto"
import type { Addresses } from "../Sandbox.ts"
import * as Client from "./Client.ts"
import * as Messages from "./Messages.ts"

/** A message did not get where it should. */
export class DemoFailed extends Schema.TaggedError<DemoFailed>()("DemoFailed", { what: Schema.String }) {
  override get message(): string {
    return this.what
  }
}

/** Between looks. */
const often = Schedule.spaced("200 millis")

/** A message has this many looks, about five minutes, to get where it should. */
const looks = 1500

const failures = ["FEIL", "LEVETID_UTLOPT"]

const untilTrue = <E, R>(what: string, look: Effect.Effect<boolean, E, R>) =>
  look.pipe(
    Effect.filterOrFail(
      (there) => there,
      () => new DemoFailed({ what })
    ),
    Effect.retry({ schedule: often, times: looks, while: (error) => error instanceof DemoFailed })
  )

/** Writes what happens, with the seconds since the start before it. */
const timeline = Effect.map(
  Clock.currentTimeMillis,
  (start) => (what: string, happened: string) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      Console.log(`${((now - start) / 1000).toFixed(2).padStart(7)} s  ${what.padEnd(34)} ${happened}`)
    )
)

const newId = Effect.sync(randomUUID)

/** Runs the whole of it against a running sandbox. Fails when a message does not reach its last status. */
export const run = Effect.fn("Demo.run")(function* ({ eInnsyn, municipality, network }: Addresses) {
  const tell = yield* timeline

  const follow = Effect.fnUntraced(function* (server: string, name: string, messageId: string, last: string) {
    const seen = new Set<string>()
    const look = Effect.gen(function* () {
      for (const status of yield* Client.statuses(server, messageId)) {
        if (seen.has(status)) continue
        seen.add(status)
        yield* tell(name, status)
        if (failures.includes(status)) return yield* new Client.Refused({ what: name, answer: status })
      }
      return seen.has(last)
    })
    yield* untilTrue(`the ${name} has not reached ${last}`, look)
  })

  const deliver = Effect.fnUntraced(function* (server: string, message: Messages.Message, last: string) {
    yield* Client.send(server, message)
    yield* follow(server, message.name, message.messageId, last)
  })

  const takeIn = Effect.fnUntraced(function* (server: string, name: string, messageId: string) {
    yield* untilTrue(`the ${name} has not arrived`, Client.peek(server, messageId))
    const size = (yield* Client.pop(server, messageId)).length
    yield* tell(name, size === 0 ? "fetched, nothing to open" : "fetched and opened")
    yield* Client.remove(server, messageId)
  })

  const letter = Effect.fnUntraced(function* (message: Messages.Message, last: string) {
    yield* deliver(municipality, message, last)
    const copies = yield* Client.copies(network, message.messageId)
    yield* tell(message.name, `${copies} in the mailbox`)
    if (copies !== 1)
      return yield* new DemoFailed({ what: `the ${message.name} reached its recipient ${copies} times` })
  })

  const publication = Effect.gen(function* () {
    const publisering = Messages.publisering(yield* newId)
    const kvittering = Messages.kvittering(yield* newId, publisering.messageId)
    const atEInnsyn = Effect.gen(function* () {
      yield* takeIn(eInnsyn, "publisering at eInnsyn", publisering.messageId)
      yield* Client.send(eInnsyn, kvittering)
    })
    const back = takeIn(municipality, "einnsyn_kvittering at us", kvittering.messageId)
    yield* Effect.all(
      [
        deliver(municipality, publisering, "LEVERT"),
        atEInnsyn,
        Effect.andThen(back, follow(eInnsyn, kvittering.name, kvittering.messageId, "LEVERT"))
      ],
      { concurrency: "unbounded" }
    )
  })

  const request = Effect.gen(function* () {
    const innsynskrav = Messages.innsynskrav(yield* newId)
    const atUs = Effect.andThen(
      takeIn(municipality, "innsynskrav at us", innsynskrav.messageId),
      follow(municipality, "innsynskrav at us", innsynskrav.messageId, "INNKOMMENDE_LEVERT")
    )
    yield* Effect.all([deliver(eInnsyn, innsynskrav, "LEVERT"), atUs], { concurrency: "unbounded" })
  })

  yield* Effect.all(
    [
      letter(Messages.digital(yield* newId), "LEST"),
      letter(Messages.print(yield* newId), "LEVERT"),
      publication,
      request
    ],
    { concurrency: "unbounded" }
  )
  yield* Console.log("\nEvery message has reached its last status.")
})
