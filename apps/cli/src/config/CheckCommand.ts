/**
 * `eformidling config check`: whether an integrasjonspunkt with these settings could do its work.
 */
import { NodeHttpClient } from "@effect/platform-node"
import * as Listing from "@eformidling/configuration/Listing"
import { load, type Settings } from "@eformidling/configuration/Settings"
import type { SettingsError } from "@eformidling/configuration/SettingsError"
import type { Sources } from "@eformidling/configuration/Sources"
import { Console, Effect, Result } from "effect"
import { Command, Flag } from "effect/cli"
import { Ended } from "../Ended.ts"
import { settingsFlag, sources } from "../SettingsFlag.ts"
import { table } from "../Table.ts"
import { type Check, failed, ok, warning } from "./Check.ts"
import { keystores } from "./Keystores.ts"
import { reach } from "./Reach.ts"
import { tokens } from "./Tokens.ts"

interface Report {
  readonly profile: string
  readonly settings: ReadonlyArray<Listing.Listed>
  readonly checks: ReadonlyArray<Check>
}

const problems = ({ problems }: SettingsError): ReadonlyArray<Check> =>
  problems.map((problem) => failed(problem.property, problem.sentence))

const checksOf = Effect.fnUntraced(function* (settings: Settings["Service"]) {
  const certificates = yield* keystores(settings)
  const others = yield* Effect.all([tokens(settings), reach(settings)], { concurrency: "unbounded" })
  return [...certificates, ...others.flat()]
}, Effect.provide(NodeHttpClient.layerUndici))

const judge = Effect.fnUntraced(function* (sources: Sources) {
  const loaded = yield* Effect.result(load(sources))
  const notices = sources.notices.map((notice) => warning("Settings", notice))
  const report: Report = {
    profile: sources.profile,
    settings: Listing.list(sources),
    checks: [
      ...notices,
      ...(Result.isFailure(loaded)
        ? problems(loaded.failure)
        : [ok("Settings", "None is missing, and all can be read."), ...(yield* checksOf(loaded.success))])
    ]
  }
  return report
})

const settingsTable = (settings: Report["settings"]): string =>
  table(
    [{ title: "Setting" }, { title: "Value" }, { title: "From" }],
    settings.map(({ origin = "", property, value = "(not set)" }) => [property, value, origin])
  )

const checkTable = (checks: ReadonlyArray<Check>): string =>
  table(
    [{ title: "Result" }, { title: "Check" }, { title: "Found" }],
    checks.map(({ detail, name, status }) => [status, name, detail])
  )

const toText = ({ checks, profile, settings }: Report): string => {
  const count = (status: Check["status"]) => checks.filter((check) => check.status === status).length
  return [
    `Profile ${profile}`,
    settingsTable(settings),
    checkTable(checks),
    `${count("failed")} failed, ${count("warning")} warnings, ${count("ok")} ok, ${count("skipped")} skipped`
  ].join("\n\n")
}

/** Reads the settings as the server does, and looks at everything they name. Ends with 0 where nothing failed, else 1. */
export const check = Command.make(
  "check",
  {
    set: settingsFlag,
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print JSON"), Flag.withDefault(false))
  },
  Effect.fn("check")(function* ({ json, set }) {
    const read = yield* Effect.result(sources(set))
    const report = Result.isSuccess(read)
      ? yield* judge(read.success)
      : { profile: "unknown", settings: [], checks: problems(read.failure) }
    const passed = report.checks.every(({ status }) => status !== "failed")
    yield* Console.log(json ? JSON.stringify({ passed, ...report }, undefined, 2) : toText(report))
    if (!passed) return yield* new Ended({ code: 1 })
  })
).pipe(
  Command.withDescription("Check the settings, the keystores, and whether everybody they name lets us in"),
  Command.withExamples([
    { command: "eformidling config check", description: "Check the settings of the working directory" },
    {
      command: "eformidling config check --set difi.move.org.keystore.path=new.p12",
      description: "Check them with one of them changed"
    }
  ])
)
