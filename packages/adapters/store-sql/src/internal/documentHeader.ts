import { Option } from "effect"
import { NONCE_PREFIX } from "./sealedSegments.ts"

/**
 * What stands before the segments of a sealed document: `EFDOC` and the version, the serial number of the certificate
 * (a length byte, decimal digits), the wrapped data key (two length bytes) and the nonce prefix.
 */
export interface DocumentHeader {
  /** Decimal. */
  readonly certificateSerial: string
  readonly wrappedKey: Uint8Array
  readonly noncePrefix: Uint8Array
}

const MAGIC = Buffer.from("EFDOC\u0001", "latin1")

/** The longest a header can be: a serial number has at most 20 bytes, a modulus at most 2048. */
export const HEADER_LIMIT = 4096

export const writeHeader = ({ certificateSerial, wrappedKey, noncePrefix }: DocumentHeader): Buffer => {
  const serial = Buffer.from(certificateSerial, "latin1")
  const keyLength = Buffer.alloc(2)
  keyLength.writeUInt16BE(wrappedKey.length)
  return Buffer.concat([MAGIC, Buffer.from([serial.length]), serial, keyLength, wrappedKey, noncePrefix])
}

/** The header and its length in bytes; none when the bytes do not begin with a whole one. */
export const readHeader = (bytes: Buffer): Option.Option<DocumentHeader & { readonly length: number }> => {
  const serialAt = MAGIC.length + 1
  const serialEnd = serialAt + (bytes[MAGIC.length] ?? 0)
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC) || bytes.length < serialEnd + 2) return Option.none()
  const keyAt = serialEnd + 2
  const keyEnd = keyAt + bytes.readUInt16BE(serialEnd)
  const length = keyEnd + NONCE_PREFIX
  if (bytes.length < length) return Option.none()
  return Option.some({
    certificateSerial: bytes.toString("latin1", serialAt, serialEnd),
    wrappedKey: bytes.subarray(keyAt, keyEnd),
    noncePrefix: bytes.subarray(keyEnd, length),
    length
  })
}
