/**
 * Where a business certificate is kept.
 */
import type { Redacted } from "effect"

/** Settings of a keystore, under the meanings of `difi.move.org.keystore.*`. Source: nextmove-api 8.2; dokumentpakke 17. */
export interface KeystoreSettings {
  /** A path, `file:` and a path, or `base64:` and the file itself. */
  readonly path: string
  /** `PKCS12`, `JKS` or `PEM`. The file's own bytes decide between them; any other type is refused. */
  readonly type?: string | undefined
  readonly password: Redacted.Redacted<string>
  /** Of the private key, where it differs from the store's. */
  readonly keyPassword?: Redacted.Redacted<string> | undefined
  /** Regardless of case. May be left out when there is one private key. */
  readonly alias?: string | undefined
}
