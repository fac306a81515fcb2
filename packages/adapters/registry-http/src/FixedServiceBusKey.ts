import { ServiceBusKeyLookup } from "@eformidling/port-registry/ServiceBusKeyLookup"
import { Effect, Layer, type Redacted } from "effect"

/** The key that the configuration names, for when Maskinporten is off. Forgetting changes nothing. Source: dpe 2.5. */
export const layer = (key: Redacted.Redacted<string>): Layer.Layer<ServiceBusKeyLookup> =>
  Layer.succeed(ServiceBusKeyLookup, { key: Effect.succeed(key), forget: Effect.void })
