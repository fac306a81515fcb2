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
  const addresses = yield* Sandbox.start({
    municipalityPort: port,
    eInnsynPort: port + 1,
    networkPort: port + 2,
    folder
  })
  yield* Console.log(welcome(addresses, folder))
})

launch(Layer.effectDiscard(sandbox).pipe(Layer.provide(NodeServices.layer)))
