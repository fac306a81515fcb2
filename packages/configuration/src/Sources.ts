import { Result } from "effect"
import type { Profile } from "./Profile.ts"
import { canonical } from "./RelaxedNames.ts"
import { resolvePlaceholders, type Unresolved } from "./internal/placeholders.ts"

/** A value as one source has it. */
export interface Entry {
  readonly value: string
  /** Where it stands, for a reader: `DIFI_MOVE_ORG_NUMBER in the environment`. */
  readonly origin: string
}

/** One place that settings come from; keys are canonical names. */
export type Source = ReadonlyMap<string, Entry>

/** All places that settings come from, the strongest first. */
export interface Sources {
  readonly sources: ReadonlyArray<Source>
  readonly profile: Profile
  /** What an operator should know about the sources although nothing is wrong; sentences without values. */
  readonly notices: ReadonlyArray<string>
}

/** What a property comes to, all sources considered. A list that is written element by element has several texts. */
export interface Found {
  readonly texts: ReadonlyArray<string>
  readonly origin: string
  /** The properties that placeholders in the value took it from. */
  readonly through: ReadonlyArray<string>
}

/** A source of name and value pairs; later spellings of one name replace earlier ones. */
export const source = (pairs: Iterable<readonly [name: string, value: string]>, label: string): Source =>
  new Map([...pairs].map(([name, value]) => [canonical(name), { value, origin: `${name} in ${label}` }]))

/** The elements `name[0]`, `name[1]`, … of a list, up to the first that is missing. */
const elements = (from: Source, name: string): ReadonlyArray<Entry> => {
  const found: Array<Entry> = []
  for (;;) {
    const entry = from.get(`${name}${found.length}`)
    if (entry === undefined) return found
    found.push(entry)
  }
}

const entriesIn = (from: Source, name: string, asList: boolean): ReadonlyArray<Entry> => {
  const whole = from.get(name)
  if (whole !== undefined) return whole.value.trim() === "" && !asList ? [] : [whole]
  return asList ? elements(from, name) : []
}

/**
 * The value of the strongest source that has one, placeholders filled in; `undefined` when none has. A blank value counts
 * as none, except for a list, where it is the empty list.
 */
export const find = (
  from: Sources,
  property: string,
  asList = false,
  within: ReadonlyArray<string> = []
): Result.Result<Found | undefined, Unresolved> => {
  const name = canonical(property)
  const entries = from.sources.map((one) => entriesIn(one, name, asList)).find((some) => some.length > 0)
  if (entries === undefined) return Result.succeed(undefined)
  const texts: Array<string> = []
  const through: Array<string> = []
  for (const { value } of entries) {
    const resolved = resolvePlaceholders(value, (key) => {
      through.push(key)
      return findText(from, key, [...within, name])
    })
    if (Result.isFailure(resolved)) return Result.fail({ ...resolved.failure, through: through.at(-1) ?? property })
    texts.push(resolved.success)
  }
  return Result.succeed({ texts, origin: entries[0]?.origin ?? property, through })
}

/** A property's text for use inside another value; one that refers to itself, however indirectly, has none. */
const findText = (
  from: Sources,
  property: string,
  within: ReadonlyArray<string>
): Result.Result<string | undefined, Unresolved> =>
  within.includes(canonical(property))
    ? Result.fail({ property, refersToItself: true })
    : Result.map(find(from, property, true, within), (found) =>
        found === undefined || found.texts.every((text) => text === "") ? undefined : found.texts.join(",")
      )
