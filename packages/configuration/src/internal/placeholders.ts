import { Result } from "effect"

/** A placeholder whose property has no value and that names no default. */
export interface Unresolved {
  readonly property: string
  readonly refersToItself?: true
  /** The property that the placeholder in the value asked for names. */
  readonly through?: string
}

/** Where the brace that closes the placeholder at `start` stands, inner placeholders skipped; -1 when it is never closed. */
const closingBrace = (text: string, start: number): number => {
  let depth = 0
  for (let index = start; index < text.length; index++) {
    if (text.startsWith("${", index)) {
      depth++
      index++
    } else if (text[index] === "}") {
      depth--
      if (depth === 0) return index
    }
  }
  return -1
}

/**
 * Fills in `${key}` and `${key:default}`; defaults may hold placeholders. An opening that is never closed is plain text, as
 * in Spring.
 *
 * Source: nextmove-api 8.1.
 */
export const resolvePlaceholders = (
  text: string,
  lookup: (key: string) => Result.Result<string | undefined, Unresolved>
): Result.Result<string, Unresolved> =>
  Result.gen(function* () {
    const start = text.indexOf("${")
    const end = start < 0 ? -1 : closingBrace(text, start)
    if (end < 0) return text
    const inner = text.slice(start + 2, end)
    const colon = inner.indexOf(":")
    const key = yield* resolvePlaceholders(colon < 0 ? inner : inner.slice(0, colon), lookup)
    const found = yield* lookup(key)
    const value =
      found ??
      (colon < 0 ? yield* Result.fail({ property: key }) : yield* resolvePlaceholders(inner.slice(colon + 1), lookup))
    return text.slice(0, start) + value + (yield* resolvePlaceholders(text.slice(end + 1), lookup))
  })
