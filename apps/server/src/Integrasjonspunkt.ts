/**
 * A complete integrasjonspunkt: the HTTP API and, unless it runs elsewhere, the background work.
 */
import type { Settings } from "@eformidling/configuration/Settings"
import * as BackgroundWork from "@eformidling/receiver/BackgroundWork"
import * as Foundation from "@eformidling/receiver/Foundation"
import { Effect, Layer } from "effect"
import * as ApiServer from "./ApiServer.ts"
import { build } from "./Build.ts"
import { fromConfiguration, warnings } from "./ServerSettings.ts"
import * as Tls from "./Tls.ts"

/** Where it listens, when not on all interfaces. */
export interface Options {
  readonly host?: string | undefined
}

/** Up from when the layer is built until its scope closes: requests and attempts under way are then finished. */
export const layer = (settings: Settings["Service"], options: Options = {}) =>
  Layer.unwrap(
    Effect.gen(function* () {
      yield* Effect.forEach(warnings(settings), (warning) => Effect.logWarning(warning), { discard: true })
      const server = fromConfiguration(settings, { tls: yield* Tls.read(settings), build })
      const api = ApiServer.layer({ ...server, ...options })
      return settings.server.withReceiver ? Layer.merge(api, BackgroundWork.layer(settings)) : api
    })
  ).pipe(Layer.provide(Foundation.layer(settings)))
