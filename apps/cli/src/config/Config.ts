/**
 * `eformidling config`.
 */
import { Command } from "effect/cli"
import { check } from "./CheckCommand.ts"

/** Commands about the settings. */
export const config = Command.make("config").pipe(
  Command.withDescription("Settings of the integrasjonspunkt in the working directory"),
  Command.withSubcommands([check])
)
