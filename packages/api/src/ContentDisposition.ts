/**
 * The Content-Disposition header of an upload: which file it is and what it is called.
 *
 * Source: nextmove-api 1.6.
 */
import { Result, Schema } from "effect"

/** The header cannot be read, or lacks what an upload needs. `detail` says what to send instead. */
export class ContentDispositionError extends Schema.TaggedError<ContentDispositionError>()("ContentDispositionError", {
  detail: Schema.String
}) {
  override get message() {
    return this.detail
  }
}

/** The members of the header that an upload uses; sizes and dates are read over. */
export interface ContentDisposition {
  /** `attachment`, `form-data` or whatever the client wrote; never empty. */
  readonly type: string
  readonly name: string | undefined
  readonly filename: string | undefined
}

const failed = (detail: string) => Result.fail(new ContentDispositionError({ detail }))

const utf8 = new TextDecoder("utf-8", { fatal: true })

const decodeUtf8 = (bytes: Uint8Array): string | undefined =>
  Result.try(() => utf8.decode(bytes)).pipe(Result.getOrUndefined)

const latin1 = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")

/** Splits at `;`, but not between double quotes. */
const tokens = (header: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  let start = 0
  let quoted = false
  for (let index = 0; index < header.length; index++) {
    const character = header[index]
    if (character === '"') {
      quoted = !quoted
    } else if (character === ";" && !quoted) {
      found.push(header.slice(start, index).trim())
      start = index + 1
    }
  }
  found.push(header.slice(start).trim())
  return found
}

const unquoted = (value: string): string =>
  value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value

const percentDecoded = (value: string): Uint8Array | undefined => {
  if (/%(?![0-9a-fA-F]{2})/.test(value)) return undefined
  const bytes: Array<number> = []
  for (let index = 0; index < value.length; index++) {
    if (value[index] === "%") {
      bytes.push(Number.parseInt(value.slice(index + 1, index + 3), 16))
      index += 2
    } else {
      const code = value.charCodeAt(index)
      if (code > 0x7e) return undefined
      bytes.push(code)
    }
  }
  return Uint8Array.from(bytes)
}

/** `charset'language'percent-encoded`. Source: RFC 8187 3.2. */
const extended = (attribute: string, value: string): Result.Result<string, ContentDispositionError> => {
  const match = /^([^']*)'[^']*'(.*)$/s.exec(value)
  if (match === null) return failed(`${attribute} must be written as charset'language'text, as in UTF-8''a.pdf`)
  const charset = match[1]!.toUpperCase()
  if (charset !== "UTF-8" && charset !== "ISO-8859-1") {
    return failed(`The charset of ${attribute} must be UTF-8 or ISO-8859-1`)
  }
  const bytes = percentDecoded(match[2]!)
  const text = bytes === undefined ? undefined : charset === "UTF-8" ? decodeUtf8(bytes) : latin1(bytes)
  return text === undefined ? failed(`${attribute} is not valid percent-encoded ${charset}`) : Result.succeed(text)
}

const base64Bytes = (text: string): Uint8Array | undefined =>
  Result.try(() => Uint8Array.from(atob(text), (character) => character.charCodeAt(0))).pipe(Result.getOrUndefined)

const encodedWord = /=\?(utf-8|iso-8859-1)\?([bq])\?([^?]*)\?=/gi

/** Words as older .NET clients write them, `=?utf-8?B?…?=`; a word that cannot be decoded stays as it is. Source: RFC 2047. */
const withoutEncodedWords = (text: string): string =>
  text
    .replace(/(\?=)[ \t]+(?==\?)/g, "$1")
    .replace(encodedWord, (word, charset: string, encoding: string, body: string) => {
      const bytes =
        encoding.toLowerCase() === "b"
          ? base64Bytes(body)
          : percentDecoded(
              body
                .replaceAll("%", "%25")
                .replaceAll("_", " ")
                .replace(/=(?=[0-9a-fA-F]{2})/g, "%")
            )
      if (bytes === undefined) return word
      return (charset.toLowerCase() === "utf-8" ? decodeUtf8(bytes) : latin1(bytes)) ?? word
    })

/** Header bytes arrive as ISO-8859-1; those that form UTF-8 were meant as that. */
const plain = (value: string): string => {
  if (!/[\u0080-\u00ff]/.test(value) || /[\u0100-\uffff]/.test(value)) return withoutEncodedWords(value)
  return withoutEncodedWords(decodeUtf8(Uint8Array.from(value, (character) => character.charCodeAt(0))) ?? value)
}

/**
 * Reads a header as clients write it, which is laxer than the standard.
 *
 * Unquoted values may hold spaces, backslashes are kept, attribute names are lower case, the `*` form of an
 * attribute wins over the plain one wherever it stands, and of two equal attributes the last one wins.
 */
export const parse = (header: string): Result.Result<ContentDisposition, ContentDispositionError> => {
  const [type = "", ...parameters] = tokens(header)
  if (type === "") return failed("Content-Disposition header must not be empty")
  const values = new Map<string, string>()
  for (const parameter of parameters) {
    if (parameter === "") continue
    const equals = parameter.indexOf("=")
    if (equals < 0) return failed("Invalid content disposition format")
    const attribute = parameter.slice(0, equals).trim()
    const value = unquoted(parameter.slice(equals + 1).trim())
    if (attribute === "name*" || attribute === "filename*") {
      const decoded = extended(attribute, value)
      if (Result.isFailure(decoded)) return Result.fail(decoded.failure)
      values.set(attribute, decoded.success)
    } else if (attribute === "name" || attribute === "filename") {
      values.set(attribute, plain(value))
    }
  }
  return Result.succeed({
    type,
    name: values.get("name*") ?? values.get("name"),
    filename: values.get("filename*") ?? values.get("filename")
  })
}

/** What a plain quoted value can carry to every server, without being read as something else. */
const isPlain = (text: string): boolean => /^[\u0020-\u007e]*$/.test(text) && !/["\\%]|=\?/.test(text)

const percentEncoded = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => {
    const character = String.fromCharCode(byte)
    return /[A-Za-z0-9!#$&+.^_`|~-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
  }).join("")

const attribute = (name: string, value: string | undefined): string =>
  value === undefined ? "" : isPlain(value) ? `; ${name}="${value}"` : `; ${name}*=UTF-8''${percentEncoded(value)}`

/** Writes a header that {@link parse} reads back as the same, provided that the texts are well-formed Unicode. */
export const format = (disposition: ContentDisposition): string =>
  `${disposition.type}${attribute("name", disposition.name)}${attribute("filename", disposition.filename)}`
