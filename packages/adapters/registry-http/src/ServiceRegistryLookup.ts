/**
 * Everything the service registry is asked for.
 */
import type { AccessTokens } from "@eformidling/port-registry/AccessTokens"
import type { CertificateLookup } from "@eformidling/port-registry/CertificateLookup"
import type { RecipientLookup } from "@eformidling/port-registry/RecipientLookup"
import type { ServiceBusKeyLookup } from "@eformidling/port-registry/ServiceBusKeyLookup"
import { Layer } from "effect"
import type { HttpClient } from "effect/http"
import * as HttpCertificateLookup from "./HttpCertificateLookup.ts"
import * as HttpRecipientLookup from "./HttpRecipientLookup.ts"
import * as HttpServiceBusKeyLookup from "./HttpServiceBusKeyLookup.ts"
import * as RegistryClient from "./RegistryClient.ts"

/**
 * Recipients, certificates and the Service Bus key from one service registry, over one client and its keys.
 *
 * Building it asks for nothing, so a registry that is away does not stop a start.
 */
export const layer = (
  settings: RegistryClient.ServiceRegistrySettings
): Layer.Layer<
  RecipientLookup | CertificateLookup | ServiceBusKeyLookup,
  never,
  HttpClient.HttpClient | AccessTokens
> =>
  Layer.mergeAll(HttpRecipientLookup.layer, HttpCertificateLookup.layer, HttpServiceBusKeyLookup.layer).pipe(
    Layer.provide(RegistryClient.layer(settings))
  )
