/**
 * The sandbox as a process.
 */
import { NodeServices } from "@effect/platform-node"
import { launch } from "@eformidling/receiver/Launch"
import { Config, Effect, Layer } from "effect"
import { resolve } from "node:path"
import * as Sandbox from "./Sandbox.ts"

const options = Config.all({
  port: Config.Port("SERVER_PORT").pipe(Config.withDefault(9093)),
  folder: Config.String("SANDBOX_DATA").pipe(
    Config.withDefault(".sandbox"),
    Config.map((folder) => resolve(folder))
  )
})

launch(Layer.unwrap(Effect.map(options, Sandbox.layer)).pipe(Layer.provide(NodeServices.layer)))
