/**
 * `eformidling dead-letters show`.
 */
import { Console, Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { hash } from "node:crypto"
import { settingsFlag } from "../SettingsFlag.ts"
import { facts, printable } from "../Table.ts"
import { toJson } from "./ListCommand.ts"
import { letterOf, placeOf, places } from "./Places.ts"

/** Where the letter came from. */
export const source = Argument.String("source").pipe(
  Argument.withDescription("Where the letter came from, as list has it")
)

/** What the letter is called there. */
export const key = Argument.String("key").pipe(Argument.withDescription("What it is called there, as list has it"))

/** Shows one letter; what came in only where that is asked for. */
export const show = Command.make(
  "show",
  {
    source,
    key,
    body: Flag.Boolean("body").pipe(
      Flag.withDescription("Also print what came in: it may hold personal data"),
      Flag.withDefault(false)
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print JSON, the body as base64"), Flag.withDefault(false)),
    set: settingsFlag
  },
  Effect.fn("show")(function* ({ body, json, key, set, source }) {
    const letter = yield* letterOf(yield* placeOf(yield* places(set), source), source, key)
    const summary = { ...toJson(letter), sha256: hash("sha256", letter.body, "hex") }
    const bytes = Buffer.from(letter.body)
    if (json) {
      const shown = { ...summary, ...(body ? { body: bytes.toString("base64") } : {}) }
      return yield* Console.log(JSON.stringify(shown, undefined, 2))
    }
    yield* Console.log(facts(Object.entries(summary).map(([name, value]) => [name, String(value)])))
    if (body) yield* Console.log(`\n${bytes.toString("utf8").split(/\r?\n/).map(printable).join("\n")}`)
  }, Effect.scoped)
).pipe(Command.withDescription("Show one dead letter"))
