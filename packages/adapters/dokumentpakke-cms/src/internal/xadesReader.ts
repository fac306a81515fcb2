/**
 * Verifies `META-INF/signatures.xml` of a DPI package.
 *
 * Source: dokumentpakke 7 and 15.4; XML Signature 1.1; ETSI TS 101 903.
 */
import { verify } from "node:crypto"
import { Malformed } from "./ber.ts"
import { canonicalize } from "./canonical.ts"
import { type Certificate, digestOf, parseCertificate } from "./certificate.ts"
import { namesOfUri } from "./entryName.ts"
import { base64Of, digestOfReference, type FileReference, hasTransforms, isSha256 } from "./reference.ts"
import type { VerifiedSignature } from "./signature.ts"
import { asicNamespace, rsaSha256Uri, signatureNamespace, signedPropertiesType, xadesNamespace } from "./xadesWriter.ts"
import { attributeOf, childrenNamed, descendants, type Element, elementsOf, onlyChild, textOf } from "./xml.ts"

/** Namespaces of the root element that are and have been in use. */
export const asicNamespaces: ReadonlySet<string> = new Set([
  asicNamespace,
  "http://uri.etsi.org/2918/v1.2.1#",
  "http://uri.etsi.org/02918/v1.1.1#"
])

/** Digests of CertDigest. SHA-1 is what the profile says, and is safe there: the whole certificate is judged by itself. */
const certificateDigests: Readonly<Record<string, string>> = {
  "http://www.w3.org/2000/09/xmldsig#sha1": "sha1",
  "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
  "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
  "http://www.w3.org/2001/04/xmlenc#sha512": "sha512"
}

const fail = (detail: string): never => {
  throw new Malformed(detail)
}

const checkIds = (root: Element) => {
  const ids = [...descendants(root)].flatMap((element) =>
    ["Id", "ID", "id"].flatMap((name) => attributeOf(element, name) ?? [])
  )
  if (new Set(ids).size !== ids.length) fail("an Id occurs twice")
}

const signedPropertiesOf = (signature: Element): Element => {
  const found = childrenNamed(signature, signatureNamespace, "Object").flatMap((object) =>
    childrenNamed(object, xadesNamespace, "QualifyingProperties")
  )
  if (found.length !== 1) fail(`there should be one QualifyingProperties, and there are ${found.length}`)
  const [qualifying] = found
  if (attributeOf(qualifying!, "Target") !== `#${attributeOf(signature, "Id")}`)
    fail("QualifyingProperties do not belong to the signature")
  return onlyChild(qualifying!, xadesNamespace, "SignedProperties")
}

/** The reference to SignedProperties must cover that element, by its digest under one canonicalization. */
const checkSignedProperties = (reference: Element, properties: Element) => {
  if (attributeOf(reference, "Type") !== signedPropertiesType)
    fail("the reference to SignedProperties has another type")
  const transforms = childrenNamed(reference, signatureNamespace, "Transforms").flatMap(elementsOf)
  if (
    transforms.length > 1 ||
    transforms.some(({ local, namespace }) => local !== "Transform" || namespace !== signatureNamespace)
  ) {
    fail("SignedProperties have transforms that are not used here")
  }
  const { digest, digestMethod } = digestOfReference(reference)
  if (!isSha256(digestMethod)) fail(`SignedProperties are digested by ${digestMethod}`)
  if (!Buffer.from(digestOf("sha256", canonicalize(properties, transforms[0]))).equals(digest))
    fail("SignedProperties have been changed")
}

/** The certificate of KeyInfo that SignedProperties name by digest. */
const signerOf = (properties: Element, certificates: ReadonlyArray<Uint8Array>): Certificate => {
  const signatureProperties = onlyChild(properties, xadesNamespace, "SignedSignatureProperties")
  const named =
    elementsOf(signatureProperties).find(
      ({ local, namespace }) =>
        namespace === xadesNamespace && (local === "SigningCertificate" || local === "SigningCertificateV2")
    ) ?? fail("SignedProperties name no signing certificate")
  const [cert] = childrenNamed(named, xadesNamespace, "Cert")
  const { digest, digestMethod } = digestOfReference(
    onlyChild(cert ?? fail("SignedProperties name no signing certificate"), xadesNamespace, "CertDigest")
  )
  const algorithm = certificateDigests[digestMethod] ?? fail(`CertDigest uses ${digestMethod}`)
  const signer = certificates.find((certificate) => Buffer.from(digestOf(algorithm, certificate)).equals(digest))
  return parseCertificate(signer ?? fail("the certificate in the signature is not the one that SignedProperties name"))
}

