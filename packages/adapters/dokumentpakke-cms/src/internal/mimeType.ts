/**
 * Media types as they are written in a package.
 *
 * Source: dokumentpakke 18.
 */
const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const form = new RegExp(`^\\s*(${token})/(${token})\\s*((?:;[^;]*)*)$`)

/** `type/subtype;name=value` without blanks, type and names in lower case; undefined when it is no media type. */
export const normalizeMimeType = (value: string): string | undefined => {
  const match = form.exec(value)
  if (match === null || /\p{Cc}/u.test(value.trim())) return undefined
  const [, type = "", subtype = "", rest = ""] = match
  const parameters = rest
    .split(";")
    .map((parameter) => parameter.trim())
    .filter((parameter) => parameter !== "")
  const written = parameters.map((parameter) => {
    const [name = "", ...more] = parameter.split("=")
    return more.length === 0 ? undefined : `;${name.trim().toLowerCase()}=${more.join("=").trim()}`
  })
  return written.includes(undefined) ? undefined : `${type}/${subtype}`.toLowerCase() + written.join("")
}
