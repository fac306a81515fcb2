import { NotFound, RegistryError } from "@eformidling/port-registry/RegistryError"
import { ServiceBusKeyLookup } from "@eformidling/port-registry/ServiceBusKeyLookup"
import { Effect, Layer, Redacted } from "effect"
import { MemoryRegistry } from "./MemoryRegistry.ts"

/** Finds the Service Bus key in a {@link MemoryRegistry}. Nothing is kept, so there is nothing to forget. */
export const layer: Layer.Layer<ServiceBusKeyLookup, never, MemoryRegistry> = Layer.effect(
  ServiceBusKeyLookup,
  Effect.map(MemoryRegistry, (registry) =>
    ServiceBusKeyLookup.of({
      key: Effect.gen(function* () {
        const { serviceBusKey } = yield* registry.contents
        if (serviceBusKey === undefined) {
          return yield* new RegistryError({ reason: new NotFound({ detail: "No Service Bus key is registered" }) })
        }
        return Redacted.make(serviceBusKey)
      }),
      forget: Effect.void
    })
  )
)
