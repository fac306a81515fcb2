/**
 * Names of entries in a package.
 *
 * Source: dokumentpakke 11 and 15.
 */

/** Why a name must not be unpacked, or undefined when it is harmless. */
export const nameProblem = (name: string): string | undefined => {
  if (name === "") return "is empty"
  if (/\p{Cc}/u.test(name)) return "has a control character"
  if (!name.isWellFormed()) return "is not Unicode text"
  if (name.includes("\\")) return "has a backslash"
  if (name.startsWith("/")) return "is absolute"
  if (/^[A-Za-z]:/.test(name)) return "has a drive letter"
  const segments = name.replace(/\/$/, "").split("/")
  if (segments.some((segment) => segment === ".." || segment === "." || segment === ""))
    return "has an empty, . or .. segment"
  return undefined
}

/** True for names in META-INF, whatever the case. */
export const isMetaInf = (name: string) => /^META-INF(\/|$)/i.test(name)

/** `application/x-www-form-urlencoded` of the UTF-8 bytes. */
export const formEncode = (name: string): string =>
  encodeURIComponent(name)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+")

const percentDecode = (uri: string): string | undefined => {
  if (/%(?![0-9A-Fa-f]{2})/.test(uri)) return undefined
  const bytes = Buffer.from(
    uri.replace(/%([0-9A-Fa-f]{2})|[\u0080-\uffff]+/g, (part, hex: string | undefined) =>
      hex === undefined ? Buffer.from(part, "utf8").toString("latin1") : String.fromCharCode(Number.parseInt(hex, 16))
    ),
    "latin1"
  )
  const decoded = bytes.toString("utf8")
  return Buffer.from(decoded, "utf8").equals(bytes) ? decoded : undefined
}

/** The names a signature's URI may stand for, the form-urlencoded reading first. */
export const namesOfUri = (uri: string): ReadonlyArray<string> => {
  const names = [percentDecode(uri.replaceAll("+", " ")), uri, percentDecode(uri)]
  return [...new Set(names.filter((name) => name !== undefined))]
}
