/**
 * The simulated network on loopback, and a DPI channel of the municipality's that leads to it.
 */
import { NodeHttpClient } from "@effect/platform-node"
import * as CmsDokumentpakkeOpener from "@eformidling/adapter-dokumentpakke-cms/CmsDokumentpakkeOpener"
import * as CmsDokumentpakkeSealer from "@eformidling/adapter-dokumentpakke-cms/CmsDokumentpakkeSealer"
import * as X509CertificateValidator from "@eformidling/adapter-dokumentpakke-cms/X509CertificateValidator"
import * as KrrPrintLookup from "@eformidling/adapter-registry-http/KrrPrintLookup"
import * as MaskinportenTokens from "@eformidling/adapter-registry-http/MaskinportenTokens"
import { registryScopes } from "@eformidling/adapter-registry-http/RegistryScopes"
import * as ServiceRegistryLookup from "@eformidling/adapter-registry-http/ServiceRegistryLookup"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { DokumentpakkeOpener } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import * as Authorities from "@eformidling/simulated-network/Authorities"
import * as Corner2 from "@eformidling/simulated-network/dpi/Corner2"
import type { Letter } from "@eformidling/simulated-network/dpi/LetterStore"
import { Krr } from "@eformidling/simulated-network/Krr"
import * as Listener from "@eformidling/simulated-network/Listener"
import { Maskinporten } from "@eformidling/simulated-network/Maskinporten"
import * as Pki from "@eformidling/simulated-network/pki/Pki"
import { partiesOf, type Population, sandbox } from "@eformidling/simulated-network/Population"
import { ServiceRegistry } from "@eformidling/simulated-network/ServiceRegistry"
import { Context, Duration, Effect, Layer, Stream } from "effect"
import { HttpRouter } from "effect/http"
import { tmpdir } from "node:os"
import * as DpiChannel from "../DpiChannel.ts"
import type { DpiSettings } from "../DpiSettings.ts"
import * as Gate from "./gate.testing.ts"

/** Whose channel it is, and who has delegated to it. */
export const own = "910076787"
export const other = "991825827"
export const digipost = "984661185"
export const eBoks = "922020175"
export const printHouse = sandbox.printHouse

/** Runs an integrasjonspunkt for the municipality. */
export const databehandler = "810969342"

const delegations: Readonly<Record<string, ReadonlyArray<string>>> = { [other]: [own], [own]: [databehandler] }

export const population: Population = {
  ...sandbox,
  organisations: sandbox.organisations.flatMap((organisation) => {
    const { organisasjonsnummer } = organisation
    const delegating = { ...organisation, delegatesTo: delegations[organisasjonsnummer] }
    return organisasjonsnummer === own
      ? [delegating, { ...organisation, organisasjonsnummer: databehandler, name: "Databehandleren" }]
      : [delegating]
  })
}

// Making keys is what takes time in these tests, and nobody changes them: made once for all.
const keys = Effect.runSync(
  Effect.cached(
    Effect.scoped(Layer.build(Pki.layer(partiesOf(population)))).pipe(
      Effect.map((context) => Context.get(context, Pki.Pki))
    )
  )
)

const timeout = Duration.seconds(5)

const trust = Effect.map(keys, ({ intermediate, root }) => ({
  mode: "TEST" as const,
  anchors: [root.certificate],
  intermediates: [intermediate.certificate]
}))

const packages = Effect.map(trust, (trusted) => ({ temporaryDirectory: tmpdir(), trust: trusted }))

const certificate = (organisasjonsnummer: string) =>
  Layer.effect(
    BusinessCertificate,
    Effect.flatMap(keys, (pki) => Effect.map(pki.identity(organisasjonsnummer), Corner2.certificateOf))
  )

/** How long letters lie at corner 2 and in the mailbox; a day each unless set. */
export interface Delays {
  readonly delivered?: Duration.Input
  readonly opened?: Duration.Input
}

/** Everybody but us. Letters stay at corner 2 unless told otherwise, so that their packages can be looked at. */
export const network = ({ delivered = "1 day", opened = "1 day" }: Delays = {}) => {
  const options: Corner2.Options = {
    population,
    letters: ":memory:",
    temporaryDirectory: tmpdir(),
    delivered,
    opened
  }
  const routes = Corner2.layer(options).pipe(Layer.provideMerge(Authorities.layerRoutes({ population })))
  return HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true }).pipe(
    Layer.provideMerge(Listener.layer()),
    Layer.provideMerge(Layer.effect(Pki.Pki, keys))
  )
}

