/**
 * What server and receiver both stand on: store, certificate, dokumentpakker, registry and the exchange's settings.
 */
import { NodeHttpClient } from "@effect/platform-node"
import type { Settings } from "@eformidling/configuration/Settings"
import * as StatusRegistered from "@eformidling/exchange/StatusRegistered"
import { Duration, Effect, Layer } from "effect"
import { Agent } from "undici"
import * as Certificates from "./Certificates.ts"
import * as Dokumentpakker from "./Dokumentpakker.ts"
import * as Exchange from "./Exchange.ts"
import * as Registries from "./Registries.ts"
import * as Store from "./Store.ts"

const agent = ({ dpi }: Settings["Service"]) =>
  Effect.acquireRelease(
    Effect.sync(
      () =>
        new Agent({
          connections: Math.max(10, dpi.maxConnections),
          connect: { timeout: Duration.toMillis(dpi.timeout.connect) }
        })
    ),
    (dispatcher) => Effect.promise(() => dispatcher.destroy())
  )

const http = (settings: Settings["Service"]) =>
  NodeHttpClient.layerUndiciNoDispatcher.pipe(Layer.provide(Layer.effect(NodeHttpClient.Dispatcher, agent(settings))))

/** Opens the store; reaches for no other party yet, so that it is up when they are down. */
export const layer = (settings: Settings["Service"]) =>
  Layer.mergeAll(
    Store.layer(settings),
    Dokumentpakker.layer(settings),
    Registries.registry(settings),
    Exchange.layer(settings),
    StatusRegistered.layer
  ).pipe(Layer.provideMerge(Layer.mergeAll(Certificates.keystore(settings.org.keystore), http(settings))))
