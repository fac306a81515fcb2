/**
 * The command line `eformidling`.
 */
import { Console, Effect, Logger } from "effect"
import { Command } from "effect/cli"
import { config } from "./config/Config.ts"
import { deadLetters } from "./dead-letters/DeadLetters.ts"
import { dokumentpakke } from "./dokumentpakke/Dokumentpakke.ts"
import { Ended, type ExitCode } from "./Ended.ts"

const command = Command.make("eformidling").pipe(
  Command.withDescription("Dokumentpakker, configuration and dead letters of an integrasjonspunkt"),
  Command.withSubcommands([dokumentpakke, config, deadLetters])
)

const runCommand = Command.runWith(command, { version: "0.0.0" })

/**
 * Runs a command line, without the program's own name, and returns the exit code: 0 for a good answer, 1 for a clear
 * no, 2 where no answer could be given. Answers go to standard output, all else to standard error.
 */
export const run = (args: ReadonlyArray<string>) =>
  runCommand(args).pipe(
    Effect.as<0 | ExitCode>(0),
    Effect.catch((error) => {
      if (error instanceof Ended) return Effect.succeed(error.code)
      const hindered = Effect.succeed<ExitCode>(2)
      return error._tag === "ShowHelp" ? hindered : Effect.andThen(Console.error(error.message), hindered)
    }),
    Effect.provideService(Logger.LogToStderr, true)
  )
