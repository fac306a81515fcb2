/**
 * Running a program of ours until it is told to stop.
 */
import { NodeRuntime } from "@effect/platform-node"
import { Cause, Effect, Exit, Layer, Logger, Runtime } from "effect"
import { masked } from "./Masking.ts"

/** SIGINT and SIGTERM are how a program is meant to end: work under way is finished, and the exit code is 0. */
const teardown: Runtime.Teardown = (exit, onExit) =>
  Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause) ? onExit(0) : Runtime.defaultTeardown(exit, onExit)

/** One line an entry, `key=value`, in which nobody's fødselsnummer can be read. */
const logging = Logger.layer([Logger.withConsoleLog(Logger.map(Logger.formatLogFmt, masked))])

/** Builds the layer and keeps it up. A layer that cannot be built is told in its own words, without a trace. */
export const launch = <E extends { readonly message: string }>(layer: Layer.Layer<never, E>): void =>
  Layer.launch(layer).pipe(
    Effect.tapCause((cause) =>
      Cause.hasInterruptsOnly(cause)
        ? Effect.void
        : Effect.logFatal(
            ...cause.reasons.map((reason) => (Cause.isFailReason(reason) ? reason.error.message : reason))
          )
    ),
    Effect.provide(logging),
    NodeRuntime.runMain({ disableErrorReporting: true, teardown })
  )
