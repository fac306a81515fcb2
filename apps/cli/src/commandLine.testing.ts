/**
 * Runs the command line as a shell would, for tests.
 */
import { NodeServices } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { TestConsole } from "effect/testing"
import { run } from "./Eformidling.ts"

export interface Ran {
  readonly code: number
  readonly out: string
  readonly error: string
}

/** What the command line came to and wrote. Words may come in groups. */
export const commandLine = (...words: ReadonlyArray<string | ReadonlyArray<string>>) =>
  Effect.gen(function* () {
    const code = yield* run(words.flat())
    const ran: Ran = {
      code,
      out: (yield* TestConsole.logLines).join("\n"),
      error: (yield* TestConsole.errorLines).join("\n")
    }
    return ran
  }).pipe(Effect.provide(Layer.merge(Layer.fresh(TestConsole.layer), NodeServices.layer)))
