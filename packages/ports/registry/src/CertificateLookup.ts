import { Context, type Effect } from "effect"
import type { RegistryError } from "./RegistryError.ts"

/** Asks for the certificate an organisation has registered. */
export class CertificateLookup extends Context.Service<
  CertificateLookup,
  {
    /**
     * The certificate as PEM, with its header and footer lines.
     *
     * Answers may be up to five minutes old. Fails with `NotFound` when none is registered, in the registry's words.
     */
    readonly certificateOf: (organisasjonsnummer: string) => Effect.Effect<string, RegistryError>
  }
>()("@eformidling/port-registry/CertificateLookup") {}
