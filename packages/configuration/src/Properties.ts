/** A `.properties` file, read the way Java reads it except for blanks at the end of a value. */
export interface Properties {
  /** Values by key; of a key that stands twice, the last. */
  readonly entries: ReadonlyMap<string, string>
  /** Keys whose value ended in blanks. Java keeps them in the value; here they are gone. */
  readonly trimmed: ReadonlyArray<string>
  /** Keys whose value had a backslash that means nothing, as in `C:\certificates`. It is gone, in Java too. */
  readonly lostBackslashes: ReadonlyArray<string>
}

const comment = /^[#!]/
const leadingBlanks = /^[ \t\f]+/
const endsInOddBackslashes = /(?:^|[^\\])(?:\\\\)*\\$/
const trailingBlanks = /[ \t\f]+$/

/** Joins lines that end in an unescaped backslash with the next, and leaves out comments and blank lines. */
const logicalLines = (text: string): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let open: string | undefined
  for (const natural of text.split(/\r\n|\r|\n/)) {
    const line = natural.replace(leadingBlanks, "")
    if (open === undefined && (line === "" || comment.test(line))) continue
    const joined = (open ?? "") + line
    if (endsInOddBackslashes.test(line)) {
      open = joined.slice(0, -1)
    } else {
      lines.push(joined)
      open = undefined
    }
  }
  if (open !== undefined) lines.push(open)
  return lines
}

const escapes: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f" }
const escape = /\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g
const meaningful = /[tnrf\\ :=#!]/

const unescape = (raw: string): string =>
  raw.replace(escape, (_, code: string | undefined, letter = "") =>
    code === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16))
  )

const losesBackslash = (raw: string): boolean =>
  [...raw.matchAll(escape)].some(([, code, letter = ""]) => code === undefined && !meaningful.test(letter))

/** Where the key ends: at the first `=`, `:` or blank that no backslash stands before. */
const keyLength = (line: string): number => {
  for (let index = 0; index < line.length; index++) {
    if (line[index] === "\\") index++
    else if (/[=: \t\f]/.test(line[index] ?? "")) return index
  }
  return line.length
}

/** Drops blanks from the end of a raw value; one that is escaped is meant, and stays. */
const trimEnd = (raw: string): string => {
  const trimmed = raw.replace(trailingBlanks, "")
  return endsInOddBackslashes.test(trimmed) ? raw.slice(0, trimmed.length + 1) : trimmed
}

/**
 * Reads a `.properties` file: comments with `#` and `!`, keys ended by `=`, `:` or blanks, lines continued with `\`,
 * `\uXXXX` and the other escapes. No text is refused.
 *
 * Source: java.util.Properties, "load"; nextmove-api 8.1.
 */
export const parse = (text: string): Properties => {
  const entries = new Map<string, string>()
  const trimmed = new Set<string>()
  const lostBackslashes = new Set<string>()
  for (const line of logicalLines(text.replace(/^\uFEFF/, ""))) {
    const length = keyLength(line)
    const key = unescape(line.slice(0, length))
    const given = line.slice(length).replace(/^[ \t\f]*[=:]?[ \t\f]*/, "")
    const raw = trimEnd(given)
    if (raw !== given) trimmed.add(key)
    if (losesBackslash(raw)) lostBackslashes.add(key)
    entries.set(key, unescape(raw))
  }
  return { entries, trimmed: [...trimmed], lostBackslashes: [...lostBackslashes] }
}
