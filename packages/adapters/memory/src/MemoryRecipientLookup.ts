import { describeQuery, RecipientLookup } from "@eformidling/port-registry/RecipientLookup"
import { NotFound, RegistryError } from "@eformidling/port-registry/RegistryError"
import { Effect, Layer } from "effect"
import { MemoryRegistry } from "./MemoryRegistry.ts"

/** Finds recipients in a {@link MemoryRegistry}. Nothing is kept: every lookup is a question. */
export const layer: Layer.Layer<RecipientLookup, never, MemoryRegistry> = Layer.effect(
  RecipientLookup,
  Effect.map(MemoryRegistry, (registry) =>
    RecipientLookup.of({
      lookup: Effect.fn("MemoryRecipientLookup.lookup")(function* (query) {
        const { recipients } = yield* registry.contents
        const known = Object.hasOwn(recipients, query.identifier) ? recipients[query.identifier] : undefined
        const records = known?.filter(({ process }) => query.process === undefined || process === query.process)
        if (records === undefined || (query.process !== undefined && records.length === 0)) {
          return yield* new RegistryError({
            reason: new NotFound({ detail: `Service record not found for parameters: ${describeQuery(query)}` })
          })
        }
        return records
      }),
      describe: (query) => describeQuery(query)
    })
  )
)
