import { Result } from "effect"
import type { Profile } from "../Profile.ts"
import { canonical } from "../RelaxedNames.ts"
import { Problem } from "../SettingsError.ts"
import { type Entry, find, type Source, type Sources } from "../Sources.ts"
import type { Kind } from "./kinds.ts"

/** A problem, and the property the value comes from, which may be the one to blame. */
export interface Finding {
  readonly problem: Problem
  readonly dueTo: string | undefined
}

/** One property: its Java name, how it is read, and what holds where nobody sets it. */
export interface Row<out A> {
  readonly property: string
  readonly read: (sources: Sources) => Result.Result<A, Finding>
  /** Text as it would stand in a file; a profile's wins over `base`. */
  readonly defaults: Defaults
  readonly isList: boolean
  /** Whether its text must never be shown. */
  readonly isSecret: boolean
}

/** What a property is where nobody sets it, and in which profiles it is something else. */
export type Defaults = { readonly base?: string } & { readonly [P in Profile]?: string }

/** Properties by the names our settings give them; a group of them may be a table of its own. */
export interface Table {
  readonly [name: string]: Row<unknown> | Table
}

/** The settings a table yields. */
export type Values<T> = {
  readonly [K in keyof T]: T[K] extends Row<infer A> ? A : Values<T[K]>
}

const make = <A, B>(
  property: string,
  kind: Kind<A>,
  defaults: Defaults,
  absent: Result.Result<B, string>
): Row<A | B> => {
  const finding = (problem: string, dueTo: string | undefined, found?: string): Finding => ({
    problem: new Problem({
      property,
      problem,
      ...(found === undefined ? {} : { found }),
      write: `${property}=<${kind.expects}>`
    }),
    dueTo
  })
  return {
    property,
    defaults,
    isList: kind.isList,
    isSecret: kind.isSecret,
    read: (sources) => {
      const looked = find(sources, property, kind.isList)
      if (Result.isFailure(looked)) {
        const { property: lacking, refersToItself, through } = looked.failure
        if (refersToItself) return Result.fail(finding(`${property} refers, directly or not, to itself.`, undefined))
        const what = kind.isSecret ? "a property that" : `${lacking}, which`
        return Result.fail(finding(`${property} refers to ${what} is not set.`, through))
      }
      const found = looked.success
      const isBlank = found?.texts.every((one) => one.trim() === "") === true
      if (found === undefined || (isBlank && !kind.isList)) {
        return Result.mapError(absent, (problem) => finding(problem, undefined))
      }
      const shown = kind.isSecret ? found.origin : `"${found.texts.join(",")}", ${found.origin}`
      return Result.mapError(kind.parse(found.texts), (problem) =>
        finding(`${property} ${problem}.`, found.through[0], shown)
      )
    }
  }
}

/** A property somebody must set. `missing` is what to say where nobody did. */
export const required = <A>(property: string, kind: Kind<A>, missing = `${property} is not set.`): Row<A> =>
  make(property, kind, {}, Result.fail(missing))

/** A property that may be left out; its defaults, if any, may lead to one that was. */
export const optional = <A>(property: string, kind: Kind<A>, defaults: Defaults = {}): Row<A | undefined> =>
  make(property, kind, defaults, Result.succeed(undefined))

/** A property with a value of its own where nobody sets it. */
export const defaulted = <A>(property: string, kind: Kind<A>, base: string, profiles: Defaults = {}): Row<A> =>
  make(property, kind, { base, ...profiles }, Result.fail(`${property} is not set.`))

const isRow = (value: Row<unknown> | Table): value is Row<unknown> => typeof value["read"] === "function"

/** Every row of a table and the tables in it. */
export const rows = (table: Table): ReadonlyArray<Row<unknown>> =>
  Object.values(table).flatMap((value) => (isRow(value) ? [value] : rows(value)))

/** What tables say holds where nobody sets anything: two sources, the profile's and, behind it, the base. */
export const defaultSources = (table: Table, profile: Profile): ReadonlyArray<Source> => {
  const sourceOf = (pick: (defaults: Defaults) => string | undefined, origin: string): Source =>
    new Map(
      rows(table).flatMap(({ defaults, property }): ReadonlyArray<readonly [string, Entry]> => {
        const value = pick(defaults)
        return value === undefined ? [] : [[canonical(property), { value, origin }]]
      })
    )
  return [
    sourceOf((defaults) => defaults[profile], `the default of profile ${profile}`),
    sourceOf((defaults) => defaults.base, "the default")
  ]
}

/** The problems of all findings, but for those that another problem, already told, is the reason of. */
export const withoutConsequences = (findings: ReadonlyArray<Finding>): ReadonlyArray<Problem> => {
  const wrong = new Set(findings.map(({ problem }) => canonical(problem.property)))
  return findings.flatMap(({ dueTo, problem }) => (dueTo !== undefined && wrong.has(canonical(dueTo)) ? [] : [problem]))
}

/** Reads a whole table; fails with all that is wrong in it. */
export const readTable = <T extends Table>(
  table: T,
  sources: Sources
): Result.Result<Values<T>, ReadonlyArray<Finding>> => {
  const findings: Array<Finding> = []
  const visit = (part: Table): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(part).map(([name, value]) => {
        if (!isRow(value)) return [name, visit(value)]
        const outcome = value.read(sources)
        if (Result.isFailure(outcome)) findings.push(outcome.failure)
        return [name, Result.getOrUndefined(outcome)]
      })
    )
  const values = visit(table)
  return findings.length === 0 ? Result.succeed(values as Values<T>) : Result.fail(findings)
}
