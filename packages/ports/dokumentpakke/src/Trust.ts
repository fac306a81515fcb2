/**
 * Whose certificates are trusted, and how they are judged.
 *
 * Source: dpi 3.5; dokumentpakke 15.
 */

/** The rules of `difi.move.dpi.certificate.mode`, and `ANCHORED`, which asks for chain and validity alone. */
export type CertificateMode = "PRODUCTION" | "TEST" | "ANCHORED" | "SELF_SIGNED"

/** Trust settings. `SELF_SIGNED` uses no anchors: it accepts any self-signed certificate that is in force. */
export interface Trust {
  readonly mode: CertificateMode
  /** Roots, PEM or DER; a PEM text may hold several. */
  readonly anchors: ReadonlyArray<string | Uint8Array>
  /** Issuers below the roots, PEM or DER, used in addition to those a message brings along. */
  readonly intermediates: ReadonlyArray<string | Uint8Array>
  /** Certificate policies of which one must be present, instead of the mode's own; `.*` at the end takes any deeper number. */
  readonly policies?: ReadonlyArray<string> | undefined
}
