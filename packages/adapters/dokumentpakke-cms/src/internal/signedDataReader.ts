/**
 * Verifies the `.p7s` of a NextMove package over the bytes of its `ASiCManifest.xml`.
 *
 * Source: RFC 5652, section 5; RFC 4055; dokumentpakke 8 and 15.5.
 */
import { constants, verify } from "node:crypto"
import { child, expect, integer, Malformed, octets, oid, read, time, type Value } from "./ber.ts"
import { type Certificate, digestOf, parseCertificate } from "./certificate.ts"
import { digests, oids } from "./oids.ts"

/** Signature algorithms that are read, and the digest each fixes, if it does. */
const signatureDigests: Readonly<Record<string, string | undefined>> = {
  [oids.rsaEncryption]: undefined,
  [oids.rsassaPss]: undefined,
  "1.2.840.113549.1.1.5": "sha1",
  [oids.sha256WithRsa]: "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512"
}

const fail = (detail: string): never => {
  throw new Malformed(detail)
}

const digestNamed = (algorithm: Value | undefined): string => {
  const type = algorithm?.children[0]
  return (type === undefined ? undefined : digests[oid(type)]) ?? fail("the digest algorithm is not known")
}

interface PssParameters {
  readonly digest: string
  readonly saltLength: number
}

const pssParameters = (parameters: Value | undefined): PssParameters => {
  const field = (tag: number) => parameters?.children.find((value) => value.tag === tag)?.children[0]
  const digest = field(0xa0) === undefined ? "sha1" : digestNamed(field(0xa0))
  const mask = field(0xa1)
  const maskDigest = mask === undefined ? "sha1" : digestNamed(mask.children[1])
  if (digest !== maskDigest) fail("the mask function of the signature uses another digest")
  const salt = field(0xa2)
  return { digest, saltLength: salt === undefined ? 20 : Number(integer(salt)) }
}

const isSigner = (identifier: Value, certificate: Certificate): boolean => {
  if (identifier.tag !== 0x30) {
    return (
      certificate.subjectKeyIdentifier !== undefined &&
      Buffer.from(octets(identifier, 0x80)).equals(certificate.subjectKeyIdentifier)
    )
  }
  const [issuer, serial] = identifier.children
  return (
    issuer !== undefined &&
    serial !== undefined &&
    Buffer.from(issuer.encoding).equals(certificate.issuer) &&
    Buffer.from(serial.encoding).equals(certificate.serialDer)
  )
}

const attributeNamed = (attributes: Value, type: string): Value | undefined => {
  const found = attributes.children.filter((attribute) => oid(child(attribute, 0, 0x06)) === type)
  if (found.length > 1) fail("a signed attribute occurs twice")
  return found[0] === undefined ? undefined : child(found[0], 1, 0x31).children[0]
}

const checkAttributes = (attributes: Value, contentType: string, content: Uint8Array, digest: string) => {
  const type = attributeNamed(attributes, oids.contentType)
  if (type === undefined || oid(type) !== contentType) fail("the signed content type differs")
  const messageDigest = attributeNamed(attributes, oids.messageDigest)
  if (messageDigest === undefined || !Buffer.from(octets(messageDigest)).equals(digestOf(digest, content)))
    fail("the signature is over other bytes")
}

/** What a detached signature tells once it is found to hold. */
export interface VerifiedSignedData {
  readonly signer: Certificate
  readonly others: ReadonlyArray<Uint8Array>
  readonly signingTime: string | undefined
}

/** Throws when the signature over `content` does not hold. Content inside the signature is ignored. */
export const verifySignedData = (signedData: Uint8Array, content: Uint8Array): VerifiedSignedData => {
  const contentInfo = expect(read(signedData), 0x30)
  if (oid(child(contentInfo, 0, 0x06)) !== oids.signedData) fail("this is not signed data")
  const data = child(child(contentInfo, 1, 0xa0), 0, 0x30)
  const contentType = oid(child(child(data, 2, 0x30), 0, 0x06))
  const certificates =
    data.children
      .find(({ tag }) => tag === 0xa0)
      ?.children.filter(({ tag }) => tag === 0x30)
      .map(({ encoding }) => encoding) ?? []
  const signers = expect(data.children.at(-1) ?? fail("there is no signer"), 0x31).children
  if (signers.length !== 1) fail(`there should be one signer, and there are ${signers.length}`)
  const [, identifier, digestAlgorithm, ...rest] = signers[0]!.children
  const attributes = rest[0]?.tag === 0xa0 ? rest.shift() : undefined
  const [signatureAlgorithm, signature] = rest
  if (identifier === undefined || signatureAlgorithm === undefined || signature === undefined)
    return fail("the signer is incomplete")

  const signer =
    certificates.map(parseCertificate).find((certificate) => isSigner(identifier, certificate)) ??
    fail("the signer's certificate is not there")
  const { publicKey } = signer
  if (publicKey.asymmetricKeyType !== "rsa") fail("the signer's key is not an RSA key")
  const digest = digestNamed(digestAlgorithm)
  if (attributes !== undefined) checkAttributes(attributes, contentType, content, digest)
  const signed =
    attributes === undefined ? content : Buffer.concat([Uint8Array.of(0x31), attributes.encoding.subarray(1)])
  const algorithm = oid(child(signatureAlgorithm, 0, 0x06))
  if (!(algorithm in signatureDigests)) fail("the signature algorithm is not known")
  const pss = algorithm === oids.rsassaPss ? pssParameters(signatureAlgorithm.children[1]) : undefined
  const holds =
    pss === undefined
      ? verify(
          signatureDigests[algorithm] ?? digest,
          signed,
          { key: publicKey, padding: constants.RSA_PKCS1_PADDING },
          octets(signature)
        )
      : verify(
          pss.digest,
          signed,
          { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: pss.saltLength },
          octets(signature)
        )
  if (!holds) fail("the signature does not fit the manifest and the certificate")
  const signingTime = attributes === undefined ? undefined : attributeNamed(attributes, oids.signingTime)
  return {
    signer,
    others: certificates.filter((certificate) => !Buffer.from(certificate).equals(signer.der)),
    signingTime: signingTime === undefined ? undefined : time(signingTime)
  }
}
