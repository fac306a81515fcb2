/**
 * What a signature says of a file.
 */
import { childrenNamed, type Element, onlyChild, textOf, attributeOf } from "./xml.ts"
import { Malformed } from "./ber.ts"
import { sha256Uri, signatureNamespace } from "./xadesWriter.ts"

export interface FileReference {
  readonly uri: string
  /** Entry names the URI may stand for, the likeliest first. */
  readonly names: ReadonlyArray<string>
  readonly digestMethod: string
  readonly digest: Uint8Array
  readonly mimeType: string | undefined
}

/** SHA-256 as early versions of the reference implementation spelt it. */
const oldSha256Uri = `${signatureNamespace}sha256`

export const isSha256 = (uri: string) => uri === sha256Uri || uri === oldSha256Uri

/** Base64 with any white space, as XML signatures have it. */
export const base64Of = (element: Element): Uint8Array => {
  const compact = textOf(element).replace(/[ \t\r\n]+/g, "")
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact))
    throw new Malformed(`${element.local} is not base64`)
  return new Uint8Array(Buffer.from(compact, "base64"))
}

export const digestOfReference = (reference: Element) => ({
  digestMethod: attributeOf(onlyChild(reference, signatureNamespace, "DigestMethod"), "Algorithm") ?? "",
  digest: base64Of(onlyChild(reference, signatureNamespace, "DigestValue"))
})

/** True when a reference has transforms, which the profile allows on none of the files. */
export const hasTransforms = (reference: Element) =>
  childrenNamed(reference, signatureNamespace, "Transforms").length > 0
