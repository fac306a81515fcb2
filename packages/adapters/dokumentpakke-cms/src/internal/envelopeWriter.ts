/**
 * Writes CMS EnvelopedData as a stream: AES-256-CBC for one recipient.
 *
 * Source: RFC 5652; dokumentpakke 9; dpi 5.
 */
import type { KeyTransport } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import { constants, createCipheriv, publicEncrypt, randomBytes } from "node:crypto"
import type { Certificate } from "./certificate.ts"
import { algorithm, concat, header, octetString, oid, sequence, small, tagged } from "./der.ts"
import { oids } from "./oids.ts"

interface Transport {
  readonly identifier: Uint8Array
  readonly options: { readonly padding: number; readonly oaepHash?: string }
}

/** Key transports that are written: the AlgorithmIdentifier and how node:crypto is asked for it. */
const transports = {
  oaep: {
    identifier: algorithm(
      oids.rsaesOaep,
      sequence(tagged(0xa0, algorithm(oids.sha256)), tagged(0xa1, algorithm(oids.mgf1, algorithm(oids.sha256))))
    ),
    options: { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }
  },
  pkcs1: {
    identifier: algorithm(oids.rsaEncryption),
    options: { padding: constants.RSA_PKCS1_PADDING }
  }
} as const satisfies Record<KeyTransport, Transport>

const beforeRecipients = concat([
  Uint8Array.of(0x30, 0x80),
  oid(oids.envelopedData),
  Uint8Array.of(0xa0, 0x80, 0x30, 0x80),
  small(0)
])

const endOfContents = new Uint8Array(10)

/** Encrypts bytes in order. `start` comes first, `end` last, and what each gives is written as it stands. */
export interface Envelope {
  readonly start: Uint8Array
  readonly update: (parts: ReadonlyArray<Uint8Array>) => ReadonlyArray<Uint8Array>
  readonly end: () => ReadonlyArray<Uint8Array>
}

/** A new key and initialisation vector for each envelope. */
export const makeEnvelope = (recipient: Certificate, transport: KeyTransport): Envelope => {
  const key = randomBytes(32)
  const iv = randomBytes(16)
  const { identifier, options } = transports[transport]
  const encryptedKey = publicEncrypt({ key: recipient.publicKey, ...options }, key)
  const cipher = createCipheriv("aes-256-cbc", key, iv)
  const chunk = (parts: ReadonlyArray<Uint8Array>) => {
    const length = parts.reduce((sum, part) => sum + part.length, 0)
    return length === 0 ? [] : [header(0x04, length), ...parts]
  }
  return {
    start: concat([
      beforeRecipients,
      tagged(
        0x31,
        sequence(small(0), sequence(recipient.issuer, recipient.serialDer), identifier, octetString(encryptedKey))
      ),
      Uint8Array.of(0x30, 0x80),
      oid(oids.data),
      algorithm(oids.aes256Cbc, octetString(iv)),
      Uint8Array.of(0xa0, 0x80)
    ]),
    update: (parts) => chunk(parts.map((part) => cipher.update(part))),
    end: () => [...chunk([cipher.final()]), endOfContents]
  }
}
