import type { PrintSupplier } from "@eformidling/port-registry/PrintLookup"
import { RegistryError, RegistryUnavailable } from "@eformidling/port-registry/RegistryError"
import { RegistryPeer } from "@eformidling/port-registry/RegistryPeer"
import type { ServiceRecord } from "@eformidling/port-registry/ServiceRecord"
import { Context, Effect, Layer, Ref } from "effect"

/** What the registries know. */
export interface Contents {
  /** Records by the recipient's identifier. */
  readonly recipients: Readonly<Record<string, ReadonlyArray<ServiceRecord>>>
  /** PEM by organisasjonsnummer. */
  readonly certificates: Readonly<Record<string, string>>
  readonly serviceBusKey?: string | undefined
  readonly printSupplier?: PrintSupplier | undefined
}

/** The registries behind {@link MemoryRecipientLookup} and its sisters: one place to say what they know. */
export class MemoryRegistry extends Context.Service<
  MemoryRegistry,
  {
    /** Puts one question to the registries. Fails with `RegistryUnavailable` while they are away. */
    readonly contents: Effect.Effect<Contents, RegistryError>
    readonly update: (change: (contents: Contents) => Contents) => Effect.Effect<void>
    readonly setAvailable: (available: boolean) => Effect.Effect<void>
    /** Questions put so far. */
    readonly questions: Effect.Effect<number>
  }
>()("@eformidling/adapter-memory/MemoryRegistry") {}

/** Registries that know nothing but what they are given. */
export const layer = (contents: Contents = { recipients: {}, certificates: {} }): Layer.Layer<MemoryRegistry> =>
  Layer.effect(
    MemoryRegistry,
    Effect.gen(function* () {
      const known = yield* Ref.make(contents)
      const available = yield* Ref.make(true)
      const questions = yield* Ref.make(0)
      return MemoryRegistry.of({
        contents: Effect.gen(function* () {
          yield* Ref.update(questions, (count) => count + 1)
          if (!(yield* Ref.get(available))) {
            return yield* new RegistryError({ reason: new RegistryUnavailable({ detail: "The registry is away" }) })
          }
          return yield* Ref.get(known)
        }),
        update: (change) => Ref.update(known, change),
        setAvailable: (value) => Ref.set(available, value),
        questions: Ref.get(questions)
      })
    })
  )

/** The registries as the contract kits see them. */
export const layerPeer: Layer.Layer<RegistryPeer, never, MemoryRegistry> = Layer.effect(
  RegistryPeer,
  Effect.map(MemoryRegistry, (registry) =>
    RegistryPeer.of({
      register: (identifier, records) =>
        registry.update((contents) => ({ ...contents, recipients: { ...contents.recipients, [identifier]: records } })),
      registerCertificate: (organisasjonsnummer, pem) =>
        registry.update((contents) => ({
          ...contents,
          certificates: { ...contents.certificates, [organisasjonsnummer]: pem }
        })),
      setServiceBusKey: (serviceBusKey) => registry.update((contents) => ({ ...contents, serviceBusKey })),
      setPrintSupplier: (printSupplier) => registry.update((contents) => ({ ...contents, printSupplier })),
      setAvailable: registry.setAvailable,
      questions: registry.questions
    })
  )
)
