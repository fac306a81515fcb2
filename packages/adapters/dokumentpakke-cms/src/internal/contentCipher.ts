/**
 * Content ciphers that are read.
 *
 * Source: dokumentpakke 9 and 10; RFC 3370, RFC 3565, RFC 5084.
 */
import { createDecipheriv } from "node:crypto"
import { integer, Malformed, oid, octets, type Value } from "./ber.ts"

interface Cipher {
  readonly name:
    | "aes-128-cbc"
    | "aes-192-cbc"
    | "aes-256-cbc"
    | "des-ede3-cbc"
    | "aes-128-gcm"
    | "aes-192-gcm"
    | "aes-256-gcm"
  readonly keyBytes: number
  readonly authenticated: boolean
}

const ciphers: Readonly<Record<string, Cipher>> = {
  "2.16.840.1.101.3.4.1.2": { name: "aes-128-cbc", keyBytes: 16, authenticated: false },
  "2.16.840.1.101.3.4.1.22": { name: "aes-192-cbc", keyBytes: 24, authenticated: false },
  "2.16.840.1.101.3.4.1.42": { name: "aes-256-cbc", keyBytes: 32, authenticated: false },
  "1.2.840.113549.3.7": { name: "des-ede3-cbc", keyBytes: 24, authenticated: false },
  "2.16.840.1.101.3.4.1.6": { name: "aes-128-gcm", keyBytes: 16, authenticated: true },
  "2.16.840.1.101.3.4.1.26": { name: "aes-192-gcm", keyBytes: 24, authenticated: true },
  "2.16.840.1.101.3.4.1.46": { name: "aes-256-gcm", keyBytes: 32, authenticated: true }
}

/** A cipher as a message names it. */
export interface ContentCipher extends Cipher {
  readonly iv: Uint8Array
  /** Bytes of the authentication tag; 0 for a cipher without one. */
  readonly tagBytes: number
}

const minimumTagBytes = 12

export const contentCipher = (algorithm: Value): ContentCipher => {
  const [type, parameters] = algorithm.children
  const cipher = type === undefined ? undefined : ciphers[oid(type)]
  if (cipher === undefined || parameters === undefined) throw new Malformed("the content cipher is not known")
  if (!cipher.authenticated) {
    const iv = octets(parameters)
    if (iv.length !== (cipher.name === "des-ede3-cbc" ? 8 : 16))
      throw new Malformed("the initialisation vector has the wrong length")
    return { ...cipher, iv, tagBytes: 0 }
  }
  const [nonce, length] = parameters.children
  const iv = nonce === undefined ? new Uint8Array() : octets(nonce)
  const tagBytes = length === undefined ? 12 : Number(integer(length))
  if (iv.length !== 12) throw new Malformed("the nonce has the wrong length")
  if (tagBytes < minimumTagBytes || tagBytes > 16) throw new Malformed("the authentication tag has the wrong length")
  return { ...cipher, iv, tagBytes }
}

/**
 * Decrypts in steps. The tag of an authenticated cipher stands at the end of the content, unless `end` is given it.
 * `end` throws when padding or tag is wrong; nothing that came before may be used until it has not.
 */
export interface Decryption {
  readonly update: (bytes: Uint8Array) => Uint8Array
  readonly end: (tag?: Uint8Array) => Uint8Array
}

const authenticated = (cipher: ContentCipher, key: Uint8Array, tagInside: boolean): Decryption => {
  const name =
    cipher.name === "aes-128-gcm" ? "aes-128-gcm" : cipher.name === "aes-192-gcm" ? "aes-192-gcm" : "aes-256-gcm"
  const decipher = createDecipheriv(name, key, cipher.iv, { authTagLength: cipher.tagBytes })
  let held: Uint8Array = new Uint8Array()
  return {
    update: (bytes) => {
      if (!tagInside) return decipher.update(bytes)
      const joined = Buffer.concat([held, bytes])
      const free = Math.max(0, joined.length - cipher.tagBytes)
      held = joined.subarray(free)
      return decipher.update(joined.subarray(0, free))
    },
    end: (tag) => {
      const given = tagInside ? held : tag
      if (given?.length !== cipher.tagBytes) throw new Malformed("the authentication tag is missing")
      decipher.setAuthTag(given)
      return decipher.final()
    }
  }
}

export const startDecryption = (cipher: ContentCipher, key: Uint8Array, tagInside: boolean): Decryption => {
  if (cipher.authenticated) return authenticated(cipher, key, tagInside)
  const decipher = createDecipheriv(cipher.name, key, cipher.iv)
  return { update: (bytes) => decipher.update(bytes), end: () => decipher.final() }
}