/** The door to corner 2. */
export class Door extends Context.Service<Door, Effect.Success<ReturnType<typeof Gate.make>>>()("test/Door") {}

export const door = Layer.effect(
  Door,
  Effect.flatMap(Listener.Listener, ({ baseUrl }) => Gate.make(Number(new URL(baseUrl).port)))
)

const tokens = (organisasjonsnummer: string) =>
  Layer.unwrap(
    Effect.map(Maskinporten, ({ issuer, tokenUrl }) =>
      MaskinportenTokens.layer({
        url: tokenUrl,
        audience: issuer,
        clientId: `MOVE_IP_${organisasjonsnummer}`,
        organisasjonsnummer,
        omitOwnConsumerOrg: false,
        timeout
      })
    )
  )

const registry = Layer.unwrap(
  Effect.map(ServiceRegistry, ({ endpoint, jwkUrl }) =>
    ServiceRegistryLookup.layer({
      endpoint,
      jwkUrl,
      signedAnswers: true,
      scopes: registryScopes({ DPE: false, DPI: true }),
      printRecords: true,
      betaFeatures: false,
      timeout
    })
  )
)

const print = Layer.unwrap(Effect.map(Krr, ({ printUrl }) => KrrPrintLookup.layer({ printUrl, timeout })))

/** What the channel is told unless a test says otherwise. */
export const settings = (uri: string): DpiSettings => ({
  uri,
  kanaler: ["kanal"],
  avsenderidentifikatorer: [],
  pollWithoutAvsenderidentifikator: true,
  pageSize: 100,
  pollingRate: Duration.millis(10),
  timeout: Duration.seconds(2),
  scopes: ["digitalpostinnbygger:send"],
  language: "NO"
})

const uri = Effect.map(Door, ({ port }) => `http://127.0.0.1:${port}/dpi`)

const oursAs = (organisasjonsnummer: string) => {
  const token = tokens(organisasjonsnummer)
  return Layer.mergeAll(
    registry.pipe(Layer.provide(token)),
    token,
    print,
    Layer.unwrap(Effect.map(packages, CmsDokumentpakkeSealer.layer)),
    Layer.unwrap(Effect.map(trust, X509CertificateValidator.layer))
  ).pipe(Layer.provideMerge(Layer.mergeAll(NodeHttpClient.layerUndici, certificate(organisasjonsnummer))))
}

const ours = oursAs(own)

/** An organisation's way of sending, over the door; the municipality's unless another is named. */
export const sending = (changes: Partial<DpiSettings> = {}, organisasjonsnummer = own) =>
  Layer.unwrap(Effect.map(uri, (to) => DpiChannel.sending({ ...settings(to), ...changes }))).pipe(
    Layer.provide(organisasjonsnummer === own ? ours : oursAs(organisasjonsnummer))
  )

/** The municipality's way of receiving, over the door. */
export const receiving = (changes: Partial<DpiSettings> = {}) =>
  Layer.unwrap(Effect.map(uri, (to) => DpiChannel.receiving({ ...settings(to), ...changes }))).pipe(Layer.provide(ours))

/** A letter as its supplier opens it. */
export const openedBySupplier = Effect.fnUntraced(function* ({ dokumentpakke, supplier }: Letter) {
  const layer = Layer.unwrap(Effect.map(packages, CmsDokumentpakkeOpener.layer)).pipe(
    Layer.provide(certificate(supplier))
  )
  const opener = Context.get(yield* Layer.build(layer), DokumentpakkeOpener)
  const container = yield* opener.decrypt(Stream.succeed(dokumentpakke))
  const opened = yield* opener.open(container, { flavour: "dpi" })
  const documents = yield* Effect.forEach(opened.documents, ({ content, mimeType, name }) =>
    Effect.map(Stream.mkUint8Array(content), (bytes) => ({ filename: name, mimeType, content: bytes }))
  )
  return { ...opened, documents, zip: yield* Stream.mkUint8Array(container.content) }
}, Effect.scoped)
