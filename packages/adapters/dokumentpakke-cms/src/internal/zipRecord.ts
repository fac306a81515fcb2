/**
 * Records of a ZIP file as they are written.
 *
 * Source: dokumentpakke 3; APPNOTE.TXT.
 */
import { crc32 } from "node:zlib"

export const asicMimeType = "application/vnd.etsi.asic-e+zip"

/** Comment of the archive and of its `mimetype` entry. */
const comment = Buffer.from(`mimetype=${asicMimeType}`)

const utf8Names = 0x0800
const sizesFollow = 0x0008

/** MS-DOS date and time, two seconds a step. */
export interface DosTime {
  readonly date: number
  readonly time: number
}

/** A time before 1980, which the format cannot say, becomes the first it can. */
export const dosTime = (parts: {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}): DosTime =>
  parts.year < 1980
    ? { date: 0x21, time: 0 }
    : {
        date: (((parts.year - 1980) & 0x7f) << 9) | (parts.month << 5) | parts.day,
        time: (parts.hour << 11) | (parts.minute << 5) | (parts.second >> 1)
      }

/** What is known of an entry when it is closed. */
export interface WrittenEntry {
  readonly name: Uint8Array
  readonly deflated: boolean
  /** True when CRC and sizes stand in a data descriptor and not in the local header. */
  readonly sizesFollow: boolean
  readonly crc: number
  readonly packedBytes: number
  readonly bytes: number
  readonly offset: number
}

const common = (record: Buffer, at: number, entry: WrittenEntry, time: DosTime) => {
  record.writeUInt16LE(entry.deflated ? 20 : 10, at)
  record.writeUInt16LE(utf8Names | (entry.sizesFollow ? sizesFollow : 0), at + 2)
  record.writeUInt16LE(entry.deflated ? 8 : 0, at + 4)
  record.writeUInt16LE(time.time, at + 6)
  record.writeUInt16LE(time.date, at + 8)
}

const sizes = (record: Buffer, at: number, entry: WrittenEntry) => {
  record.writeUInt32LE(entry.crc, at)
  record.writeUInt32LE(entry.packedBytes, at + 4)
  record.writeUInt32LE(entry.bytes, at + 8)
}

export const localHeader = (entry: WrittenEntry, time: DosTime): Uint8Array => {
  const record = Buffer.alloc(30 + entry.name.length)
  record.writeUInt32LE(0x04034b50, 0)
  common(record, 4, entry, time)
  if (!entry.sizesFollow) sizes(record, 14, entry)
  record.writeUInt16LE(entry.name.length, 26)
  record.set(entry.name, 30)
  return record
}

export const dataDescriptor = (entry: WrittenEntry): Uint8Array => {
  const record = Buffer.alloc(16)
  record.writeUInt32LE(0x08074b50, 0)
  sizes(record, 4, entry)
  return record
}

/** Central directory and its end, for entries that start at `offset`. The first entry bears the comment. */
export const centralDirectory = (entries: ReadonlyArray<WrittenEntry>, time: DosTime, offset: number): Uint8Array => {
  const records = entries.flatMap((entry, index) => {
    const record = Buffer.alloc(46)
    record.writeUInt32LE(0x02014b50, 0)
    record.writeUInt16LE(entry.deflated ? 20 : 10, 4)
    common(record, 6, entry, time)
    sizes(record, 16, entry)
    record.writeUInt16LE(entry.name.length, 28)
    record.writeUInt16LE(index === 0 ? comment.length : 0, 32)
    record.writeUInt32LE(entry.offset, 42)
    return index === 0 ? [record, entry.name, comment] : [record, entry.name]
  })
  const length = records.reduce((sum, record) => sum + record.length, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(length, 12)
  end.writeUInt32LE(offset, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...records, end, comment])
}

export const crcOf = (bytes: Uint8Array, before = 0): number => crc32(bytes, before)
