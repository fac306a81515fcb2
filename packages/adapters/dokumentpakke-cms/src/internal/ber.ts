/**
 * Reads BER and DER held in memory, within the limits of what CMS and X.509 need.
 *
 * Throws `Malformed`; callers turn that into their own error.
 *
 * Source: X.690.
 */

/** Bytes that break the rules of their format. */
export class Malformed extends Error {
  override readonly name = "Malformed"
}

/** One value: identifier octet, contents, and for a constructed value the values inside. */
export interface Value {
  readonly tag: number
  /** The whole encoding, header included. */
  readonly encoding: Uint8Array
  /** Contents octets, without the end-of-contents of an indefinite length. */
  readonly content: Uint8Array
  readonly children: ReadonlyArray<Value>
}

const maximumDepth = 32

const fail = (detail: string): never => {
  throw new Malformed(detail)
}

const readAt = (bytes: Uint8Array, start: number, limit: number, depth: number): Value => {
  if (depth > maximumDepth) fail("values are nested too deeply")
  if (start + 2 > limit) fail("a value is cut off")
  const tag = bytes[start]!
  if ((tag & 0x1f) === 0x1f) fail("a tag number above 30 is not used here")
  const first = bytes[start + 1]!
  let offset = start + 2
  const constructed = (tag & 0x20) !== 0
  if (first === 0x80) {
    if (!constructed) fail("a primitive value has no length")
    const children: Array<Value> = []
    let next = offset
    while (true) {
      if (next + 2 > limit) fail("an end-of-contents is missing")
      if (bytes[next] === 0 && bytes[next + 1] === 0) break
      const child = readAt(bytes, next, limit, depth + 1)
      children.push(child)
      next += child.encoding.length
    }
    return { tag, encoding: bytes.subarray(start, next + 2), content: bytes.subarray(offset, next), children }
  }
  let length = first
  if (first > 0x80) {
    const octets = first & 0x7f
    if (octets > 4 || offset + octets > limit) fail("a length is out of bounds")
    length = 0
    for (let index = 0; index < octets; index++) length = length * 256 + bytes[offset + index]!
    offset += octets
  }
  const end = offset + length
  if (end > limit) fail("a value is longer than what holds it")
  const children: Array<Value> = []
  if (constructed) {
    for (let next = offset; next < end;) {
      const child = readAt(bytes, next, end, depth + 1)
      children.push(child)
      next += child.encoding.length
    }
  }
  return { tag, encoding: bytes.subarray(start, end), content: bytes.subarray(offset, end), children }
}

/** The value at the start of `bytes`; what follows it is left alone. */
export const readFirst = (bytes: Uint8Array): Value => readAt(bytes, 0, bytes.length, 0)

/** The one value that fills `bytes`. */
export const read = (bytes: Uint8Array): Value => {
  const value = readFirst(bytes)
  if (value.encoding.length !== bytes.length) fail("there are bytes after the end")
  return value
}

/** The child at `index`, demanded to have `tag`. */
export const child = (value: Value, index: number, tag: number): Value => {
  const found = value.children[index]
  if (found === undefined || found.tag !== tag)
    throw new Malformed(`value ${index} should have tag 0x${tag.toString(16)}`)
  return found
}

export const expect = (value: Value, tag: number): Value =>
  value.tag === tag ? value : fail(`a value should have tag 0x${tag.toString(16)}`)

/** An OBJECT IDENTIFIER, dotted. */
export const oid = (value: Value): string => {
  expect(value, 0x06)
  const arcs: Array<number> = []
  let arc = 0
  for (const octet of value.content) {
    arc = arc * 128 + (octet & 0x7f)
    if (arc > Number.MAX_SAFE_INTEGER / 128) fail("an object identifier is too large")
    if ((octet & 0x80) === 0) {
      arcs.push(arc)
      arc = 0
    }
  }
  const first = arcs.shift() ?? fail("an object identifier is empty")
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - root * 40, ...arcs].join(".")
}

/** An OCTET STRING, put together when it comes in parts; `tag` may be that of an implicitly tagged one. */
export const octets = (value: Value, tag = 0x04): Uint8Array => {
  if (value.tag === tag) return value.content
  if (value.tag !== (tag | 0x20)) fail("an octet string is expected")
  return Buffer.concat(value.children.map((part) => octets(part)))
}

export const integer = (value: Value): bigint => {
  expect(value, 0x02)
  if (value.content.length === 0 || value.content.length > 64) fail("an integer is out of bounds")
  return BigInt.asIntN(value.content.length * 8, BigInt(`0x${Buffer.from(value.content).toString("hex")}`))
}

/** UTCTime or GeneralizedTime in whole seconds of UTC, as ISO 8601. */
export const time = (value: Value): string => {
  const text = Buffer.from(value.content).toString("latin1")
  const match = (
    value.tag === 0x17
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z$/
      : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/
  ).exec(text)
  if (match === null || (value.tag !== 0x17 && value.tag !== 0x18)) throw new Malformed("a time is not in UTC form")
  const [, year = "", month = "", day = "", hour = "", minute = "", second = "00"] = match
  const fullYear = value.tag === 0x17 ? (Number(year) < 50 ? `20${year}` : `19${year}`) : year
  return `${fullYear}-${month}-${day}T${hour}:${minute}:${second}.000Z`
}
