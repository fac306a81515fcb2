/**
 * Settings on the command line.
 */
import * as Configuration from "@eformidling/configuration/Configuration"
import { Effect, Option, Stdio } from "effect"
import { Flag } from "effect/cli"

/** Settings that take the place of those found: `--set difi.move.org.number=910076787`, repeated. */
export const settingsFlag = Flag.String("set").pipe(
  Flag.withMetavar("NAME=VALUE"),
  Flag.withDescription("A setting in place of the one found; may be repeated"),
  Flag.filterMap(
    (text) => (/^[^=\s]+=/.test(text) ? Option.some(`--${text}`) : Option.none()),
    () => "Write a setting's name, =, and its value."
  ),
  Flag.atLeast(0)
)

/** Has the configuration read these settings, and nothing else of our own command line. */
export const withSettings =
  (given: ReadonlyArray<string>) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Stdio.Stdio> =>
    Effect.updateService(effect, Stdio.Stdio, (stdio) => Stdio.make({ ...stdio, args: Effect.succeed(given) }))

/** Everything settings come from, as for the server in this working directory. */
export const sources = (given: ReadonlyArray<string>) => withSettings(given)(Configuration.sources)
