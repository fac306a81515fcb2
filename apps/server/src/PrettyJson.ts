/**
 * JSON laid out as Jackson's indented output lays it out, which some case systems' logs and tests are used to.
 *
 * Source: nextmove-api 1.1.
 */
import { Predicate } from "effect"

const write = (value: unknown, indent: string): string => {
  if (Array.isArray(value)) {
    return value.length === 0 ? "[ ]" : `[ ${value.map((item) => write(item ?? null, indent)).join(", ")} ]`
  }
  if (Predicate.isObject(value)) {
    const inner = `${indent}  `
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined && member !== null)
      .map(([name, member]) => `${inner}${JSON.stringify(name)} : ${write(member, inner)}`)
    return members.length === 0 ? "{ }" : `{\n${members.join(",\n")}\n${indent}}`
  }
  return JSON.stringify(value) ?? "null"
}

/** Two spaces a level, a space on both sides of the colon, members that are null or undefined left out. */
export const stringify = (value: unknown): string => write(value, "")
