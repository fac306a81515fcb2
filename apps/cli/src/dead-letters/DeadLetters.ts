/**
 * `eformidling dead-letters`.
 */
import { Command } from "effect/cli"
import { list } from "./ListCommand.ts"
import { replay } from "./ReplayCommand.ts"
import { show } from "./ShowCommand.ts"

/** Commands about what came in and could not be handled. They work beside a running server. */
export const deadLetters = Command.make("dead-letters").pipe(
  Command.withDescription("What came in and could not be handled"),
  Command.withSubcommands([list, show, replay])
)
