import { Context, type Effect } from "effect"
import type { RegistryError } from "./RegistryError.ts"

/** The print house of the day. */
export interface PrintSupplier {
  readonly organisasjonsnummer: string
  /** PEM or bare base64. */
  readonly certificate: string
}

/** Asks kontakt- og reservasjonsregisteret which print house prints letters. */
export class PrintLookup extends Context.Service<
  PrintLookup,
  { readonly printSupplier: Effect.Effect<PrintSupplier, RegistryError> }
>()("@eformidling/port-registry/PrintLookup") {}
