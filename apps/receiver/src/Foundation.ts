/**
 * What server and receiver both stand on: store, certificate, dokumentpakker, registry and the exchange's settings.
 */
import { NodeHttpClient } from "@effect/platform-node"
import type { Settings } from "@eformidling/configuration/Settings"
import * as StatusRegistered from "@eformidling/exchange/StatusRegistered"
import { Duration, Layer } from "effect"
import * as Certificates from "./Certificates.ts"
import * as Dokumentpakker from "./Dokumentpakker.ts"
import * as Exchange from "./Exchange.ts"
import * as Registries from "./Registries.ts"
import * as Store from "./Store.ts"

const http = ({ dpi }: Settings["Service"]) =>
  NodeHttpClient.layerUndiciOptions({
    connections: Math.max(10, dpi.maxConnections),
    connect: { timeout: Duration.toMillis(dpi.timeout.connect) }
  })

/** Opens the store; reaches for no other party yet, so that it is up when they are down. */
export const layer = (settings: Settings["Service"]) =>
  Layer.mergeAll(
    Store.layer(settings),
    Dokumentpakker.layer(settings),
    Registries.registry(settings),
    Exchange.layer(settings),
    StatusRegistered.layer
  ).pipe(Layer.provideMerge(Layer.mergeAll(Certificates.keystore(settings.org.keystore), http(settings))))
