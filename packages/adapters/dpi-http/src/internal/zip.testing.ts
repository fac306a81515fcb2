/**
 * The files of a small ZIP, in the order of its directory.
 */
import { inflateRawSync } from "node:zlib"

export interface ZipFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Reads a ZIP without zip64 and without a comment that looks like a directory's end. */
export const unzip = (zip: Uint8Array): ReadonlyArray<ZipFile> => {
  const bytes = Buffer.from(zip)
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  const files: Array<ZipFile> = []
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = bytes.readUInt16LE(at + 28)
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength)
    const local = bytes.readUInt32LE(at + 42)
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const packed = bytes.subarray(start, start + bytes.readUInt32LE(at + 20))
    files.push({ name, bytes: bytes.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed) })
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return files
}
