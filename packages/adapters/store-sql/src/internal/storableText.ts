import { Schema, SchemaTransformation } from "effect"

const ESCAPE = "\u001A"

// eslint-disable-next-line no-control-regex -- these are the characters a database cannot keep
const unstorable = /[\u0000\u001A]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g
const escaped = /\u001A([0-9a-f]{4})/g

/**
 * A text as every database keeps it: NUL, which Postgres refuses and SQLite may cut at, and lone surrogates, which have
 * no UTF-8, become U+001A and four hexadecimal digits. Other texts but those with a U+001A are unchanged.
 */
export const escapeText = (text: string): string =>
  text.replace(unstorable, (character) => ESCAPE + character.charCodeAt(0).toString(16).padStart(4, "0"))

export const unescapeText = (text: string): string =>
  text.replace(escaped, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))

export const StorableText = Schema.String.pipe(
  Schema.decodeTo(Schema.String, SchemaTransformation.transform({ decode: unescapeText, encode: escapeText }))
)
