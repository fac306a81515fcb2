/**
 * The service registry, KRR and Maskinporten, as the configuration says.
 */
import * as FixedAccessToken from "@eformidling/adapter-registry-http/FixedAccessToken"
import * as FixedServiceBusKey from "@eformidling/adapter-registry-http/FixedServiceBusKey"
import * as KrrPrintLookup from "@eformidling/adapter-registry-http/KrrPrintLookup"
import * as MaskinportenTokens from "@eformidling/adapter-registry-http/MaskinportenTokens"
import type { ServiceRegistrySettings } from "@eformidling/adapter-registry-http/RegistryClient"
import { registryScopes } from "@eformidling/adapter-registry-http/RegistryScopes"
import * as ServiceRegistryLookup from "@eformidling/adapter-registry-http/ServiceRegistryLookup"
import type { Settings } from "@eformidling/configuration/Settings"
import { Layer, Redacted } from "effect"
import * as Certificates from "./Certificates.ts"

type All = Settings["Service"]

const withoutSlash = (url: string): string => url.replace(/\/+$/, "")

/** What the registry's client asks Maskinporten for, by the channels in use. */
export const scopesOfRegistry = ({ feature }: All): ReadonlyArray<string> =>
  registryScopes({ DPE: feature.enableDPE, DPI: feature.enableDPI })

const registrySettings = (settings: All): ServiceRegistrySettings => ({
  endpoint: withoutSlash(String(settings.registry.endpoint)),
  jwkUrl: String(settings.registry.jwkUrl),
  signedAnswers: settings.registry.verifySignature,
  scopes: settings.maskinporten.enabled ? scopesOfRegistry(settings) : undefined,
  printRecords: settings.feature.enableDsfPrintLookup,
  betaFeatures: settings.feature.enableBetaFeatures,
  timeout: settings.maskinporten.readTimeout
})

/** Tokens for the registry; an empty one where Maskinporten is off. */
export const registryTokens = ({ maskinporten, org }: All) =>
  maskinporten.enabled
    ? MaskinportenTokens.layer({
        url: String(maskinporten.url),
        audience: maskinporten.audience,
        clientId: maskinporten.clientId,
        organisasjonsnummer: org.number,
        omitOwnConsumerOrg: false,
        timeout: maskinporten.readTimeout
      }).pipe(Layer.provide(Certificates.keystore(maskinporten.keystore)))
    : FixedAccessToken.layer(Redacted.make(""))

/** How recipients are reached, certificates, and the key of the Service Bus namespace. */
export const registry = (settings: All) =>
  ServiceRegistryLookup.layer(registrySettings(settings)).pipe(Layer.provide(registryTokens(settings)))

/** The key of the namespace where no registry is asked for it. */
export const fixedServiceBusKey = FixedServiceBusKey.layer

/** Which print house prints. */
export const printHouse = ({ dpi }: All) =>
  KrrPrintLookup.layer({ printUrl: String(dpi.krrPrintUrl), timeout: dpi.timeout.read })

/** Tokens for corner 2. */
export const dpiTokens = ({ dpi, maskinporten, org }: All) =>
  dpi.oidc.enabled
    ? MaskinportenTokens.layer({
        url: String(dpi.oidc.url),
        audience: dpi.oidc.audience,
        clientId: dpi.oidc.clientId,
        organisasjonsnummer: org.number,
        omitOwnConsumerOrg: false,
        timeout: maskinporten.readTimeout
      }).pipe(Layer.provide(Certificates.keystore(dpi.oidc.keystore)))
    : FixedAccessToken.layer(dpi.oidc.mockToken ?? Redacted.make(""))
