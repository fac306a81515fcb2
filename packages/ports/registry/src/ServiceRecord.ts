import { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import { Schema } from "effect"

/** A postal address as the registry spells it; lines of `street` are separated by `;`. */
export const RegistryAddress = Schema.Struct({
  name: Schema.String,
  street: Schema.String,
  postalCode: Schema.String,
  postalArea: Schema.String,
  country: Schema.String
})
export type RegistryAddress = typeof RegistryAddress.Type

/**
 * One way to reach a recipient: a process over a channel.
 *
 * An address is undefined when the registry said nothing about it and null when it said there is none;
 * the capabilities answer tells the two apart.
 *
 * Source: dpi 10.3, nextmove-api 5.3.
 */
export const ServiceRecord = Schema.Struct({
  organisationNumber: Schema.String,
  /** PEM with its header and footer lines; empty when the channel needs none. */
  pemCertificate: Schema.String,
  process: Schema.String,
  documentTypes: Schema.Array(Schema.String),
  service: Schema.Struct({
    /** UNKNOWN for a channel this table does not hold. */
    identifier: ServiceIdentifier,
    /** For DPE not a URL but the suffix of the receiver's queue. */
    endpointUrl: Schema.String,
    securityLevel: Schema.NullOr(Schema.Int)
  }),
  orgnrPostkasse: Schema.NullOr(Schema.String),
  postkasseAdresse: Schema.NullOr(Schema.String),
  mobilnummer: Schema.NullOr(Schema.String),
  epostAdresse: Schema.NullOr(Schema.String),
  kanVarsles: Schema.Boolean,
  fysiskPost: Schema.Boolean,
  spraak: Schema.NullOr(Schema.String),
  postAddress: Schema.optionalKey(Schema.NullOr(RegistryAddress)),
  returnAddress: Schema.optionalKey(Schema.NullOr(RegistryAddress))
})
export type ServiceRecord = typeof ServiceRecord.Type
