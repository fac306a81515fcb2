/**
 * Writes DER: definite lengths, shortest form.
 *
 * Source: X.690.
 */

const encoder = new TextEncoder()

/** Joins byte strings. */
export const concat = (parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Identifier and length octets of a definite-length value. */
export const header = (tag: number, length: number): Uint8Array => {
  if (length < 0x80) return Uint8Array.of(tag, length)
  const octets: Array<number> = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  return Uint8Array.of(tag, 0x80 | octets.length, ...octets)
}

export const tagged = (tag: number, ...parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return concat([header(tag, length), ...parts])
}

export const sequence = (...parts: ReadonlyArray<Uint8Array>) => tagged(0x30, ...parts)
export const octetString = (bytes: Uint8Array) => tagged(0x04, bytes)
export const nothing = Uint8Array.of(0x05, 0x00)
export const small = (value: number) => Uint8Array.of(0x02, 0x01, value)

/** SET OF: the encodings of the elements in ascending order. */
export const setOf = (...elements: ReadonlyArray<Uint8Array>) => tagged(0x31, ...elements.toSorted(Buffer.compare))

export const oid = (dotted: string): Uint8Array => {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number)
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc % 128]
    for (let more = Math.floor(arc / 128); more > 0; more = Math.floor(more / 128)) digits.unshift(0x80 | (more % 128))
    return digits
  })
  return tagged(0x06, Uint8Array.from(octets))
}

/** AlgorithmIdentifier with parameters; NULL unless given. */
export const algorithm = (dotted: string, parameters: Uint8Array = nothing) => sequence(oid(dotted), parameters)

/** Time as RFC 5652 wants it: UTCTime until 2049, GeneralizedTime after. `iso` is ISO 8601 in UTC. */
export const time = (iso: string): Uint8Array => {
  const digits = `${iso.slice(0, 19).replace(/[-:T]/g, "")}Z`
  return Number(iso.slice(0, 4)) < 2050
    ? tagged(0x17, encoder.encode(digits.slice(2)))
    : tagged(0x18, encoder.encode(digits))
}
