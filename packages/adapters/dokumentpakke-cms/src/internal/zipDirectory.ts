/**
 * Reads the directory of a ZIP and holds it against everything else in the file.
 *
 * The central directory decides; local headers must agree with it, and the file must hold nothing that it does not list.
 *
 * Source: dokumentpakke 15.1; APPNOTE.TXT.
 */
import type { DokumentpakkeError } from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import { Effect } from "effect"
import { isUtf8 } from "node:buffer"
import { Broken } from "./finding.ts"
import type { Stored } from "./storage.ts"

/** An entry as both its headers describe it. */
export interface Entry {
  readonly name: string
  readonly deflated: boolean
  readonly crc: number
  readonly packedBytes: number
  readonly bytes: number
  /** Where its packed bytes start in the file. */
  readonly start: number
  readonly isDirectory: boolean
  readonly isLink: boolean
}

const endBytes = 22
const maximumComment = 0xffff
const maximumDirectory = 8 * 1024 * 1024
const descriptorFollows = 0x0008
/** UTF-8 names, data descriptor, and the two bits that tell the deflate level. */
const knownFlags = 0x0800 | descriptorFollows | 0x0006

const broken = (detail: string) => Effect.fail(new Broken("container", detail))

interface Listed {
  readonly entry: Omit<Entry, "start">
  readonly rawName: Buffer
  readonly flags: number
  readonly method: number
  readonly offset: number
}

const nodeBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const readEnd = Effect.fnUntraced(function* (stored: Stored) {
  const length = Math.min(stored.size, endBytes + maximumComment)
  const tail = nodeBuffer(yield* stored.read(stored.size - length, length))
  const ends: Array<number> = []
  for (let at = tail.length - endBytes; at >= 0; at--) {
    if (tail.readUInt32LE(at) === 0x06054b50 && at + endBytes + tail.readUInt16LE(at + 20) === tail.length)
      ends.push(at)
  }
  if (ends.length !== 1)
    return yield* broken(
      ends.length === 0 ? "this is no whole ZIP: it has no end record" : "the ZIP has two end records"
    )
  const end = tail.subarray(ends[0]!)
  const at = stored.size - length + ends[0]!
  const entries = end.readUInt16LE(10)
  const directoryBytes = end.readUInt32LE(12)
  const offset = end.readUInt32LE(16)
  if (end.readUInt16LE(4) !== 0 || end.readUInt16LE(6) !== 0 || end.readUInt16LE(8) !== entries)
    return yield* broken("the ZIP has several volumes")
  if (entries === 0xffff || directoryBytes === 0xffff_ffff || offset === 0xffff_ffff)
    return yield* broken("ZIP64 is not used in a package")
  if (offset + directoryBytes !== at) return yield* broken("the central directory is not where the end record says")
  if (directoryBytes > maximumDirectory)
    return yield* Effect.fail(new Broken("limit", "the central directory is too large"))
  return { entries, directoryBytes, offset }
})

const readName = (raw: Buffer): string => {
  if (!isUtf8(raw)) throw new Broken("name", "the name of an entry is not UTF-8")
  return raw.toString("utf8")
}

const readListed = (directory: Buffer, count: number): ReadonlyArray<Listed> => {
  const listed: Array<Listed> = []
  let at = 0
  for (let index = 0; index < count; index++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x02014b50)
      throw new Broken("container", "the central directory is damaged")
    const nameBytes = directory.readUInt16LE(at + 28)
    const next = at + 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
    if (next > directory.length) throw new Broken("container", "the central directory is cut off")
    const rawName = directory.subarray(at + 46, at + 46 + nameBytes)
    const name = readName(rawName)
    const flags = directory.readUInt16LE(at + 8)
    const method = directory.readUInt16LE(at + 10)
    if ((flags & 0x0001) !== 0) throw new Broken("container", `${name} is encrypted inside the ZIP`)
    if ((flags & ~knownFlags) !== 0) throw new Broken("container", `${name} has flags that are not used in a package`)
    if (method !== 0 && method !== 8) throw new Broken("container", `${name} is packed by the unknown method ${method}`)
    listed.push({
      rawName,
      flags,
      method,
      offset: directory.readUInt32LE(at + 42),
      entry: {
        name,
        deflated: method === 8,
        crc: directory.readUInt32LE(at + 16),
        packedBytes: directory.readUInt32LE(at + 20),
        bytes: directory.readUInt32LE(at + 24),
        isDirectory: name.endsWith("/"),
        isLink: directory.readUInt16LE(at + 4) >> 8 === 3 && directory.readUInt32LE(at + 38) >>> 28 === 0xa
      }
    })
    at = next
  }
  if (at !== directory.length)
    throw new Broken("container", "the central directory lists another number of entries than it says")
  return listed
}

