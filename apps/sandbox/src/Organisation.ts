/**
 * One organisation of the sandbox: its settings, under the names an operator would use.
 */
import { fromRecord } from "@eformidling/configuration/Settings"
import * as Integrasjonspunkt from "@eformidling/server/Integrasjonspunkt"
import { Corner2 } from "@eformidling/simulated-network/dpi/Corner2"
import { Krr } from "@eformidling/simulated-network/Krr"
import { Maskinporten } from "@eformidling/simulated-network/Maskinporten"
import { ServiceRegistry } from "@eformidling/simulated-network/ServiceRegistry"
import { serviceBusKey } from "@eformidling/simulated-network/SimulatedNetwork"
import { Broker } from "@eformidling/servicebus-broker/Broker"
import { Context, Effect, FileSystem, Layer, Path } from "effect"
import { HttpServer } from "effect/http"

/** Who, and where. */
export interface Organisation {
  readonly organisasjonsnummer: string
  /** 0 takes any that is free. */
  readonly port: number
  /** Which of its Service Bus queues it reads. */
  readonly mode: "innsyn" | "data"
}

const properties = Effect.fnUntraced(function* (organisation: Organisation, folder: string) {
  const path = yield* Path.Path
  const files = yield* FileSystem.FileSystem
  const broker = yield* Broker
  const corner2 = yield* Corner2
  const krr = yield* Krr
  const maskinporten = yield* Maskinporten
  const registry = yield* ServiceRegistry
  const { mode, organisasjonsnummer, port } = organisation
  const own = path.join(folder, organisasjonsnummer)
  const pki = path.join(folder, "network", "pki")
  yield* files.makeDirectory(path.join(own, "messages"), { recursive: true })
  return {
    "server.port": String(port),
    "difi.security.enable": "false",
    "difi.ssl.enabled": "false",
    "difi.move.org.number": organisasjonsnummer,
    "difi.move.org.keystore.path": path.join(pki, `${organisasjonsnummer}.pem`),
    "difi.move.org.keystore.type": "PEM",
    "difi.move.feature.enableDPI": "true",
    "difi.move.feature.enableDPE": "true",
    "difi.move.serviceregistryEndpoint": registry.endpoint,
    "difi.move.sign.jwkUrl": registry.jwkUrl,
    "difi.move.oidc.url": maskinporten.tokenUrl,
    "difi.move.oidc.audience": maskinporten.issuer,
    "difi.move.dpi.uri": corner2.uri,
    "difi.move.dpi.krr-print-url": krr.printUrl,
    "difi.move.dpi.mpcId": `sandkasse-${organisasjonsnummer}`,
    "difi.move.dpi.certificate.mode": "TEST",
    "difi.move.dpi.certificate.trust": path.join(pki, "trust.pem"),
    "difi.move.dpi.pollingrate": "1000",
    "difi.move.nextmove.serviceBus.baseUrl": `${broker.host}:${broker.port}`,
    "difi.move.nextmove.serviceBus.useHttps": "false",
    "difi.move.nextmove.serviceBus.sasKeyName": serviceBusKey.name,
    "difi.move.nextmove.serviceBus.mode": mode,
    "difi.move.webhooks.allow-private-targets": "true",
    "difi.move.nextmove.filedir": path.join(own, "messages"),
    "difi.datasource.url": `jdbc:sqlite:${path.join(own, "integrasjonspunkt.db")}`
  }
})

/** Layers are shared within a program; built this way, one shares nothing with the others, nor do those it builds. */
const buildAlone = Effect.fnUntraced(function* <A, E, R>(layer: Layer.Layer<A, E, R>) {
  const memoMap = yield* Layer.makeMemoMap
  const built = Layer.buildWithMemoMap(layer, memoMap, yield* Effect.scope)
  return yield* Effect.provideService(built, Layer.CurrentMemoMap, memoMap)
})

/** Starts the organisation's integrasjonspunkt on the simulated network. Returns its address; it is up until the scope closes. */
export const start = Effect.fn("Organisation.start")(function* (organisation: Organisation, folder: string) {
  const settings = yield* fromRecord(yield* properties(organisation, folder), "staging")
  const context = yield* buildAlone(Integrasjonspunkt.layer(settings, { host: "127.0.0.1" }))
  return HttpServer.formatAddress(Context.get(context, HttpServer.HttpServer).address)
})
