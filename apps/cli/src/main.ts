#!/usr/bin/env node
/**
 * The command line as a process.
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect, Exit, Runtime, Stdio } from "effect"
import { run } from "./Eformidling.ts"

/** The exit code is what the program came to. */
const teardown: Runtime.Teardown = (exit, onExit) =>
  Exit.isSuccess(exit) && typeof exit.value === "number" ? onExit(exit.value) : Runtime.defaultTeardown(exit, onExit)

Effect.flatMap(Stdio.Stdio, ({ args }) => Effect.flatMap(args, run)).pipe(
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ teardown })
)
