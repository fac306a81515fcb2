/**
 * `eformidling dead-letters list`.
 */
import { Array, Console, DateTime, Effect, Order, Result } from "effect"
import { Command, Flag } from "effect/cli"
import { Ended } from "../Ended.ts"
import { settingsFlag } from "../SettingsFlag.ts"
import { table } from "../Table.ts"
import type { Summary } from "./Place.ts"
import { places } from "./Places.ts"

const listTable = (letters: ReadonlyArray<Summary>): string =>
  table(
    [
      { title: "Source" },
      { title: "Key" },
      { title: "Since" },
      { title: "Reason" },
      { title: "Bytes", align: "right" },
      { title: "Description" }
    ],
    letters.map(({ at, description, key, reason, size, source }) => [
      source,
      key,
      DateTime.formatIso(at),
      reason,
      String(size),
      description
    ])
  )

const newestFirst = Order.flip(Order.mapInput(DateTime.Order, ({ at }: Summary) => at))

/** A letter as JSON. */
export const toJson = ({ at, description, key, reason, size, source }: Summary) => ({
  source,
  key,
  reason,
  description,
  at: DateTime.formatIso(at),
  size
})

/** Lists the letters of every place that answers; ends with 2 where one does not. */
export const list = Command.make(
  "list",
  {
    limit: Flag.Int("limit").pipe(
      Flag.withDescription("Letters of each place at most"),
      Flag.filter(
        (limit) => limit > 0,
        () => "Write a number above 0."
      ),
      Flag.withDefault(100)
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print JSON"), Flag.withDefault(false)),
    set: settingsFlag
  },
  Effect.fn("list")(function* ({ json, limit, set }) {
    const answers = yield* Effect.forEach(yield* places(set), (place) => Effect.result(place.list(limit)))
    const found = answers.filter(Result.isSuccess).map(({ success }) => success)
    const letters = Array.sort(
      found.flatMap((place) => place.letters),
      newestFirst
    )
    const total = found.reduce((sum, place) => sum + place.total, 0)
    if (json) yield* Console.log(JSON.stringify({ total, letters: letters.map(toJson) }, undefined, 2))
    else {
      if (letters.length > 0) yield* Console.log(`${listTable(letters)}\n`)
      const count = total === letters.length ? String(total) : `${letters.length} of ${total}`
      yield* Console.log(`${count} dead letters`)
    }
    const failures = answers.filter(Result.isFailure)
    yield* Effect.forEach(failures, ({ failure }) => Console.error(failure.message), { discard: true })
    if (failures.length > 0) return yield* new Ended({ code: 2 })
  }, Effect.scoped)
).pipe(Command.withDescription("List what came in and could not be handled, with its reason, the newest first"))
