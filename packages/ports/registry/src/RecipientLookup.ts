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

/**
 * The question as the error texts of this API have always written it.
 *
 * `print` is false where the registry was asked to leave print records out. Holds the identifier, hence for the one
 * who asked and not for the log.
 *
 * Source: nextmove-api 3.2.
 */
export const describeQuery = (query: RecipientQuery, print?: false): string =>
  `SRParameter(identifier=${query.identifier}, process=${query.process ?? null}, ` +
  `securityLevel=${query.securityLevel ?? null}, print=${print ?? null}, infoOnly=false, ` +
  `conversationId=${query.conversationId ?? null})`

/** Asks how a recipient can be reached. */
export class RecipientLookup extends Context.Service<
  RecipientLookup,
  {
    /**
     * The recipient's records, in the registry's order.
     *
     * Answers may be up to five minutes old; failures are not kept. Fails with `NotFound` when the recipient is
     * unknown, for the process if one was named.
     */
    readonly lookup: (query: RecipientQuery) => Effect.Effect<ReadonlyArray<ServiceRecord>, RegistryError>
    /**
     * The question with everything that is asked besides, as {@link describeQuery} writes it: for the text
     * `Error looking up service record with document type '<standard>' and parameters: <this>`.
     */
    readonly describe: (query: RecipientQuery) => string
  }
>()("@eformidling/port-registry/RecipientLookup") {}
