/**
 * What can be sent to a receiver, and how.
 *
 * Source: nextmove-api 5.1.
 */
import { Schema } from "effect"

/** Lines of `street` are separated by `;`. */
export const PostalAddress = Schema.Struct({
  name: Schema.String,
  street: Schema.String,
  postalCode: Schema.String,
  postalArea: Schema.String,
  country: Schema.String
}).annotate({ identifier: "PostalAddress" })

/** One way to reach the receiver: a process over a channel. Addresses are there for DPI only. */
export const Capability = Schema.Struct({
  process: Schema.String,
  serviceIdentifier: Schema.String,
  postAddress: Schema.optionalKey(PostalAddress),
  returnAddress: Schema.optionalKey(PostalAddress),
  documentTypes: Schema.Array(
    Schema.Struct({
      /** Absent for a document type that has no message type here. */
      type: Schema.optionalKey(Schema.String),
      standard: Schema.String
    })
  ),
  digitalPostAddress: Schema.optionalKey(
    Schema.Struct({ supplier: Schema.optionalKey(Schema.String), address: Schema.optionalKey(Schema.String) })
  )
}).annotate({ identifier: "Capability" })
export type Capability = typeof Capability.Type

/** In the order of the registry's records. */
export const CapabilitiesBody = Schema.Struct({
  capabilities: Schema.Array(Capability)
}).annotate({ identifier: "Capabilities" })
export type CapabilitiesBody = typeof CapabilitiesBody.Type
