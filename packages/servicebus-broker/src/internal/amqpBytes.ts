/** Section codes. Source: AMQP 1.0 part 3, 3.2. */
export const section = {
  header: 0x70,
  deliveryAnnotations: 0x71,
  messageAnnotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
  data: 0x75,
  sequence: 0x76,
  value: 0x77,
  footer: 0x78
} as const

/** One section of an encoded message, as offsets into its bytes. */
export interface Section {
  readonly code: number
  /** Where the descriptor begins. */
  readonly start: number
  /** Where the value's constructor begins. */
  readonly value: number
  readonly end: number
}

/** The bytes are not an AMQP message. */
export class MalformedMessage extends Error {
  override readonly name = "MalformedMessage"
}

const fixedWidth = [0, 1, 2, 4, 8, 16] as const

/** Where the value that begins at `offset` ends. */
const endOfValue = (bytes: Buffer, offset: number): number => {
  const code = bytes.readUInt8(offset)
  const after = offset + 1
  const kind = code >>> 4
  const width = fixedWidth[kind - 4]
  if (width !== undefined) return after + width
  if (kind >= 0xa && kind % 2 === 0) return after + 1 + bytes.readUInt8(after)
  if (kind >= 0xb) return after + 4 + bytes.readUInt32BE(after)
  throw new MalformedMessage(`the type code 0x${code.toString(16)} is not known`)
}

const describedSection = (bytes: Buffer, start: number): Section => {
  if (bytes.readUInt8(start) !== 0) throw new MalformedMessage("a section does not begin with a descriptor")
  const kind = bytes.readUInt8(start + 1)
  if (kind !== 0x53 && kind !== 0x80) throw new MalformedMessage("a section's descriptor is not a number")
  const code = kind === 0x53 ? bytes.readUInt8(start + 2) : Number(bytes.readBigUInt64BE(start + 2))
  const value = start + (kind === 0x53 ? 3 : 10)
  if (code < section.header || code > section.footer)
    throw new MalformedMessage(`section 0x${code.toString(16)} is not known`)
  return { code, start, value, end: endOfValue(bytes, value) }
}

/**
 * The sections of an encoded message, in order.
 *
 * Throws when the bytes are not sections from beginning to end.
 */
export const sections = (bytes: Buffer): ReadonlyArray<Section> => {
  const found: Array<Section> = []
  let offset = 0
  while (offset < bytes.length) {
    const next = describedSection(bytes, offset)
    if (next.end > bytes.length) throw new MalformedMessage("a section is cut short")
    found.push(next)
    offset = next.end
  }
  return found
}

/** The bytes of a section whose value is binary. */
export const binaryOf = (bytes: Buffer, from: Section): Buffer => {
  const code = bytes.readUInt8(from.value)
  if (code === 0xa0) return bytes.subarray(from.value + 2, from.end)
  if (code === 0xb0) return bytes.subarray(from.value + 5, from.end)
  throw new MalformedMessage("a data section does not hold binary")
}

/** What the broker writes before the sections a sender gave. */
export interface Preamble {
  readonly timeToLive: number | undefined
  readonly deliveryCount: number
  readonly longs: ReadonlyArray<readonly [key: string, value: number]>
  readonly timestamps: ReadonlyArray<readonly [key: string, value: number]>
  readonly ints: ReadonlyArray<readonly [key: string, value: number]>
  readonly strings: ReadonlyArray<readonly [key: string, value: string]>
  /** Keys and values already encoded, and how many there are. */
  readonly encoded: Uint8Array | undefined
  readonly encodedItems: number
}

const maxUint = 0xffff_ffff

/** Header and message annotations, followed by `rest`. */
export const withPreamble = (preamble: Preamble, rest: Uint8Array): Buffer => {
  let room = 64 + (preamble.encoded?.length ?? 0)
  for (const [key] of preamble.longs) room += key.length + 11
  for (const [key] of preamble.timestamps) room += key.length + 11
  for (const [key] of preamble.ints) room += key.length + 7
  for (const [key, value] of preamble.strings) room += key.length + 7 + Buffer.byteLength(value)
  const out = Buffer.allocUnsafe(room + rest.length)
  const key = (at: number, name: string): number => {
    out[at] = 0xa3
    out[at + 1] = name.length
    return at + 2 + out.write(name, at + 2, "latin1")
  }
  let at = 0
  const ttl = preamble.timeToLive
  const hasTtl = ttl !== undefined && ttl <= maxUint
  for (const byte of [0, 0x53, section.header, 0xc0, hasTtl ? 14 : 10, 5, 0x42, 0x40]) out[at++] = byte
  if (hasTtl) {
    out[at++] = 0x70
    at = out.writeUInt32BE(Math.max(0, Math.floor(ttl)), at)
  } else out[at++] = 0x40
  for (const byte of [0x40, 0x70]) out[at++] = byte
  at = out.writeUInt32BE(preamble.deliveryCount, at)
  for (const byte of [0, 0x53, section.messageAnnotations, 0xd1]) out[at++] = byte
  const sizeAt = at
  at += 4
  const { ints, longs, strings, timestamps } = preamble
  at = out.writeUInt32BE(
    (longs.length + timestamps.length + ints.length + strings.length) * 2 + preamble.encodedItems,
    at
  )
  for (const [name, value] of longs) {
    at = key(at, name)
    out[at++] = 0x81
    at = out.writeBigInt64BE(BigInt(value), at)
  }
  for (const [name, value] of timestamps) {
    at = key(at, name)
    out[at++] = 0x83
    at = out.writeBigInt64BE(BigInt(Math.floor(value)), at)
  }
  for (const [name, value] of ints) {
    at = key(at, name)
    out[at++] = 0x71
    at = out.writeInt32BE(value, at)
  }
  for (const [name, value] of strings) {
    at = key(at, name)
    out[at++] = 0xb1
    at = out.writeUInt32BE(Buffer.byteLength(value), at)
    at += out.write(value, at, "utf8")
  }
  if (preamble.encoded !== undefined) {
    out.set(preamble.encoded, at)
    at += preamble.encoded.length
  }
  out.writeUInt32BE(at - sizeAt - 4, sizeAt)
  out.set(rest, at)
  return out.subarray(0, at + rest.length)
}
