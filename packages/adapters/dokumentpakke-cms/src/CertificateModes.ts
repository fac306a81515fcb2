/**
 * What each certificate mode asks of a business certificate.
 *
 * Source: dpi 3.5.
 */
import type { CertificateMode } from "@eformidling/port-dokumentpakke/Trust"

export interface ModeRules {
  /** A chain to one of the configured anchors, or the certificate's own signature. */
  readonly chain: "anchored" | "selfSigned"
  /** Key usage present and critical, no critical extension but key usage and basic constraints. */
  readonly strictExtensions: boolean
  /** One of these must be among the certificate's policies; `.*` at the end takes any deeper number. Empty asks for none. */
  readonly policies: ReadonlyArray<string>
}

export const certificateModes = {
  PRODUCTION: {
    chain: "anchored",
    strictExtensions: true,
    policies: [
      "2.16.578.1.26.1.3.2",
      "2.16.578.1.26.1.3.5",
      "2.16.578.1.29.13.1",
      "2.16.578.1.29.13.1.1.0",
      "2.16.578.1.29.13.200.*",
      "2.16.578.1.29.13.210.*",
      "2.16.578.1.29.13.220.*"
    ]
  },
  TEST: {
    chain: "anchored",
    strictExtensions: true,
    policies: [
      "2.16.578.1.26.1.3.2",
      "2.16.578.1.26.1.3.5",
      "2.16.578.1.26.1.0.3.2",
      "2.16.578.1.29.13.1.1.0",
      "2.16.578.1.29.913.1.1.0",
      "2.16.578.1.29.913.200.*",
      "2.16.578.1.29.913.210.*",
      "2.16.578.1.29.913.220.*",
      "2.16.578.1.1.1.1.100"
    ]
  },
  ANCHORED: { chain: "anchored", strictExtensions: false, policies: [] },
  SELF_SIGNED: { chain: "selfSigned", strictExtensions: false, policies: [] }
} as const satisfies Record<CertificateMode, ModeRules>

/** True when `policy` is `pattern`, or lies below it where the pattern ends in `.*`. */
export const matchesPolicy = (pattern: string, policy: string): boolean =>
  pattern.endsWith(".*")
    ? policy === pattern.slice(0, -2) || policy.startsWith(pattern.slice(0, -1))
    : policy === pattern
