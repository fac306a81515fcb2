/**
 * `eformidling dead-letters`.
 */
import { Console, DateTime, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { hash } from "node:crypto"
import { Ended, Hindered } from "../Ended.ts"
import { settingsFlag } from "../SettingsFlag.ts"
import { facts, printable, table } from "../Table.ts"
import { type Letter, Replayed } from "./Place.ts"
import { letterOf, nameOf, placeOf, places } from "./Places.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("Print JSON"), Flag.withDefault(false))

const summaryOf = ({ at, body, description, key, reason, source }: Letter) => ({
  source,
  key,
  reason,
  description,
  at: DateTime.formatIso(at),
  size: body.length,
  sha256: hash("sha256", body, "hex")
})

const listTable = (letters: ReadonlyArray<Letter>): string =>
  table(
    [
      { title: "Source" },
      { title: "Key" },
      { title: "Since" },
      { title: "Reason" },
      { title: "Bytes", align: "right" },
      { title: "Description" }
    ],
    letters.map((letter) => {
      const { at, description, key, reason, size, source } = summaryOf(letter)
      return [source, key, at, reason, String(size), description]
    })
  )

const list = Command.make(
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
    json,
    set: settingsFlag
  },
  Effect.fn("list")(function* ({ json, limit, set }) {
    const found = yield* Effect.forEach(yield* places(set), ({ list }) => list(limit))
    const letters = found.flatMap((place) => place.letters)
    const total = found.reduce((sum, place) => sum + place.total, 0)
    if (json) return yield* Console.log(JSON.stringify({ total, letters: letters.map(summaryOf) }, undefined, 2))
    if (letters.length > 0) yield* Console.log(`${listTable(letters)}\n`)
    yield* Console.log(
      total === letters.length ? `${total} dead letters` : `${letters.length} of ${total} dead letters`
    )
  }, Effect.scoped)
).pipe(Command.withDescription("List what came in and could not be handled, with its reason"))

const source = Argument.String("source").pipe(Argument.withDescription("Where the letter came from, as list has it"))
const key = Argument.String("key").pipe(Argument.withDescription("What it is called there, as list has it"))

const show = Command.make(
  "show",
  {
    source,
    key,
    body: Flag.Boolean("body").pipe(
      Flag.withDescription("Also print what came in: it may hold personal data"),
      Flag.withDefault(false)
    ),
    json,
    set: settingsFlag
  },
  Effect.fn("show")(function* ({ body, json, key, set, source }) {
    const place = yield* placeOf(yield* places(set), source)
    const letter = yield* letterOf(place, source, key)
    const summary = summaryOf(letter)
    const bytes = Buffer.from(letter.body)
    if (json) {
      const shown = { ...summary, ...(body ? { body: bytes.toString("base64") } : {}) }
      return yield* Console.log(JSON.stringify(shown, undefined, 2))
    }
    yield* Console.log(facts(Object.entries(summary).map(([name, value]) => [name, String(value)])))
    if (body) yield* Console.log(`\n${bytes.toString("utf8").split(/\r?\n/).map(printable).join("\n")}`)
  }, Effect.scoped)
).pipe(Command.withDescription("Show one dead letter"))

/** More letters than this are not replayed by one command. */
const most = 10_000

const named = Effect.fnUntraced(function* (
  open: Effect.Success<ReturnType<typeof places>>,
  source: string,
  key: string
) {
  const place = yield* placeOf(open, source)
  return { place, letter: yield* letterOf(place, source, key) }
})

const replay = Command.make(
  "replay",
  {
    source: Argument.optional(source),
    key: Argument.optional(key),
    all: Flag.Boolean("all").pipe(Flag.withDescription("Every dead letter there is"), Flag.withDefault(false)),
    set: settingsFlag
  },
  Effect.fn("replay")(function* ({ all, key, set, source }) {
    if (all === Option.isSome(source) || Option.isSome(source) !== Option.isSome(key))
      return yield* new Hindered({ message: "Give the source and key of one dead letter, or --all." })
    const open = yield* places(set)
    const wanted = all
      ? (yield* Effect.forEach(open, (place) =>
          Effect.map(place.list(most), ({ letters }) => letters.toReversed().map((letter) => ({ place, letter })))
        )).flat()
      : [
          yield* named(
            open,
            Option.getOrElse(source, () => ""),
            Option.getOrElse(key, () => "")
          )
        ]
    const outcomes = yield* Effect.forEach(wanted, ({ letter, place }) =>
      Effect.tap(place.replay(letter), (outcome) =>
        Console.log(
          `${Replayed.$is("Handled")(outcome) ? "handled" : "kept"}  ${printable(nameOf(letter))}  ${printable(outcome.detail)}`
        )
      )
    )
    const kept = outcomes.filter(Replayed.$is("Kept")).length
    yield* Console.log(`${outcomes.length - kept} handled, ${kept} kept`)
    if (kept > 0) return yield* new Ended({ code: 1 })
  }, Effect.scoped)
).pipe(
  Command.withDescription("Have dead letters handled again, as if they came now, oldest first"),
  Command.withExamples([
    { command: "eformidling dead-letters replay --all", description: "After the cause has been set right" }
  ])
)

/** Commands about what came in and could not be handled. They work beside a running server. */
export const deadLetters = Command.make("dead-letters").pipe(
  Command.withDescription("What came in and could not be handled"),
  Command.withSubcommands([list, show, replay])
)
