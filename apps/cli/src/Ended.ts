/**
 * How a command ends when it does not end well.
 */
import { Data } from "effect"

/** What the process says to who called it: 1 for a clear no, 2 where no answer could be given. */
export type ExitCode = 1 | 2

/** A command that has said all it had to say on standard output. */
export class Ended extends Data.TaggedError("Ended")<{ readonly code: ExitCode }> {
  override get message(): string {
    return `exit code ${this.code}`
  }
}

/** Something that keeps a command from its work: said on standard error, exit code 2. */
export class Hindered extends Data.TaggedError("Hindered")<{ readonly message: string; readonly cause?: unknown }> {}

/** What a failure of a library says, for the end of a sentence. */
export const said = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
