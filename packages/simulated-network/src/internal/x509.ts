import { AsnConvert, OctetString } from "@peculiar/asn1-schema"
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  CertificatePolicies,
  Extension,
  Extensions,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_certificatePolicies,
  id_ce_keyUsage,
  id_ce_subjectKeyIdentifier,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  PolicyInformation,
  RelativeDistinguishedName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version
} from "@peculiar/asn1-x509"
import { DateTime, Effect } from "effect"
import { createHash, type KeyObject, randomBytes } from "node:crypto"
import { signature } from "./rsa.ts"

/** Whom a certificate is about: an organisation under a common name. */
export interface Subject {
  readonly organisasjonsnummer: string
  readonly organisation: string
  readonly commonName: string
}

/** A certificate to be made. */
export interface Request {
  readonly subject: Subject
  readonly publicKey: KeyObject
  /** The issuer's subject and key pair; the certificate's own for a root. */
  readonly issuer: { readonly subject: Subject; readonly publicKey: KeyObject; readonly privateKey: KeyObject }
  readonly notBefore: DateTime.Utc
  readonly notAfter: DateTime.Utc
  /** `authority`: signs certificates, with so many more issuers below it. `business`: signs, and is encrypted to. */
  readonly profile:
    | { readonly _tag: "authority"; readonly pathLength: number }
    | { readonly _tag: "business"; readonly policy: string }
}

const sha256WithRsa = () => new AlgorithmIdentifier({ algorithm: "1.2.840.113549.1.1.11", parameters: null })

const attribute = (type: string, value: AttributeValue) =>
  new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value })])

const utf8 = (type: string, value: string) => attribute(type, new AttributeValue({ utf8String: value }))

const printable = (type: string, value: string) => attribute(type, new AttributeValue({ printableString: value }))

const nameOf = ({ commonName, organisasjonsnummer, organisation }: Subject): Name =>
  new Name([
    printable("2.5.4.6", "NO"),
    utf8("2.5.4.10", organisation),
    utf8("2.5.4.97", `NTRNO-${organisasjonsnummer}`),
    printable("2.5.4.5", organisasjonsnummer),
    utf8("2.5.4.3", commonName)
  ])

const spkiOf = (key: KeyObject): Buffer => key.export({ type: "spki", format: "der" })

const keyIdentifierOf = (key: KeyObject): Uint8Array =>
  new Uint8Array(createHash("sha256").update(spkiOf(key)).digest().subarray(0, 20))

const extension = (extnID: string, critical: boolean, value: unknown) =>
  new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) })

const extensionsOf = ({ issuer, profile, publicKey }: Request): Extensions => {
  const usage =
    profile._tag === "authority"
      ? KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign
      : KeyUsageFlags.digitalSignature |
        KeyUsageFlags.nonRepudiation |
        KeyUsageFlags.keyEncipherment |
        KeyUsageFlags.dataEncipherment
  const constraints =
    profile._tag === "authority"
      ? new BasicConstraints({ cA: true, pathLenConstraint: profile.pathLength })
      : new BasicConstraints({ cA: false })
  return new Extensions([
    extension(id_ce_basicConstraints, true, constraints),
    extension(id_ce_keyUsage, true, new KeyUsage(usage)),
    extension(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifierOf(publicKey))),
    extension(
      id_ce_authorityKeyIdentifier,
      false,
      new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifierOf(issuer.publicKey)) })
    ),
    ...(profile._tag === "business"
      ? [
          extension(
            id_ce_certificatePolicies,
            false,
            new CertificatePolicies([new PolicyInformation({ policyIdentifier: profile.policy })])
          )
        ]
      : [])
  ])
}

// Positive and without a leading zero octet, whatever the random octets are.
const serialNumber = (): ArrayBuffer => {
  const octets = new Uint8Array(randomBytes(16))
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40
  return octets.buffer
}

/** Makes an X.509 version 3 certificate, signed by its issuer. DER. */
export const certificate = Effect.fnUntraced(function* (request: Request) {
  const toBeSigned = yield* Effect.sync(
    () =>
      new TBSCertificate({
        version: Version.v3,
        serialNumber: serialNumber(),
        signature: sha256WithRsa(),
        issuer: nameOf(request.issuer.subject),
        validity: new Validity({
          notBefore: DateTime.toDate(request.notBefore),
          notAfter: DateTime.toDate(request.notAfter)
        }),
        subject: nameOf(request.subject),
        subjectPublicKeyInfo: AsnConvert.parse(spkiOf(request.publicKey), SubjectPublicKeyInfo),
        extensions: extensionsOf(request)
      })
  )
  const value = yield* signature(new Uint8Array(AsnConvert.serialize(toBeSigned)), request.issuer.privateKey)
  return new Uint8Array(
    AsnConvert.serialize(
      new Certificate({
        tbsCertificate: toBeSigned,
        signatureAlgorithm: sha256WithRsa(),
        signatureValue: new Uint8Array(value).buffer
      })
    )
  )
})
