/**
 * Every property with what it comes to, for people.
 */
import { Result } from "effect"
import { rows } from "./internal/table.ts"
import { table, withDefaults } from "./Settings.ts"
import { find, type Sources } from "./Sources.ts"

/** One property. */
export interface Listed {
  /** Its Java name. */
  readonly property: string
  /** As text, lists with commas; `undefined` where nobody sets it. Never a secret, nor what is given as base64. */
  readonly value: string | undefined
  /** Where it stands: `the default`, or a name and its source. */
  readonly origin: string | undefined
}

/** Files given as base64 are keystores, and what stands before `@` in an address is a user and a password. */
const shown = (text: string): string => text.replace(/^base64:.*$/s, "base64:…").replace(/\/\/[^/@\s]*@/g, "//…@")

/** All properties we read, in the order of our tables. A value that cannot be used is listed as it stands. */
export const list = (sources: Sources): ReadonlyArray<Listed> => {
  const complete = withDefaults(sources)
  return rows(table).map(({ isList, isSecret, property }) => {
    const found = Result.getOrUndefined(find(complete, property, isList))
    const text = found?.texts.join(",") ?? ""
    return text.trim() === ""
      ? { property, value: undefined, origin: undefined }
      : { property, value: isSecret ? "(secret)" : shown(text), origin: found?.origin }
  })
}
