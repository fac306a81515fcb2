/**
 * The receiver as a process of its own, over the store that servers share.
 */
import { NodeServices } from "@effect/platform-node"
import * as Configuration from "@eformidling/configuration/Configuration"
import { Settings } from "@eformidling/configuration/Settings"
import { Effect, Layer } from "effect"
import * as BackgroundWork from "./BackgroundWork.ts"
import * as Foundation from "./Foundation.ts"
import { launch } from "./Launch.ts"

const Receiver = Layer.unwrap(
  Effect.map(Settings, (settings) => BackgroundWork.layer(settings).pipe(Layer.provide(Foundation.layer(settings))))
).pipe(Layer.provide(Configuration.layer), Layer.provide(NodeServices.layer))

launch(Receiver)
