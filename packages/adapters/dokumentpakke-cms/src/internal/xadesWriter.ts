/**
 * Writes `META-INF/signatures.xml`, already in the canonical form that is signed.
 *
 * Source: dokumentpakke 7; dpi 4.4.
 */
import { hash } from "node:crypto"
import { formEncode } from "./entryName.ts"
import { canonicalAttribute, text } from "./escape.ts"
import type { SigningKey } from "./signingKey.ts"

/** A file that the signature covers. */
export interface SignedFile {
  readonly name: string
  readonly mimeType: string
  readonly sha256: Uint8Array
}

export const asicNamespace = "http://uri.etsi.org/02918/v1.2.1#"
export const signatureNamespace = "http://www.w3.org/2000/09/xmldsig#"
export const xadesNamespace = "http://uri.etsi.org/01903/v1.3.2#"
export const signedPropertiesType = "http://uri.etsi.org/01903#SignedProperties"
export const sha256Uri = "http://www.w3.org/2001/04/xmlenc#sha256"
export const rsaSha256Uri = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"

const canonicalXml = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
const sha1Uri = `${signatureNamespace}sha1`

/** What SignedProperties says of the signer. */
export interface SigningCertificate {
  readonly sha1: Uint8Array
  readonly issuerName: string
  readonly serial: bigint
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64")

const digest = (sha256: string) =>
  `<DigestMethod Algorithm="${sha256Uri}"></DigestMethod><DigestValue>${sha256}</DigestValue>`

/** Everything inside the SignedProperties element. */
const properties = (signingTime: string, signer: SigningCertificate, mimeTypes: ReadonlyArray<string>) =>
  `<SignedSignatureProperties><SigningTime>${signingTime}</SigningTime><SigningCertificate><Cert><CertDigest>` +
  `<ns2:DigestMethod Algorithm="${sha1Uri}"></ns2:DigestMethod><ns2:DigestValue>${base64(signer.sha1)}</ns2:DigestValue></CertDigest>` +
  `<IssuerSerial><ns2:X509IssuerName>${text(signer.issuerName)}</ns2:X509IssuerName><ns2:X509SerialNumber>${signer.serial}</ns2:X509SerialNumber></IssuerSerial>` +
  `</Cert></SigningCertificate></SignedSignatureProperties><SignedDataObjectProperties>` +
  mimeTypes
    .map(
      (mimeType, index) =>
        `<DataObjectFormat ObjectReference="#ID_${index}"><MimeType>${text(mimeType)}</MimeType></DataObjectFormat>`
    )
    .join("") +
  `</SignedDataObjectProperties>`

const namespaces = `xmlns="${xadesNamespace}" xmlns:ns2="${signatureNamespace}"`

/** SignedProperties as it is digested: with the namespaces it inherits. */
export const canonicalSignedProperties = (
  signingTime: string,
  signer: SigningCertificate,
  mimeTypes: ReadonlyArray<string>
) =>
  `<SignedProperties ${namespaces} Id="SignedProperties">${properties(signingTime, signer, mimeTypes)}</SignedProperties>`

/** What a signature needs beside the signature value; `signedInfo` is the bytes to sign. */
export interface UnsignedXades {
  readonly signedInfo: Uint8Array
  readonly withSignature: (signature: Uint8Array) => Uint8Array
}

export const signingCertificateOf = (key: SigningKey): SigningCertificate => ({
  sha1: hash("sha1", key.certificate.der, "buffer"),
  issuerName: key.certificate.issuerName,
  serial: key.certificate.serial
})

/** X509Certificate elements of the whole chain. */
export const x509DataOf = (key: SigningKey) =>
  key.chain.map((certificate) => `<X509Certificate>${base64(certificate)}</X509Certificate>`).join("")

export const makeXades = (options: {
  readonly files: ReadonlyArray<SignedFile>
  readonly signingTime: string
  readonly signer: SigningCertificate
  readonly x509Data: string
}): UnsignedXades => {
  const mimeTypes = options.files.map(({ mimeType }) => mimeType)
  const inner = properties(options.signingTime, options.signer, mimeTypes)
  const propertiesDigest = hash(
    "sha256",
    `<SignedProperties ${namespaces} Id="SignedProperties">${inner}</SignedProperties>`,
    "base64"
  )
  const signedInfo =
    `<CanonicalizationMethod Algorithm="${canonicalXml}"></CanonicalizationMethod><SignatureMethod Algorithm="${rsaSha256Uri}"></SignatureMethod>` +
    options.files
      .map(
        ({ name, sha256 }, index) =>
          `<Reference Id="ID_${index}" URI="${canonicalAttribute(formEncode(name))}">${digest(base64(sha256))}</Reference>`
      )
      .join("") +
    `<Reference Type="${signedPropertiesType}" URI="#SignedProperties"><Transforms><Transform Algorithm="${canonicalXml}"></Transform></Transforms>${digest(propertiesDigest)}</Reference>`
  return {
    signedInfo: Buffer.from(`<SignedInfo xmlns="${signatureNamespace}">${signedInfo}</SignedInfo>`, "utf8"),
    withSignature: (signature) =>
      Buffer.from(
        `<?xml version="1.0" encoding="UTF-8" standalone="no"?><XAdESSignatures xmlns="${asicNamespace}"><Signature xmlns="${signatureNamespace}" Id="Signature">` +
          `<SignedInfo>${signedInfo}</SignedInfo><SignatureValue>${base64(signature)}</SignatureValue><KeyInfo><X509Data>${options.x509Data}</X509Data></KeyInfo>` +
          `<Object><QualifyingProperties ${namespaces} Target="#Signature"><SignedProperties Id="SignedProperties">${inner}</SignedProperties></QualifyingProperties></Object>` +
          `</Signature></XAdESSignatures>`,
        "utf8"
      )
  }
}
