/**
 * Reads PEM: one private key, encrypted or not, and certificates in any order.
 */
import { Buffer } from "node:buffer"
import { createPrivateKey } from "node:crypto"
import { type KeyEntry, Refused } from "./keyEntry.ts"

const certificates = /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g
const privateKeys =
  /-----BEGIN (?:(?:ENCRYPTED|RSA) )?PRIVATE KEY-----[\s\S]*?-----END (?:(?:ENCRYPTED|RSA) )?PRIVATE KEY-----/g

/** The one private key of a PEM text. Throws `Refused`, or what OpenSSL throws for a wrong password. */
export const readPem = (text: string, password: string): KeyEntry => {
  const keys = text.match(privateKeys) ?? []
  if (keys.length !== 1)
    throw new Refused("unsupported", `there should be one private key in it, and there are ${keys.length}`)
  const found = [...text.matchAll(certificates)].map(([, body = ""]) => new Uint8Array(Buffer.from(body, "base64")))
  if (found.length === 0) throw new Refused("unsupported", "there is no certificate in it")
  return { alias: "", key: createPrivateKey({ key: keys[0]!, passphrase: password }), certificates: found }
}

export const refusedPem = (cause: unknown): Refused =>
  cause instanceof Refused ? cause : new Refused("password", "the password does not fit the private key", { cause })
