/**
 * The sandbox as a process.
 */
import { NodeServices } from "@effect/platform-node"
import { launch } from "@eformidling/receiver/Launch"
import { Console, Effect, Layer } from "effect"
import { options } from "./Options.ts"
import * as Sandbox from "./Sandbox.ts"
import { welcome } from "./Welcome.ts"

const sandbox = Effect.gen(function* () {
  const { folder, port } = yield* options
  const next = (steps: number) => (port === 0 ? 0 : port + steps)
  const addresses = yield* Sandbox.start({
    municipalityPort: port,
    eInnsynPort: next(1),
    networkPort: next(2),
    folder
  })
  yield* Console.log(welcome(addresses, folder))
})

launch(Layer.effectDiscard(sandbox).pipe(Layer.provide(NodeServices.layer)))
