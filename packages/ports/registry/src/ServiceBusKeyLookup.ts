import { Context, type Effect, type Redacted } from "effect"
import type { RegistryError } from "./RegistryError.ts"

/** Asks for the key that opens the shared Service Bus namespace. */
export class ServiceBusKeyLookup extends Context.Service<
  ServiceBusKeyLookup,
  {
    /**
     * The key's text, used as it stands and never decoded.
     *
     * Kept for a day or until `forget`; many askers at once cause one question. While the registry is out of reach
     * the key last seen is given again.
     */
    readonly key: Effect.Effect<Redacted.Redacted<string>, RegistryError>
    /** Drops the kept key, so that the next question is put to the registry. Called when the broker says no. */
    readonly forget: Effect.Effect<void>
  }
>()("@eformidling/port-registry/ServiceBusKeyLookup") {}
