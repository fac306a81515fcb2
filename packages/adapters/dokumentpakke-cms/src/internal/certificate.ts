/**
 * X.509 certificates: what node:crypto tells of one, and what it does not.
 *
 * Source: RFC 5280; dokumentpakke 12 (organisation numbers).
 */
import { createHash, type KeyObject, X509Certificate } from "node:crypto"
import { child, expect, integer, Malformed, oid, octets, read, time, type Value } from "./ber.ts"
import { display, relativeNames } from "./distinguishedName.ts"
import { oids } from "./oids.ts"

interface Extension {
  readonly critical: boolean
  readonly value: Uint8Array
}

/** A parsed certificate. */
export interface Certificate {
  readonly x509: X509Certificate
  /** Taken out once: node:crypto makes it anew each time it is asked. */
  readonly publicKey: KeyObject
  readonly der: Uint8Array
  /** DER of the issuer's Name, as it stands. */
  readonly issuer: Uint8Array
  readonly issuerName: string
  readonly subjectDer: Uint8Array
  readonly subject: string
  readonly serial: bigint
  /** DER of the serial number INTEGER. */
  readonly serialDer: Uint8Array
  readonly notBefore: string
  readonly notAfter: string
  readonly extensions: ReadonlyMap<string, Extension>
  readonly subjectKeyIdentifier: Uint8Array | undefined
  readonly organisasjonsnummer: string | undefined
}

const readExtensions = (tbs: Value): ReadonlyMap<string, Extension> => {
  const wrapper = tbs.children.find((value) => value.tag === 0xa3)
  const extensions = new Map<string, Extension>()
  for (const extension of wrapper === undefined ? [] : child(wrapper, 0, 0x30).children) {
    const [type, ...rest] = extension.children
    const last = rest.at(-1)
    if (type === undefined || last === undefined || rest.length > 2)
      throw new Malformed("an extension has the wrong parts")
    const name = oid(type)
    if (extensions.has(name)) throw new Malformed(`the extension ${name} occurs twice`)
    extensions.set(name, {
      critical: rest.length === 2 && expect(rest[0]!, 0x01).content[0] !== 0,
      value: octets(last)
    })
  }
  return extensions
}

/** SEID2 carries `NTRNO-<number>` in organizationIdentifier, SEID1 the number alone in serialNumber. */
const organisationOf = (subject: Value): string | undefined => {
  const attributes = relativeNames(subject).flat()
  const identifier = attributes.find(
    ({ type, value }) => type === oids.organizationIdentifier && /^NTRNO-\d{9}$/.test(value)
  )
  const serial = attributes.find(({ type, value }) => type === oids.serialNumber && /^\d{9}$/.test(value))
  return identifier?.value.slice(6) ?? serial?.value
}

/** Reads one DER certificate. Throws `Malformed` or what OpenSSL throws. */
export const parseCertificate = (der: Uint8Array): Certificate => {
  const tbs = child(expect(read(der), 0x30), 0, 0x30)
  const offset = tbs.children[0]?.tag === 0xa0 ? 1 : 0
  const serialNumber = child(tbs, offset, 0x02)
  const issuer = child(tbs, offset + 2, 0x30)
  const validity = child(tbs, offset + 3, 0x30)
  const subject = child(tbs, offset + 4, 0x30)
  const [notBefore, notAfter] = validity.children
  if (notBefore === undefined || notAfter === undefined) throw new Malformed("the validity is incomplete")
  const extensions = readExtensions(tbs)
  const identifier = extensions.get(oids.subjectKeyIdentifier)
  const x509 = new X509Certificate(der)
  return {
    x509,
    publicKey: x509.publicKey,
    der,
    issuer: issuer.encoding,
    issuerName: display(issuer),
    subjectDer: subject.encoding,
    subject: display(subject),
    serial: integer(serialNumber),
    serialDer: serialNumber.encoding,
    notBefore: time(notBefore),
    notAfter: time(notAfter),
    extensions,
    subjectKeyIdentifier: identifier === undefined ? undefined : octets(read(identifier.value)),
    organisasjonsnummer: organisationOf(subject)
  }
}

/** The policies of a certificate, dotted. */
export const policiesOf = (certificate: Certificate): ReadonlyArray<string> => {
  const extension = certificate.extensions.get(oids.certificatePolicies)
  return extension === undefined
    ? []
    : expect(read(extension.value), 0x30).children.map((policy) => oid(child(policy, 0, 0x06)))
}

/** Bit of the keyUsage extension, 0 for digitalSignature; undefined where there is no such extension. */
export const hasKeyUsage = (certificate: Certificate, bit: number): boolean | undefined => {
  const extension = certificate.extensions.get(oids.keyUsage)
  if (extension === undefined) return undefined
  const bits = expect(read(extension.value), 0x03).content
  return ((bits[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0
}

const line = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----([\s\S]*?)-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g

/**
 * DER of every certificate in `source`: DER as it is, PEM with any number of certificates, or base64 without PEM's lines.
 *
 * Source: dpi 5 (certificates without header lines).
 */
export const certificateBytes = (source: string | Uint8Array): ReadonlyArray<Uint8Array> => {
  if (typeof source !== "string") {
    if (source[0] === 0x30) return [source]
    return certificateBytes(Buffer.from(source).toString("latin1"))
  }
  const blocks = [...source.matchAll(line)].map((match) => match[1]!)
  const texts = blocks.length > 0 ? blocks : source.trim() === "" ? [] : [source]
  return texts.map((text) => {
    const compact = text.replace(/\s+/g, "")
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) throw new Malformed("this is neither PEM nor base64")
    return new Uint8Array(Buffer.from(compact, "base64"))
  })
}

export const digestOf = (algorithm: string, bytes: Uint8Array): Uint8Array =>
  createHash(algorithm).update(bytes).digest()
