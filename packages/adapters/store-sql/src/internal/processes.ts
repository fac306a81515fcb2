/** Processes of `crashWriter.ts` for tests. */
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const program = fileURLToPath(new URL("./crashWriter.ts", import.meta.url))

export interface Writer {
  /** Ends when the process has printed this many whole lines, or has ended. */
  readonly lines: (count: number) => Effect.Effect<ReadonlyArray<string>>
  /** SIGKILL; the lines that were printed until then. */
  readonly kill: Effect.Effect<ReadonlyArray<string>>
  readonly errors: () => string
}

export const startWriter = (...args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync((): Writer => {
      const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] })
      let output = ""
      let errors = ""
      let closed = false
      const waiting = new Set<() => void>()
      const changed = () => waiting.forEach((look) => look())
      child.stdout.on("data", (data: Buffer) => {
        output += data.toString()
        changed()
      })
      child.stderr.on("data", (data: Buffer) => {
        errors += data.toString()
      })
      child.on("close", () => {
        closed = true
        changed()
      })
      const whole = () => output.split("\n").slice(0, -1)
      const until = (done: () => boolean) =>
        Effect.callback<ReadonlyArray<string>>((resume) => {
          const look = () => {
            if (!done() && !closed) return
            waiting.delete(look)
            resume(Effect.succeed(whole()))
          }
          waiting.add(look)
          look()
        })
      return {
        lines: (count) => until(() => whole().length >= count),
        kill: Effect.suspend(() => {
          child.kill("SIGKILL")
          return until(() => closed)
        }),
        errors: () => errors
      }
    }),
    ({ kill }) => kill
  )
