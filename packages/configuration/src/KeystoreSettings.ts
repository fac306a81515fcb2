import { oneOf, secret, text, truth } from "./internal/kinds.ts"
import { defaulted, optional, required, type Values } from "./internal/table.ts"

/** Keystore formats. PEM (key and certificates in one file) is read here and not by the Java server. */
const keystoreType = oneOf("PKCS12", "JKS", "PEM")

/** The organisation's business certificate. The message for a missing one is the Java server's (nextmove-api 8.2). */
export const orgKeystoreTable = {
  path: required(
    "difi.move.org.keystore.path",
    text,
    "Certificate properties not set. difi.move.org.keystore.path is missing."
  ),
  password: optional("difi.move.org.keystore.password", secret),
  alias: optional("difi.move.org.keystore.alias", text),
  type: defaulted("difi.move.org.keystore.type", keystoreType, "PKCS12"),
  lockProvider: defaulted("difi.move.org.keystore.lockProvider", truth, "false")
} as const

/** A keystore for one purpose, which is another one, property by property, where nobody sets it. */
export const keystoreTable = <const Prefix extends string>(prefix: Prefix, fallback: string) =>
  ({
    path: defaulted(`${prefix}.path`, text, `\${${fallback}.path}`),
    password: optional(`${prefix}.password`, secret, { base: `\${${fallback}.password:}` }),
    alias: optional(`${prefix}.alias`, text, { base: `\${${fallback}.alias:}` }),
    type: defaulted(`${prefix}.type`, keystoreType, `\${${fallback}.type}`),
    lockProvider: defaulted(`${prefix}.lockProvider`, truth, `\${${fallback}.lockProvider}`)
  }) as const

/**
 * Where a private key and its certificates are.
 *
 * `path` is a file's path, or a value that begins with `file:` or `base64:`; `alias` may be left out where the keystore holds
 * one key. The key's password is the keystore's.
 *
 * Source: nextmove-api 8.1.
 */
export type KeystoreSettings = Values<typeof orgKeystoreTable>
