import { Effect, type FileSystem, Layer, Stdio } from "effect"
import { environment } from "./internal/environment.ts"
import { localFile } from "./internal/localFile.ts"
import { fromActiveProfiles, profiles } from "./Profile.ts"
import { canonical } from "./RelaxedNames.ts"
import { load, Settings } from "./Settings.ts"
import { Problem, SettingsError } from "./SettingsError.ts"
import { type Source, source, type Sources } from "./Sources.ts"

const activeProfiles = "spring.profiles.active"

/** The `--name=value` arguments of a command line; the others are not settings. */
const fromArguments = (args: ReadonlyArray<string>): Source =>
  source(
    args.flatMap((arg): ReadonlyArray<readonly [string, string]> => {
      const [, name, value = ""] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(arg) ?? []
      return name === undefined ? [] : [[name, value]]
    }),
    "the command line"
  )

/**
 * Everything that settings come from, the strongest first: the command line, the environment, the file in the working
 * directory. Profiles are chosen by the first two only.
 *
 * Source: nextmove-api 8.1.
 */
export const sources: Effect.Effect<Sources, SettingsError, FileSystem.FileSystem | Stdio.Stdio> = Effect.gen(
  function* () {
    const stdio = yield* Stdio.Stdio
    const commandLine = fromArguments(yield* stdio.args)
    const variables = yield* Effect.mapError(
      environment,
      ({ message }) =>
        new SettingsError({ problems: [new Problem({ property: "environment", problem: `${message}.` })] })
    )
    const fromEnvironment = source(variables, "the environment")
    const file = yield* localFile

    const name = canonical(activeProfiles)
    const active = commandLine.get(name) ?? fromEnvironment.get(name)
    const profile = active === undefined ? "production" : fromActiveProfiles(active.value)
    const unknown = `${activeProfiles} names none of ${profiles.join(", ")}; production is taken`
    return {
      sources: [commandLine, fromEnvironment, file.source],
      profile: profile ?? "production",
      notices: profile === undefined ? [unknown, ...file.notices] : file.notices
    }
  }
)

/**
 * Reads all settings once, at start. Fails with every setting that is missing or wrong; warns of what is odd in the sources.
 */
export const layer: Layer.Layer<Settings, SettingsError, FileSystem.FileSystem | Stdio.Stdio> = Layer.effect(
  Settings,
  Effect.gen(function* () {
    const found = yield* sources
    yield* Effect.forEach(found.notices, (notice) => Effect.logWarning(notice), { discard: true })
    return yield* load(found)
  })
)
