import { Result } from "effect"

const escapedControl = (code: number): string => `\\u00${code.toString(16).padStart(2, "0")}`

/** Writes control characters inside string literals as escapes, and leaves everything else as it is. */
const escapeControls = (text: string): string => {
  let out = ""
  let copied = 0
  let inString = false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (inString && code < 0x20) {
      out += text.slice(copied, index) + escapedControl(code)
      copied = index + 1
    } else if (inString && code === 0x5c) {
      index++
    } else if (code === 0x22) {
      inString = !inString
    }
  }
  return out + text.slice(copied)
}

const parseStrict = (text: string): Result.Result<unknown, string> =>
  Result.try({
    try: (): unknown => JSON.parse(text),
    catch: (cause) => (cause instanceof SyntaxError ? cause.name : "unreadable")
  })

/**
 * Parses JSON as the other parties write it: raw control characters inside strings are taken as they stand.
 *
 * The failure is a word without any of the text, so that it may be logged.
 *
 * Source: dpe 1.5.
 */
export const parse = (text: string): Result.Result<unknown, string> => {
  const strict = parseStrict(text)
  return Result.isSuccess(strict) ? strict : parseStrict(escapeControls(text))
}
