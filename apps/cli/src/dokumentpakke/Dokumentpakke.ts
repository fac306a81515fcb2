/**
 * `eformidling dokumentpakke`.
 */
import { Command } from "effect/cli"
import { inspect } from "./InspectCommand.ts"
import { openCommand } from "./OpenCommand.ts"
import { sealCommand } from "./SealCommand.ts"

/** Commands about dokumentpakker. They need no configuration and reach no other machine. */
export const dokumentpakke = Command.make("dokumentpakke").pipe(
  Command.withDescription("Seal, open and judge dokumentpakker"),
  Command.withSubcommands([inspect, openCommand, sealCommand])
)
