import { createCipheriv, createDecipheriv } from "node:crypto"

/** Plain bytes in a segment. */
const SEGMENT = 65_536
/** Bytes by which a sealed segment is longer than its plain one. */
export const TAG = 16
export const SEALED_SEGMENT = SEGMENT + TAG
/** Bytes of the nonce that are the file's own. */
export const NONCE_PREFIX = 7

const algorithm = "aes-256-gcm"

/** What all segments of a document are sealed with. */
export interface SegmentKey {
  /** 32 bytes, used for one document only. */
  readonly key: Uint8Array
  readonly noncePrefix: Uint8Array
  /** Bound to each segment: what names the document. */
  readonly associated: Uint8Array
}

/**
 * The nonce of a segment, as in the STREAM construction: prefix, number, and whether it is the last one. A segment that
 * was moved, left out or cut off does not open.
 *
 * Source: Hoang, Reyhanitabar, Rogaway and Vizár, "Online Authenticated-Encryption and its Nonce-Reuse
 * Misuse-Resistance", section 7.
 */
const nonce = (prefix: Uint8Array, number: number, last: boolean): Buffer => {
  const bytes = Buffer.alloc(12)
  bytes.set(prefix)
  bytes.writeUInt32BE(number, NONCE_PREFIX)
  bytes.writeUInt8(last ? 1 : 0, 11)
  return bytes
}

const sealSegment = (
  { key, noncePrefix, associated }: SegmentKey,
  number: number,
  last: boolean,
  plain: Uint8Array
): readonly [sealed: Buffer, tag: Buffer] => {
  const cipher = createCipheriv(algorithm, key, nonce(noncePrefix, number, last))
  cipher.setAAD(associated)
  const sealed = cipher.update(plain)
  cipher.final()
  return [sealed, cipher.getAuthTag()]
}

/** Throws when the segment is not the one that was sealed. */
export const openSegment = (
  { key, noncePrefix, associated }: SegmentKey,
  number: number,
  last: boolean,
  sealed: Uint8Array
): Buffer => {
  const end = sealed.length - TAG
  const decipher = createDecipheriv(algorithm, key, nonce(noncePrefix, number, last))
  decipher.setAAD(associated)
  decipher.setAuthTag(sealed.subarray(end))
  const plain = decipher.update(sealed.subarray(0, end))
  decipher.final()
  return plain
}

/** Cuts bytes into segments and seals each once it is known whether it is the last. */
export class SegmentSealer {
  readonly #key: SegmentKey
  readonly #pending = Buffer.allocUnsafe(SEGMENT)
  #filled = 0
  #number = 0

  constructor(key: SegmentKey) {
    this.#key = key
  }

  /** Takes bytes in, and gives the sealed bytes that are ready to `emit`. */
  push(bytes: Uint8Array, emit: (sealed: Buffer) => void): void {
    let taken = 0
    while (taken < bytes.length) {
      if (this.#filled === SEGMENT) this.#seal(false, emit)
      const part = bytes.subarray(taken, taken + SEGMENT - this.#filled)
      this.#pending.set(part, this.#filled)
      this.#filled += part.length
      taken += part.length
    }
  }

  /** Seals what is left as the last segment; an empty document has one segment of no bytes. */
  end(emit: (sealed: Buffer) => void): void {
    this.#seal(true, emit)
  }

  #seal(last: boolean, emit: (sealed: Buffer) => void): void {
    const [sealed, tag] = sealSegment(this.#key, this.#number++, last, this.#pending.subarray(0, this.#filled))
    this.#filled = 0
    emit(sealed)
    emit(tag)
  }
}
