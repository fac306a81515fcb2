/**
 * Which part of a list a client wants, and the page it gets.
 *
 * Source: nextmove-api 1.3.
 */
import * as Page from "@eformidling/api/Page"
import type * as StorePage from "@eformidling/port-store/Page"
import { Effect } from "effect"
import { invalidObject } from "./FieldErrors.ts"

/** How a list may be sorted, and how it is when the client does not say. */
export interface Sorting {
  readonly properties: ReadonlyArray<string>
  readonly unlessSaid: ReadonlyArray<StorePage.Sort>
}

/** Larger page numbers count as absent, as they do where an int holds them. */
const maximumPage = 2 ** 31 - 1

const directionOf = (text: string | undefined): StorePage.Sort["direction"] | undefined => {
  const direction = text?.toLowerCase()
  return direction === "asc" || direction === "desc" ? direction : undefined
}

const sortsOf = (parameter: string): ReadonlyArray<StorePage.Sort> => {
  const words = parameter
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "")
  const direction = words.length > 1 ? directionOf(words.at(-1)) : undefined
  const properties = direction === undefined ? words : words.slice(0, -1)
  return properties.map((property) => ({ property, direction: direction ?? "asc" }))
}

/** Reads the parameters of a page. Fails with 400 on a property that the list cannot be sorted by. */
export const request = Effect.fnUntraced(function* (
  query: {
    readonly page?: number | undefined
    readonly size?: number | undefined
    readonly sort?: ReadonlyArray<string> | undefined
  },
  sorting: Sorting
) {
  const asked = (query.sort ?? []).flatMap(sortsOf)
  for (const { property } of asked) {
    if (!sorting.properties.includes(property)) {
      const detail = `'${property}' is not expected. Allowed values are: [${sorting.properties.join(", ")}]`
      return yield* invalidObject("query", [{ field: "sort", detail, rejectedValue: property }])
    }
  }
  const page = query.page ?? 0
  return {
    page: page > maximumPage ? 0 : page,
    size: Math.min(query.size ?? Page.defaultSize, Page.maximumSize),
    sort: asked.length === 0 ? sorting.unlessSaid : asked
  } satisfies StorePage.PageRequest
})

/** Lays out what the store found. */
export const respond = <A, B>(
  asked: StorePage.PageRequest,
  found: StorePage.Page<A>,
  toBody: (item: A) => B
): Page.Page<B> =>
  Page.make({
    content: found.content.map(toBody),
    totalElements: found.totalElements,
    number: asked.page,
    size: asked.size,
    sorted: asked.sort.length > 0
  })
