/**
 * The simulated authorities on loopback, and settings that lead this package's adapters to them.
 */
import { NodeHttpClient } from "@effect/platform-node"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { RegistryPeer } from "@eformidling/port-registry/RegistryPeer"
import type { ServiceRecord } from "@eformidling/port-registry/ServiceRecord"
import * as Authorities from "@eformidling/simulated-network/Authorities"
import { Fault } from "@eformidling/simulated-network/Faults"
import { Krr } from "@eformidling/simulated-network/Krr"
import { Maskinporten } from "@eformidling/simulated-network/Maskinporten"
import * as Pki from "@eformidling/simulated-network/pki/Pki"
import { partiesOf, sandbox, type Population } from "@eformidling/simulated-network/Population"
import { ServiceRegistry } from "@eformidling/simulated-network/ServiceRegistry"
import { Context, DateTime, Duration, Effect, Layer, Option, Redacted } from "effect"
import { X509Certificate } from "node:crypto"
import * as KrrPrintLookup from "../KrrPrintLookup.ts"
import * as MaskinportenTokens from "../MaskinportenTokens.ts"
import type { ServiceRegistrySettings } from "../RegistryClient.ts"
import { registryScopes } from "../RegistryScopes.ts"
import * as ServiceRegistryLookup from "../ServiceRegistryLookup.ts"

/** The organisation whose adapters these are. */
export const own = "991825827"

const timeout = Duration.seconds(35)

/** The municipality has delegated to eInnsyn, as a second organisation has. */
export const population: Population = {
  ...sandbox,
  organisations: sandbox.organisations.map((organisation) =>
    organisation.organisasjonsnummer === own
      ? organisation
      : {
          ...organisation,
          scopes: [...new Set([...organisation.scopes, "digitalpostinnbygger:send"])],
          delegatesTo: [own]
        }
  )
}

// Making keys is what takes time in these tests, and nobody changes them: made once for all.
const keys = Effect.runSync(
  Effect.cached(
    Effect.scoped(Layer.build(Pki.layer(partiesOf(population)))).pipe(
      Effect.map((context) => Context.get(context, Pki.Pki))
    )
  )
)

/** Maskinporten, the service registry and KRR, and keys for everybody. */
export const authorities = (options?: Partial<Authorities.Options>) =>
  Authorities.layer({ population, serviceBusKey: "bus key", ...options }).pipe(
    Layer.provideMerge(Layer.effect(Pki.Pki, keys))
  )

/** The own organisation's certificate, from the simulated issuer. */
export const businessCertificate = (organisasjonsnummer = own) =>
  Layer.effect(
    BusinessCertificate,
    Effect.gen(function* () {
      const identity = yield* (yield* Pki.Pki).identity(organisasjonsnummer)
      const certificate = new X509Certificate(identity.chain[0])
      return BusinessCertificate.of({
        organisasjonsnummer: Option.some(organisasjonsnummer),
        chain: [...identity.chain],
        privateKey: Redacted.make(identity.privateKeyPem),
        notBefore: DateTime.makeUnsafe(certificate.validFromDate),
        notAfter: DateTime.makeUnsafe(certificate.validToDate),
        serialNumber: BigInt(`0x${certificate.serialNumber}`).toString(),
        subject: certificate.subject
      })
    })
  )

/** Tokens from the simulated Maskinporten. */
export const tokens = (settings?: Partial<MaskinportenTokens.MaskinportenSettings>, certificateOf = own) =>
  Layer.unwrap(
    Effect.map(Maskinporten, ({ issuer, tokenUrl }) =>
      MaskinportenTokens.layer({
        url: tokenUrl,
        audience: issuer,
        clientId: `MOVE_IP_${own}`,
        organisasjonsnummer: own,
        omitOwnConsumerOrg: false,
        timeout,
        ...settings
      })
    )
  ).pipe(Layer.provide([NodeHttpClient.layerUndici, businessCertificate(certificateOf)]))

/** The simulated registry's lookups. */
export const registry = (settings?: Partial<ServiceRegistrySettings>) =>
  Layer.unwrap(
    Effect.map(ServiceRegistry, ({ endpoint, jwkUrl }) =>
      ServiceRegistryLookup.layer({
        endpoint,
        jwkUrl,
        signedAnswers: true,
        scopes: registryScopes({ DPE: true, DPI: true }),
        printRecords: true,
        betaFeatures: false,
        timeout,
        ...settings
      })
    )
  ).pipe(Layer.provide([NodeHttpClient.layerUndici, tokens()]))

/** The simulated KRR's lookup. */
export const print = Layer.unwrap(Effect.map(Krr, ({ printUrl }) => KrrPrintLookup.layer({ printUrl, timeout }))).pipe(
  Layer.provide(NodeHttpClient.layerUndici)
)

const wire = (record: ServiceRecord) => ({ ...record, service: { ...record.service, serviceCode: null } })

/** The simulated registry and KRR as the contract kits see them. */
export const peer = Layer.effect(
  RegistryPeer,
  Effect.gen(function* () {
    const registry = yield* ServiceRegistry
    const krr = yield* Krr
    const all = [registry.faults, krr.faults]
    return RegistryPeer.of({
      register: (identifier, records) => registry.register(identifier, records.map(wire)),
      registerCertificate: registry.registerCertificate,
      setServiceBusKey: registry.setServiceBusKey,
      setPrintSupplier: ({ certificate, organisasjonsnummer }) => krr.setPrintHouse(organisasjonsnummer, certificate),
      setAvailable: (available) =>
        Effect.forEach(all, (faults) => (available ? faults.clear : faults.set(Fault.Down())), { discard: true }),
      questions: Effect.forEach(all, (faults) => faults.requests).pipe(Effect.map((requests) => requests.flat().length))
    })
  })
)
