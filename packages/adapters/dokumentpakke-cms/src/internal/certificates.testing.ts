/**
 * Certificates and keys made for a test.
 */
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { DateTime, Layer, Option, Redacted } from "effect"
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto"
import { parseCertificate } from "./certificate.ts"
import { algorithm, concat, nothing, octetString, oid, sequence, setOf, small, tagged, time } from "./der.ts"
import { oids } from "./oids.ts"

/** A certificate with its private key and its issuers. */
export interface Identity {
  readonly der: Uint8Array
  readonly key: KeyObject
  readonly name: Uint8Array
  readonly chain: readonly [Uint8Array, ...Array<Uint8Array>]
}

export interface IdentityOptions {
  readonly name: string
  readonly organisasjonsnummer?: string
  readonly issuer?: Identity
  readonly ca?: boolean
  readonly from?: string
  readonly to?: string
  readonly policies?: ReadonlyArray<string>
  /** Bits of key usage, the first for digitalSignature; left out where undefined. */
  readonly keyUsage?: { readonly bits: number; readonly critical: boolean }
  /** Another extension, marked critical. */
  readonly criticalExtension?: string
  readonly modulusLength?: number
  readonly serial?: number
}

const text = (type: string, value: string) => setOf(sequence(oid(type), tagged(0x0c, new TextEncoder().encode(value))))

const extension = (type: string, critical: boolean, value: Uint8Array) =>
  sequence(oid(type), critical ? Uint8Array.of(0x01, 0x01, 0xff) : new Uint8Array(), octetString(value))

const generate = (modulusLength: number) =>
  createPrivateKey(
    generateKeyPairSync("rsa", {
      modulusLength,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" }
    }).privateKey
  )

/** Signed by `issuer`, or by its own key. */
export const makeIdentity = (options: IdentityOptions): Identity => {
  const key = generate(options.modulusLength ?? 2048)
  const name = sequence(
    text("2.5.4.3", options.name),
    ...(options.organisasjonsnummer === undefined
      ? []
      : [text(oids.organizationIdentifier, `NTRNO-${options.organisasjonsnummer}`)])
  )
  const keyUsage =
    "keyUsage" in options ? options.keyUsage : { bits: options.ca === true ? 0x06 : 0xf0, critical: true }
  const extensions = [
    extension(
      oids.basicConstraints,
      true,
      options.ca === true ? sequence(Uint8Array.of(0x01, 0x01, 0xff)) : sequence()
    ),
    ...(keyUsage === undefined
      ? []
      : [extension(oids.keyUsage, keyUsage.critical, Uint8Array.of(0x03, 0x02, 0x00, keyUsage.bits))]),
    ...(options.policies === undefined
      ? []
      : [
          extension(
            oids.certificatePolicies,
            false,
            sequence(...options.policies.map((policy) => sequence(oid(policy))))
          )
        ]),
    ...(options.criticalExtension === undefined ? [] : [extension(options.criticalExtension, true, nothing)])
  ]
  const tbs = sequence(
    tagged(0xa0, small(2)),
    small(options.serial ?? 7),
    algorithm(oids.sha256WithRsa),
    options.issuer?.name ?? name,
    sequence(time(options.from ?? "2024-01-01T00:00:00Z"), time(options.to ?? "2049-01-01T00:00:00Z")),
    name,
    new Uint8Array(createPublicKey(key).export({ type: "spki", format: "der" })),
    tagged(0xa3, sequence(...extensions))
  )
  const signature = sign("sha256", tbs, options.issuer?.key ?? key)
  const der = sequence(tbs, algorithm(oids.sha256WithRsa), tagged(0x03, concat([Uint8Array.of(0), signature])))
  return { der, key, name, chain: [der, ...(options.issuer?.chain ?? [])] }
}

export const businessCertificateOf = ({ chain, key }: Identity): Layer.Layer<BusinessCertificate> => {
  const { notAfter, notBefore, organisasjonsnummer, serial, subject } = parseCertificate(chain[0])
  return Layer.succeed(BusinessCertificate, {
    organisasjonsnummer: Option.fromUndefinedOr(organisasjonsnummer),
    chain,
    privateKey: Redacted.make(key.export({ type: "pkcs8", format: "pem" }).toString()),
    notBefore: DateTime.makeUnsafe(notBefore),
    notAfter: DateTime.makeUnsafe(notAfter),
    serialNumber: String(serial),
    subject
  })
}
