/**
 * Names of documents in a dokumentpakke.
 *
 * Source: dpi 4.5.
 */

/** Names the package itself uses. */
const taken: ReadonlyArray<string> = ["mimetype", "manifest.xml"]

/** Characters a DPI manifest demands of a name, at least and at most. */
export const lengthInDpi = { minimum: 4, maximum: 100 } as const

const isControl = (character: string): boolean => character < " " || character === "\u007f"

const breaksOut = (name: string): boolean =>
  name === "." || name === ".." || /[/\\]/.test(name) || [...name].some(isControl)

/** What keeps a name out of any dokumentpakke; undefined for a name that may be used. */
export const problem = (name: string): string | undefined => {
  if (name.trim() === "") return "must not be empty"
  if (breaksOut(name)) return "must not hold path separators or control characters"
  if (taken.includes(name.toLowerCase()) || name.toLowerCase() === "meta-inf") {
    return "is a name the package itself uses"
  }
  return undefined
}

/** What keeps a name out of a DPI package, whose manifest bounds its length as well. */
export const problemInDpi = (name: string): string | undefined =>
  problem(name) ??
  (name.length < lengthInDpi.minimum || name.length > lengthInDpi.maximum
    ? `must have ${lengthInDpi.minimum} to ${lengthInDpi.maximum} characters`
    : undefined)

/** Whether every reader of packages finds the document under its name: only letters of ASCII, digits, `.`, `_`, `-`. */
export const isPortable = (name: string): boolean => /^[A-Za-z0-9._-]+$/.test(name)

/** The text after the last full stop, in lower case; empty when there is none. */
export const extension = (name: string): string => {
  const stop = name.lastIndexOf(".")
  return stop === -1 ? "" : name.slice(stop + 1).toLowerCase()
}