const mimeTypes = (properties: Element): ReadonlyMap<string, string> =>
  new Map(
    childrenNamed(properties, xadesNamespace, "SignedDataObjectProperties")
      .flatMap((objects) => childrenNamed(objects, xadesNamespace, "DataObjectFormat"))
      .flatMap((format) =>
        childrenNamed(format, xadesNamespace, "MimeType").map(
          (mimeType) => [attributeOf(format, "ObjectReference") ?? "", textOf(mimeType)] as const
        )
      )
  )

const fileReference = (reference: Element, types: ReadonlyMap<string, string>): FileReference => {
  const uri = attributeOf(reference, "URI") ?? fail("a reference has no URI")
  if (hasTransforms(reference)) fail(`the reference to ${uri} has transforms`)
  return {
    uri,
    names: namesOfUri(uri),
    mimeType: types.get(`#${attributeOf(reference, "Id") ?? ""}`),
    ...digestOfReference(reference)
  }
}

/** Throws when the signature does not hold. */
export const verifyXades = (root: Element): VerifiedSignature => {
  if (root.local !== "XAdESSignatures" || !asicNamespaces.has(root.namespace))
    fail("the root element is not XAdESSignatures")
  if (elementsOf(root).length !== 1) fail(`there should be one Signature, and there are ${elementsOf(root).length}`)
  const signature = onlyChild(root, signatureNamespace, "Signature")
  checkIds(root)
  const signedInfo = onlyChild(signature, signatureNamespace, "SignedInfo")
  const properties = signedPropertiesOf(signature)
  const certificates = childrenNamed(
    onlyChild(signature, signatureNamespace, "KeyInfo"),
    signatureNamespace,
    "X509Data"
  )
    .flatMap((data) => childrenNamed(data, signatureNamespace, "X509Certificate"))
    .map(base64Of)
  const signer = signerOf(properties, certificates)

  const method = attributeOf(onlyChild(signedInfo, signatureNamespace, "SignatureMethod"), "Algorithm")
  if (method !== rsaSha256Uri) fail(`the signature method is ${method}`)
  if (signer.publicKey.asymmetricKeyType !== "rsa") fail("the signer's key is not an RSA key")
  const octets = canonicalize(signedInfo, onlyChild(signedInfo, signatureNamespace, "CanonicalizationMethod"))
  if (
    !verify("sha256", octets, signer.publicKey, base64Of(onlyChild(signature, signatureNamespace, "SignatureValue")))
  ) {
    fail("the signature value does not fit SignedInfo and the certificate")
  }

  const references = childrenNamed(signedInfo, signatureNamespace, "Reference")
  const isLocal = (reference: Element) => /^(#|$)/.test(attributeOf(reference, "URI") ?? "")
  const local = references.filter(isLocal)
  if (local.length !== 1 || attributeOf(local[0]!, "URI") !== `#${attributeOf(properties, "Id")}`)
    fail("the signature does not cover SignedProperties")
  checkSignedProperties(local[0]!, properties)

  const types = mimeTypes(properties)
  const signatureProperties = onlyChild(properties, xadesNamespace, "SignedSignatureProperties")
  const [time] = childrenNamed(signatureProperties, xadesNamespace, "SigningTime")
  return {
    signer,
    others: certificates.filter((certificate) => !Buffer.from(certificate).equals(signer.der)),
    signingTime: time === undefined ? undefined : textOf(time).trim(),
    references: references
      .filter((reference) => !isLocal(reference))
      .map((reference) => fileReference(reference, types))
  }
}