const descriptorBytes = (tail: Buffer, { crc, bytes, packedBytes }: Omit<Entry, "start">): number => {
  const fits = (at: number) =>
    tail.length >= at + 12 &&
    tail.readUInt32LE(at) === crc &&
    tail.readUInt32LE(at + 4) === packedBytes &&
    tail.readUInt32LE(at + 8) === bytes
  if (tail.length >= 16 && tail.readUInt32LE(0) === 0x08074b50 && fits(4)) return 16
  return fits(0) ? 12 : 0
}

/** Where the entry's bytes start and where the entry ends, after checking its local header and data descriptor. */
const readLocal = Effect.fnUntraced(function* (stored: Stored, { entry, flags, method, offset, rawName }: Listed) {
  const fixed = nodeBuffer(yield* stored.read(offset, 30))
  if (fixed.length < 30 || fixed.readUInt32LE(0) !== 0x04034b50)
    return yield* broken(`${entry.name} has no local header`)
  const nameBytes = fixed.readUInt16LE(26)
  const name = yield* stored.read(offset + 30, nameBytes)
  if (!rawName.equals(name)) return yield* broken(`${entry.name} has another name in its local header`)
  if (fixed.readUInt16LE(6) !== flags || fixed.readUInt16LE(8) !== method)
    return yield* broken(`${entry.name} has other flags or another method in its local header`)
  const deferred = (flags & descriptorFollows) !== 0
  const sizes = [fixed.readUInt32LE(14), fixed.readUInt32LE(18), fixed.readUInt32LE(22)]
  const agree = [entry.crc, entry.packedBytes, entry.bytes].every(
    (value, index) => sizes[index] === value || (deferred && sizes[index] === 0)
  )
  if (!agree) return yield* broken(`${entry.name} has other sizes or another CRC in its local header`)
  const start = offset + 30 + nameBytes + fixed.readUInt16LE(28)
  const end = start + entry.packedBytes
  if (!deferred) return { start, end }
  const descriptor = descriptorBytes(nodeBuffer(yield* stored.read(end, 16)), entry)
  if (descriptor === 0)
    return yield* broken(`${entry.name} has no data descriptor that agrees with the central directory`)
  return { start, end: end + descriptor }
})

/** Every entry in the order of the file. */
export const readDirectory = Effect.fnUntraced(function* (
  stored: Stored,
  maximumEntries: number
): Effect.fn.Return<ReadonlyArray<Entry>, Broken | DokumentpakkeError> {
  if (stored.size < endBytes) return yield* broken("this is no ZIP")
  const end = yield* readEnd(stored)
  if (end.entries > maximumEntries) {
    return yield* Effect.fail(
      new Broken("limit", `the package has ${end.entries} entries, and ${maximumEntries} are allowed`)
    )
  }
  const directory = nodeBuffer(yield* stored.read(end.offset, end.directoryBytes))
  const listed = yield* Effect.try({
    try: () => readListed(directory, end.entries),
    catch: (cause) => (cause instanceof Broken ? cause : new Broken("container", String(cause)))
  })
  const entries: Array<Entry> = []
  let expected = 0
  for (const one of listed.toSorted((left, right) => left.offset - right.offset)) {
    if (one.offset !== expected) {
      return yield* broken(
        one.offset < expected
          ? `${one.entry.name} overlaps another entry`
          : `there are bytes before ${one.entry.name} that the central directory does not list`
      )
    }
    const local = yield* readLocal(stored, one)
    entries.push({ ...one.entry, start: local.start })
    expected = local.end
  }
  if (expected !== end.offset)
    return yield* broken("there are bytes before the central directory that it does not list")
  return entries
})
