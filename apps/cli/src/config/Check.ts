/**
 * What a check found.
 */
import { Cause, Effect } from "effect"

/** `failed` keeps messages from moving; `warning` does not, or not yet; `skipped` could not be looked at. */
export interface Check {
  readonly name: string
  readonly status: "ok" | "warning" | "failed" | "skipped"
  readonly detail: string
}

const made =
  (status: Check["status"]) =>
  (name: string, detail: string): Check => ({ name, status, detail })

export const ok = made("ok")
export const warning = made("warning")
export const failed = made("failed")
export const skipped = made("skipped")

/** The longest any one check may take. */
const patience = "20 seconds"

/** The check, with what hinders it in place of it. */
export const attempt = <E extends { readonly message: string }, R>(
  name: string,
  check: Effect.Effect<ReadonlyArray<Check>, E, R>
): Effect.Effect<ReadonlyArray<Check>, never, R> =>
  check.pipe(
    Effect.timeoutOrElse({
      duration: patience,
      orElse: () => Effect.succeed([failed(name, `There was no answer in ${patience}.`)])
    }),
    Effect.catch((error) => Effect.succeed([failed(name, error.message)])),
    Effect.catchCauseIf(Cause.hasDies, (cause) => Effect.succeed([failed(name, String(Cause.squash(cause)))]))
  )
