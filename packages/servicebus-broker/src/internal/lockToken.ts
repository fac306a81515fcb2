/** A GUID's bytes stand in this order on the wire as a delivery tag. Source: servicebus-amqp 6. */
const wireOrder = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const

/** The bytes of a GUID in the order of its text. */
export const bytesOfToken = (token: string): Buffer => Buffer.from(token.replaceAll("-", ""), "hex")

/** The text of a GUID from bytes in that order. */
export const tokenOfBytes = (bytes: Buffer): string => {
  const hex = bytes.toString("hex")
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const reordered = (bytes: Buffer): Buffer => {
  const out = Buffer.allocUnsafe(16)
  for (const [index, from] of wireOrder.entries()) out[index] = bytes[from] ?? 0
  return out
}

/** The delivery tag of a lock token. */
export const tagOfToken = (token: string): Buffer => reordered(bytesOfToken(token))

/** The lock token of a delivery tag; `undefined` when it is no GUID. */
export const tokenOfTag = (tag: Buffer | string): string | undefined =>
  Buffer.isBuffer(tag) && tag.length === 16 ? tokenOfBytes(reordered(tag)) : undefined
