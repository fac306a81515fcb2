/**
 * What a receiver can be sent, in the shape clients know.
 *
 * Source: nextmove-api 5.1.
 */
import { typeOfDocumentType } from "@eformidling/domain/BusinessMessageType"
import { RecipientLookup, type RecipientQuery } from "@eformidling/port-registry/RecipientLookup"
import type { RegistryAddress, ServiceRecord } from "@eformidling/port-registry/ServiceRecord"
import { Effect } from "effect"
import { IdentifierNotFound, refuse, RegistryFailed } from "./ExchangeError.ts"

export interface DocumentTypeCapability {
  /** Absent for a document type of no message we know. */
  readonly type?: string
  /** URN of the document type. */
  readonly standard: string
}

/** One way to reach a receiver. */
export interface Capability {
  readonly process: string
  readonly serviceIdentifier: ServiceRecord["service"]["identifier"]
  readonly postAddress?: RegistryAddress
  readonly returnAddress?: RegistryAddress
  readonly documentTypes: ReadonlyArray<DocumentTypeCapability>
  /** The mailbox, for DPI. */
  readonly digitalPostAddress?: { readonly supplier?: string; readonly address?: string }
}

const noAddress: RegistryAddress = { name: "", street: "", postalCode: "", postalArea: "", country: "" }

/** Left out when the registry said there is none; empty when it said nothing. */
const address = <Name extends string>(name: Name, given: RegistryAddress | null | undefined) =>
  given === null ? {} : ({ [name]: given ?? noAddress } as { readonly [N in Name]: RegistryAddress })

/** A record of the registry as clients see it. */
export const capabilityOf = (record: ServiceRecord): Capability => {
  const { documentTypes, orgnrPostkasse, postAddress, postkasseAdresse, process, returnAddress, service } = record
  const isDpi = service.identifier === "DPI"
  return {
    process,
    serviceIdentifier: service.identifier,
    ...(isDpi ? { ...address("postAddress", postAddress), ...address("returnAddress", returnAddress) } : {}),
    documentTypes: documentTypes.map((standard) => {
      const type = typeOfDocumentType(standard)
      return type === undefined ? { standard } : { type, standard }
    }),
    ...(isDpi
      ? {
          digitalPostAddress: {
            ...(orgnrPostkasse === null ? {} : { supplier: orgnrPostkasse }),
            ...(postkasseAdresse === null ? {} : { address: postkasseAdresse })
          }
        }
      : {})
  }
}

/** A receiver's capabilities, one for each record of the registry and in its order. */
export const capabilities = Effect.fn("capabilities")(function* (query: RecipientQuery) {
  const recipients = yield* RecipientLookup
  const records = yield* Effect.mapError(recipients.lookup(query), (error) => {
    const { _tag, detail } = error.reason
    return refuse(
      _tag === "NotFound" ? new IdentifierNotFound({ detail }) : new RegistryFailed({ detail, cause: error })
    )
  })
  return records.map(capabilityOf)
})
