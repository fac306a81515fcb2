/**
 * A private key with its certificates, whatever the file it came from.
 */
import { type KeyObject, X509Certificate } from "node:crypto"

/** `certificates` are DER, in the order of the file; nothing says yet that they belong to the key. */
export interface KeyEntry {
  readonly alias: string
  readonly key: KeyObject
  readonly certificates: ReadonlyArray<Uint8Array>
}

/** What a reader of keystores throws; `kind` says what an operator can do. */
export class Refused extends Error {
  override readonly name = "Refused"
  readonly kind: "password" | "keyPassword" | "unsupported"
  constructor(kind: "password" | "keyPassword" | "unsupported", detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.kind = kind
  }
}

/** The certificate of the key, then each one's issuer as far as they are there; undefined when none fits the key. */
export const chainOf = ({
  certificates,
  key
}: KeyEntry): readonly [X509Certificate, ...Array<X509Certificate>] | undefined => {
  const parsed = certificates.map((der) => new X509Certificate(der))
  const leaf = parsed.find((certificate) => certificate.checkPrivateKey(key))
  if (leaf === undefined) return undefined
  const chain: [X509Certificate, ...Array<X509Certificate>] = [leaf]
  for (let last = leaf; !last.checkIssued(last);) {
    const issuer = parsed.find(
      (candidate) => !chain.includes(candidate) && last.checkIssued(candidate) && last.verify(candidate.publicKey)
    )
    if (issuer === undefined) break
    chain.push(issuer)
    last = issuer
  }
  return chain
}
