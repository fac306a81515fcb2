/**
 * What a verifier found out about a dokumentpakke, rule by rule.
 */
import type { DateTime, Option } from "effect"

/**
 * Stable names of the rules.
 *
 * `container` ZIP structure · `name` entry names · `mimetype` · `limit` · `xml` parsing without DOCTYPE · `manifest`
 * manifest.xml against its schema and the contents · `digest` · `coverage` every file signed, every reference met ·
 * `signature` · `certificate` chain, validity and mode.
 */
export type Rule =
  | "container"
  | "name"
  | "mimetype"
  | "limit"
  | "xml"
  | "manifest"
  | "digest"
  | "coverage"
  | "signature"
  | "certificate"

/**
 * One rule that did not pass plainly.
 *
 * `broken` makes the package invalid. `warning` does not. `unjudged` means that something needed to judge is missing,
 * such as trust anchors.
 */
export interface Finding {
  readonly rule: Rule
  readonly severity: "broken" | "warning" | "unjudged"
  readonly detail: string
}

/** Who signed, as the certificate that verified the signature says. */
export interface Signer {
  readonly subject: string
  readonly organisasjonsnummer: Option.Option<string>
  /** DER. */
  readonly certificate: Uint8Array
}

/** An entry of the container, read or not. */
export interface EntrySummary {
  readonly name: string
  /** As the signature gives it; absent for entries outside the signature. */
  readonly mimeType: Option.Option<string>
  /** Bytes, unpacked. */
  readonly size: number
  /** Of the unpacked bytes; absent when the entry could not be read. */
  readonly sha256: Option.Option<Uint8Array>
}

/** `valid`: every rule passed. `invalid`: at least one is broken. `unjudged`: none is broken, but one could not be judged. */
export interface Verdict {
  readonly outcome: "valid" | "invalid" | "unjudged"
  readonly findings: ReadonlyArray<Finding>
  readonly entries: ReadonlyArray<EntrySummary>
  readonly signer: Option.Option<Signer>
  readonly signingTime: Option.Option<DateTime.Utc>
}
