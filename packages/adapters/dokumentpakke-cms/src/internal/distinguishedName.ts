/**
 * Distinguished names as text.
 *
 * Source: dokumentpakke 7 (X509IssuerName), RFC 2253.
 */
import { Malformed, oid, type Value } from "./ber.ts"

const shortNames: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.4": "SURNAME",
  "2.5.4.5": "SERIALNUMBER",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "STREET",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.12": "T",
  "2.5.4.42": "GIVENNAME",
  "2.5.4.43": "INITIALS",
  "2.5.4.44": "GENERATION",
  "2.5.4.46": "DNQUALIFIER",
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.25": "DC",
  "1.2.840.113549.1.9.1": "EMAILADDRESS"
}

/** A type and value of one relative distinguished name. */
export interface Attribute {
  readonly type: string
  readonly value: string
}

const decoders: Readonly<Record<number, (bytes: Uint8Array) => string>> = {
  0x0c: (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
  0x12: (bytes) => Buffer.from(bytes).toString("latin1"),
  0x13: (bytes) => Buffer.from(bytes).toString("latin1"),
  0x14: (bytes) => Buffer.from(bytes).toString("latin1"),
  0x16: (bytes) => Buffer.from(bytes).toString("latin1"),
  0x1e: (bytes) => Buffer.from(bytes).swap16().toString("utf16le")
}

const attribute = (value: Value): Attribute => {
  const [type, text] = value.children
  if (type === undefined || text === undefined) throw new Malformed("a name has a part without type or value")
  const decode = decoders[text.tag] ?? ((bytes: Uint8Array) => `#${Buffer.from(bytes).toString("hex")}`)
  return { type: oid(type), value: decode(text.content) }
}

/** The relative distinguished names in the order of the encoding. */
export const relativeNames = (name: Value): ReadonlyArray<ReadonlyArray<Attribute>> =>
  name.children.map((relative) => relative.children.map(attribute))

const quoted = (value: string) =>
  /[,+="<>#;\\\n]|^ | $| {2}/.test(value) ? `"${value.replace(/["\\]/g, "\\$&")}"` : value

/** Most specific part first, parts joined by `, `, as Java shows a name. */
export const display = (name: Value): string =>
  relativeNames(name)
    .toReversed()
    .map((relative) =>
      relative.map(({ type, value }) => `${shortNames[type] ?? `OID.${type}`}=${quoted(value)}`).join(" + ")
    )
    .join(", ")
