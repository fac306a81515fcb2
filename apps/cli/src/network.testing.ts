/**
 * The simulated network, with the settings that reach it, for tests of the command line.
 */
import { NodeServices } from "@effect/platform-node"
import { Broker } from "@eformidling/servicebus-broker/Broker"
import { Corner2 } from "@eformidling/simulated-network/dpi/Corner2"
import { Krr } from "@eformidling/simulated-network/Krr"
import { Maskinporten } from "@eformidling/simulated-network/Maskinporten"
import { type Population, sandbox } from "@eformidling/simulated-network/Population"
import { ServiceRegistry } from "@eformidling/simulated-network/ServiceRegistry"
import * as SimulatedNetwork from "@eformidling/simulated-network/SimulatedNetwork"
import { Context, Effect, FileSystem, Layer, Path } from "effect"

/** The organisation whose settings these are. */
export const own = "910076787"

/** A scope that the organisation has access to, and its client has not. */
export const missingScope = "global/navn.read"

/** The sandbox's population; eInnsyn's client has lost a scope. */
const population: Population = {
  ...sandbox,
  organisations: sandbox.organisations.map((organisation) =>
    organisation.organisasjonsnummer === "991825827"
      ? { ...organisation, clientScopes: organisation.scopes.filter((scope) => scope !== missingScope) }
      : organisation
  )
}

/** Where everything of a test is kept. */
export class Folder extends Context.Service<Folder, string>()("@eformidling/cli/network.testing/Folder") {}

const folder = Layer.effect(
  Folder,
  Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped({ prefix: "eformidling-cli-" }))
)

/** Everybody on the loopback interface. */
export const network = Layer.unwrap(
  Effect.map(Folder, (path) =>
    SimulatedNetwork.layer({ population, folder: path, delivered: "1 hour", opened: "1 hour" })
  )
).pipe(Layer.provideMerge(folder), Layer.provideMerge(NodeServices.layer))

/** The settings of one organisation of the network, by their names. */
export const propertiesOf = Effect.fnUntraced(function* (
  organisasjonsnummer: string,
  changed: Readonly<Record<string, string>> = {}
) {
  const path = yield* Path.Path
  const folder = yield* Folder
  const broker = yield* Broker
  const corner2 = yield* Corner2
  const krr = yield* Krr
  const maskinporten = yield* Maskinporten
  const registry = yield* ServiceRegistry
  const settings: Readonly<Record<string, string>> = {
    "spring.profiles.active": "staging",
    "difi.security.enable": "false",
    "difi.ssl.enabled": "false",
    "difi.move.org.number": organisasjonsnummer,
    "difi.move.org.keystore.path": path.join(folder, "pki", `${organisasjonsnummer}.pem`),
    "difi.move.org.keystore.type": "PEM",
    "difi.move.feature.enableDPI": "true",
    "difi.move.feature.enableDPE": "true",
    "difi.move.serviceregistryEndpoint": registry.endpoint,
    "difi.move.sign.jwkUrl": registry.jwkUrl,
    "difi.move.oidc.url": maskinporten.tokenUrl,
    "difi.move.oidc.audience": maskinporten.issuer,
    "difi.move.dpi.uri": corner2.uri,
    "difi.move.dpi.krr-print-url": krr.printUrl,
    "difi.move.dpi.certificate.mode": "TEST",
    "difi.move.dpi.certificate.trust": path.join(folder, "pki", "trust.pem"),
    "difi.move.nextmove.serviceBus.baseUrl": `${broker.host}:${broker.port}`,
    "difi.move.nextmove.serviceBus.useHttps": "false",
    "difi.move.nextmove.serviceBus.sasKeyName": SimulatedNetwork.serviceBusKey.name,
    "difi.move.nextmove.filedir": path.join(folder, "messages"),
    "difi.datasource.url": `jdbc:sqlite:${path.join(folder, `${organisasjonsnummer}.db`)}`,
    ...changed
  }
  return settings
})

/** The settings of one organisation of the network, as flags. */
export const settingsOf = (organisasjonsnummer: string, changed: Readonly<Record<string, string>> = {}) =>
  Effect.map(propertiesOf(organisasjonsnummer, changed), (settings) =>
    Object.entries(settings).flatMap(([name, value]) => ["--set", `${name}=${value}`])
  )
