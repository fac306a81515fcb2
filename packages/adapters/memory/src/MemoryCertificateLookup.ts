import { CertificateLookup } from "@eformidling/port-registry/CertificateLookup"
import { NotFound, RegistryError } from "@eformidling/port-registry/RegistryError"
import { Effect, Layer } from "effect"
import { MemoryRegistry } from "./MemoryRegistry.ts"

/** Finds certificates in a {@link MemoryRegistry}. Nothing is kept: every lookup is a question. */
export const layer: Layer.Layer<CertificateLookup, never, MemoryRegistry> = Layer.effect(
  CertificateLookup,
  Effect.map(MemoryRegistry, (registry) =>
    CertificateLookup.of({
      certificateOf: Effect.fn("MemoryCertificateLookup.certificateOf")(function* (organisasjonsnummer) {
        const certificate = (yield* registry.contents).certificates[organisasjonsnummer]
        if (certificate === undefined) {
          return yield* new RegistryError({
            reason: new NotFound({ detail: `No certificate is registered for ${organisasjonsnummer}` })
          })
        }
        return certificate
      })
    })
  )
)
