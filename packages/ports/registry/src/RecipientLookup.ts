import { Context, type Effect } from "effect"
import type { RegistryError } from "./RegistryError.ts"
import type { ServiceRecord } from "./ServiceRecord.ts"

/** What is asked about a recipient. */
export interface RecipientQuery {
  /** Bare organisasjonsnummer or fødselsnummer, or a prefixed identifier from a client. */
  readonly identifier: string
  /** Process URN; all processes when absent. */
  readonly process?: string | undefined
  readonly securityLevel?: number | undefined
  /** For the registry's log only; answers do not depend on it. */
  readonly conversationId?: string | undefined
}

/** Asks how a recipient can be reached. */
export class RecipientLookup extends Context.Service<
  RecipientLookup,
  {
    /**
     * The recipient's records, in the registry's order.
     *
     * Answers may be up to five minutes old. Fails with `NotFound` when the recipient is unknown, for the
     * process if one was named.
     */
    readonly lookup: (query: RecipientQuery) => Effect.Effect<ReadonlyArray<ServiceRecord>, RegistryError>
  }
>()("@eformidling/port-registry/RecipientLookup") {}
