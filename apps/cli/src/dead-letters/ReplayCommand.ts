/**
 * `eformidling dead-letters replay`.
 */
import { Array, Console, DateTime, Effect, Option, Order } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Ended, Hindered } from "../Ended.ts"
import { settingsFlag } from "../SettingsFlag.ts"
import { printable } from "../Table.ts"
import { Outcome, type Summary } from "./Place.ts"
import { type AnyPlace, letterOf, placeOf, places } from "./Places.ts"
import { key, source } from "./ShowCommand.ts"

/** Letters of each place that one command replays at most. */
const most = 10_000

const oldestFirst = Order.mapInput(DateTime.Order, ({ letter }: { readonly letter: Summary }) => letter.at)

const everyOne = Effect.fnUntraced(function* (open: ReadonlyArray<AnyPlace>) {
  const found = yield* Effect.forEach(open, (place) =>
    Effect.map(place.list(most), ({ letters }) => letters.map((letter) => ({ place, letter })))
  )
  return Array.sort(found.flat(), oldestFirst)
})

const theOne = Effect.fnUntraced(function* (open: ReadonlyArray<AnyPlace>, source: string, key: string) {
  const place = yield* placeOf(open, source)
  return [{ place, letter: yield* letterOf(place, source, key) }]
})

/** Replays letters and says of each what came of it. Ends with 1 where any is as it was. */
export const replay = Command.make(
  "replay",
  {
    source: Argument.optional(source),
    key: Argument.optional(key),
    all: Flag.Boolean("all").pipe(Flag.withDescription("Every dead letter there is"), Flag.withDefault(false)),
    set: settingsFlag
  },
  Effect.fn("replay")(function* ({ all, key, set, source }) {
    const name = Option.getOrUndefined(Option.all([source, key]))
    if (all ? Option.isSome(source) : name === undefined)
      return yield* new Hindered({ message: "Give the source and key of one dead letter, or --all." })
    const open = yield* places(set)
    const wanted = name === undefined ? yield* everyOne(open) : yield* theOne(open, ...name)
    const outcomes = yield* Effect.forEach(wanted, ({ letter: { key, source }, place }) =>
      Effect.tap(place.replay(source, key), (outcome) =>
        Console.log(`${outcome._tag.toLowerCase()}  ${printable(`${source} ${key}  ${outcome.detail}`)}`)
      )
    )
    const kept = outcomes.filter(Outcome.$is("Kept")).length
    yield* Console.log(`${outcomes.length - kept} replayed, ${kept} kept`)
    if (kept > 0) return yield* new Ended({ code: 1 })
  }, Effect.scoped)
).pipe(
  Command.withDescription("Have dead letters handled as if they came now, the oldest first"),
  Command.withExamples([
    { command: "eformidling dead-letters replay --all", description: "After the cause has been set right" }
  ])
)
