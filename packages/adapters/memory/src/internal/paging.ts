import type { Page, PageRequest } from "@eformidling/port-store/Page"
import { DateTime, HashMap } from "effect"
import type { Placed } from "./memoryState.ts"

type Sortable = string | number | boolean | DateTime.DateTime | undefined

const rank = (value: Sortable): string | number => {
  if (value === undefined) return ""
  if (typeof value === "object") return DateTime.toEpochMillis(value)
  return typeof value === "boolean" ? Number(value) : value
}

const compare = (one: Sortable, other: Sortable): number => {
  const [left, right] = [rank(one), rank(other)]
  return left < right ? -1 : left > right ? 1 : 0
}

/** Cuts a page out of rows that are in their default order; equal ones keep it. */
export const pageOf = <A>(
  rows: ReadonlyArray<A>,
  { page, size, sort }: PageRequest,
  properties: { readonly [property: string]: (row: A) => Sortable }
): Page<A> => {
  const keys = sort.map(({ property, direction }) => {
    const key = properties[property]
    if (key === undefined) throw new RangeError(`there is no sort property ${property}`)
    return { key, sign: direction === "asc" ? 1 : -1 }
  })
  const sorted = rows.toSorted((one, other) => {
    for (const { key, sign } of keys) {
      const order = compare(key(one), key(other)) * sign
      if (order !== 0) return order
    }
    return 0
  })
  return { content: sorted.slice(page * size, (page + 1) * size), totalElements: rows.length }
}

/** The values in the order in which they came. */
export const inOrder = <A>(rows: HashMap.HashMap<string, Placed<A>>): ReadonlyArray<A> =>
  Array.from(HashMap.values(rows))
    .sort((one, other) => one.place - other.place)
    .map(({ value }) => value)

/** True when the filter says nothing, or just this. */
export const isOrAny = <A>(wanted: A | undefined, value: A | undefined): boolean =>
  wanted === undefined || wanted === value
