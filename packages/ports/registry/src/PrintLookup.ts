import { Context, type Effect } from "effect"
import type { RegistryError } from "./RegistryError.ts"

/** The print house of the day. */
export interface PrintSupplier {
  readonly organisasjonsnummer: string
  /** What letters are sealed to, as PEM with its header and footer lines. */
  readonly certificate: string
}

/** Asks kontakt- og reservasjonsregisteret which print house prints letters. */
export class PrintLookup extends Context.Service<
  PrintLookup,
  {
    /**
     * The supplier and its certificate.
     *
     * Answers may be up to five minutes old. The register being away is tried for some time before this fails with
     * `RegistryUnavailable`, at most thirty seconds.
     */
    readonly printSupplier: Effect.Effect<PrintSupplier, RegistryError>
  }
>()("@eformidling/port-registry/PrintLookup") {}
