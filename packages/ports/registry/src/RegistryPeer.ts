/**
 * The other side of an adapter, as the contract kits see it.
 */
import { Context, type Effect } from "effect"
import type { PrintSupplier } from "./PrintLookup.ts"
import type { ServiceRecord } from "./ServiceRecord.ts"

/** Lets a contract kit say what the registries know, and look at what they were asked. */
export class RegistryPeer extends Context.Service<
  RegistryPeer,
  {
    /** Registers a recipient with these records, in place of those it had. */
    readonly register: (identifier: string, records: ReadonlyArray<ServiceRecord>) => Effect.Effect<void>
    readonly registerCertificate: (organisasjonsnummer: string, pem: string) => Effect.Effect<void>
    /** Gives the Service Bus namespace another key. */
    readonly setServiceBusKey: (key: string) => Effect.Effect<void>
    readonly setPrintSupplier: (supplier: PrintSupplier) => Effect.Effect<void>
    /** Puts the registries out of reach, or back. */
    readonly setAvailable: (available: boolean) => Effect.Effect<void>
    /** How many questions have reached the registries so far, of all kinds. */
    readonly questions: Effect.Effect<number>
  }
>()("@eformidling/port-registry/RegistryPeer") {}

/** What adapters do not all promise. */
export interface RegistryGuarantees {
  /** Answers are kept for the times the ports name, so that asking again does not reach the registry. */
  readonly keepsAnswers: boolean
}
