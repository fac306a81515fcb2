/**
 * Reads Java's own keystore format.
 *
 * A key is covered by a keystream of chained SHA-1 over the password, which is no encryption worth the name: the file
 * is as secret as its permissions.
 */
import { createHash, createPrivateKey, timingSafeEqual } from "node:crypto"
import { type KeyEntry, Refused } from "./keyEntry.ts"

export const jksMagic = 0xfeedfeed

/** Appended to the password before the file is digested. */
const whitener = Buffer.from("Mighty Aphrodite", "utf8")

/** JavaSoft's key protector, as an AlgorithmIdentifier holds it. */
const protectorOid = Buffer.from("060a2b060104012a02110101", "hex")

const sha1 = (...parts: ReadonlyArray<Uint8Array>) => {
  const digest = createHash("sha1")
  for (const part of parts) digest.update(part)
  return digest.digest()
}

/** UTF-16, high octet first. */
const passwordBytes = (password: string) => Buffer.from(password, "utf16le").swap16()

class Cursor {
  private offset = 0
  private readonly bytes: Buffer
  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
  take(length: number): Buffer {
    if (this.offset + length > this.bytes.length) throw new Refused("unsupported", "the file is cut off")
    this.offset += length
    return this.bytes.subarray(this.offset - length, this.offset)
  }
  int(): number {
    return this.take(4).readUInt32BE()
  }
  text(): string {
    return this.take(this.take(2).readUInt16BE()).toString("utf8")
  }
  block(): Buffer {
    return this.take(this.int())
  }
  certificate(version: number): Buffer {
    if (version === 2) this.text()
    return this.block()
  }
}

/** The covered key inside EncryptedPrivateKeyInfo: salt, covered bytes, check digest. */
const covered = (info: Buffer): Buffer => {
  const at = info.indexOf(protectorOid)
  if (at < 0) throw new Refused("unsupported", "a key is protected by an algorithm that is not JavaSoft's")
  let offset = at + protectorOid.length
  if (info[offset] === 0x05) offset += 2
  if (info[offset] !== 0x04) throw new Refused("unsupported", "a key is malformed")
  const first = info[offset + 1]!
  const octets = first > 0x80 ? first & 0x7f : 0
  const length = octets === 0 ? first : info.readUIntBE(offset + 2, Math.min(octets, 4))
  const start = offset + 2 + octets
  return info.subarray(start, start + length)
}

const uncover = (bytes: Buffer, password: Buffer): Buffer => {
  if (bytes.length < 40) throw new Refused("unsupported", "a key is malformed")
  const check = bytes.subarray(bytes.length - 20)
  const body = bytes.subarray(20, bytes.length - 20)
  const plain = Buffer.alloc(body.length)
  let block = bytes.subarray(0, 20)
  for (let offset = 0; offset < body.length; offset += 20) {
    block = sha1(password, block)
    for (let index = offset; index < Math.min(offset + 20, body.length); index++)
      plain[index] = body[index]! ^ block[index - offset]!
  }
  if (!timingSafeEqual(sha1(password, plain), check)) throw new Refused("keyPassword", "the key has another password")
  return plain
}

/** A private key that is not opened before it is asked for: each may have its own password. */
export interface JksEntry {
  readonly alias: string
  readonly open: (keyPassword: string) => KeyEntry
}

/** Every private key of a JKS file; certificates that stand alone are left out. Throws `Refused`. */
export const readJks = (file: Buffer, password: string): ReadonlyArray<JksEntry> => {
  const body = file.subarray(0, file.length - 20)
  if (
    file.length < 32 ||
    !timingSafeEqual(sha1(passwordBytes(password), whitener, body), file.subarray(file.length - 20))
  ) {
    throw new Refused("password", "the password does not fit the file")
  }
  const cursor = new Cursor(body)
  cursor.int()
  const version = cursor.int()
  if (version !== 1 && version !== 2) throw new Refused("unsupported", `the JKS version ${version} is not known`)
  return Array.from({ length: cursor.int() }, () => {
    const kind = cursor.int()
    const alias = cursor.text()
    cursor.take(8)
    if (kind === 2) {
      cursor.certificate(version)
      return []
    }
    if (kind !== 1) throw new Refused("unsupported", `an entry of kind ${kind} is not known`)
    const info = cursor.block()
    const certificates = Array.from({ length: cursor.int() }, () => new Uint8Array(cursor.certificate(version)))
    return [
      {
        alias,
        open: (keyPassword: string) => ({
          alias,
          certificates,
          key: createPrivateKey({
            key: uncover(covered(info), passwordBytes(keyPassword)),
            format: "der",
            type: "pkcs8"
          })
        })
      }
    ]
  }).flat()
}
