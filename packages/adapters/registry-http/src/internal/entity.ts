import { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import type { RegistryAddress, ServiceRecord } from "@eformidling/port-registry/ServiceRecord"
import { Effect, Schema } from "effect"
import { withLines } from "./pem.ts"

const text = Schema.optionalKey(Schema.NullOr(Schema.String))
const flag = Schema.optionalKey(Schema.NullOr(Schema.Boolean))

const WireAddress = Schema.Struct({ name: text, street: text, postalCode: text, postalArea: text, country: text })
const address = Schema.optionalKey(Schema.NullOr(WireAddress))

const WireRecord = Schema.Struct({
  organisationNumber: text,
  pemCertificate: text,
  process: Schema.String,
  documentTypes: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String))),
  service: Schema.optionalKey(
    Schema.NullOr(
      Schema.Struct({
        identifier: text,
        endpointUrl: text,
        securityLevel: Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.Number, Schema.String])))
      })
    )
  ),
  orgnrPostkasse: text,
  postkasseAdresse: text,
  mobilnummer: text,
  epostAdresse: text,
  kanVarsles: flag,
  fysiskPost: flag,
  spraak: text,
  postAddress: address,
  returnAddress: address
})

const Entity = Schema.fromJsonString(
  Schema.Struct({ serviceRecords: Schema.optionalKey(Schema.NullOr(Schema.Array(WireRecord))) })
)

const isServiceIdentifier = Schema.is(ServiceIdentifier)

const addressOf = (wire: typeof WireAddress.Type | null): RegistryAddress | null =>
  wire === null
    ? null
    : {
        name: wire.name ?? "",
        street: wire.street ?? "",
        postalCode: wire.postalCode ?? "",
        postalArea: wire.postalArea ?? "",
        country: wire.country ?? ""
      }

const securityLevelOf = (wire: number | string | null | undefined): number | null => {
  const level = typeof wire === "string" ? Number(wire.trim() || Number.NaN) : (wire ?? Number.NaN)
  return Number.isInteger(level) ? level : null
}

const recordOf = (wire: typeof WireRecord.Type): ServiceRecord => {
  const identifier = wire.service?.identifier
  return {
    organisationNumber: wire.organisationNumber ?? "",
    pemCertificate: withLines(wire.pemCertificate ?? ""),
    process: wire.process,
    documentTypes: wire.documentTypes ?? [],
    service: {
      identifier: isServiceIdentifier(identifier) ? identifier : "UNKNOWN",
      endpointUrl: wire.service?.endpointUrl ?? "",
      securityLevel: securityLevelOf(wire.service?.securityLevel)
    },
    orgnrPostkasse: wire.orgnrPostkasse ?? null,
    postkasseAdresse: wire.postkasseAdresse ?? null,
    mobilnummer: wire.mobilnummer ?? null,
    epostAdresse: wire.epostAdresse ?? null,
    kanVarsles: wire.kanVarsles ?? false,
    fysiskPost: wire.fysiskPost ?? false,
    spraak: wire.spraak ?? null,
    ...(wire.postAddress === undefined ? {} : { postAddress: addressOf(wire.postAddress) }),
    ...(wire.returnAddress === undefined ? {} : { returnAddress: addressOf(wire.returnAddress) })
  }
}

/**
 * Reads an entity's service records.
 *
 * Unknown members are passed over, absent ones become null, false or empty, and a service this program has no name
 * for becomes UNKNOWN. A record without a process is no record: the entity fails.
 *
 * Source: dpi 10.3; nextmove-api 5.3.
 */
export const recordsIn = (body: string) =>
  Schema.decodeUnknownEffect(Entity)(body).pipe(
    Effect.map(({ serviceRecords }): ReadonlyArray<ServiceRecord> => (serviceRecords ?? []).map(recordOf))
  )
