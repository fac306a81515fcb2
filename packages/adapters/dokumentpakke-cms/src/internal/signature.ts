/**
 * A signature that holds: who made it, when, and over which files. Whether the signer is trusted is another question.
 */
import type { Certificate } from "./certificate.ts"
import type { FileReference } from "./reference.ts"

export interface VerifiedSignature {
  readonly signer: Certificate
  /** Other certificates that came along, DER. */
  readonly others: ReadonlyArray<Uint8Array>
  /** ISO 8601, as far as the signature tells. */
  readonly signingTime: string | undefined
  readonly references: ReadonlyArray<FileReference>
}
