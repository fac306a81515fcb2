/**
 * The server as a process.
 */
import { NodeServices } from "@effect/platform-node"
import * as Configuration from "@eformidling/configuration/Configuration"
import { Settings } from "@eformidling/configuration/Settings"
import { launch } from "@eformidling/receiver/Launch"
import { Effect, Layer } from "effect"
import * as Integrasjonspunkt from "./Integrasjonspunkt.ts"

launch(
  Layer.unwrap(Effect.map(Settings, (settings) => Integrasjonspunkt.layer(settings))).pipe(
    Layer.provide(Configuration.layer),
    Layer.provide(NodeServices.layer)
  )
)
