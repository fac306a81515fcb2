/**
 * The demo as a process: exits 0 when every message has reached its last status, else 1.
 */
import { NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import { Console, Effect } from "effect"
import * as Demo from "./demo/Demo.ts"
import { options } from "./Options.ts"

const at = (port: number): string => `http://127.0.0.1:${port}`

const demo = Effect.gen(function* () {
  const { port } = yield* options
  yield* Demo.run({ municipality: at(port), eInnsyn: at(port + 1), network: at(port + 2) })
})

demo.pipe(
  Effect.tapError((error) => Console.error(`\n${error.message}`)),
  Effect.provide(NodeHttpClient.layerNodeHttp),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
