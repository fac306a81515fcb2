import { PrintLookup } from "@eformidling/port-registry/PrintLookup"
import { NotFound, RegistryError } from "@eformidling/port-registry/RegistryError"
import { Effect, Layer } from "effect"
import { MemoryRegistry } from "./MemoryRegistry.ts"

/** Finds the print house in a {@link MemoryRegistry}. Asks once: being away is told at once. */
export const layer: Layer.Layer<PrintLookup, never, MemoryRegistry> = Layer.effect(
  PrintLookup,
  Effect.map(MemoryRegistry, (registry) =>
    PrintLookup.of({
      printSupplier: Effect.gen(function* () {
        const { printSupplier } = yield* registry.contents
        if (printSupplier === undefined) {
          return yield* new RegistryError({ reason: new NotFound({ detail: "No print supplier is registered" }) })
        }
        return printSupplier
      })
    })
  )
)
