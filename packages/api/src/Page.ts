/**
 * The page every list endpoint answers with, and the query that asks for one.
 *
 * Source: nextmove-api 1.3.
 */
import { Effect, Schema } from "effect"

const SortState = Schema.Struct({
  sorted: Schema.Boolean,
  unsorted: Schema.Boolean,
  empty: Schema.Boolean
}).annotate({ identifier: "SortState" })

const Pageable = Schema.Struct({
  sort: SortState,
  /** Elements before this page. */
  offset: Schema.Int,
  /** 0 on the first. */
  pageNumber: Schema.Int,
  pageSize: Schema.Int,
  paged: Schema.Boolean,
  unpaged: Schema.Boolean
}).annotate({ identifier: "Pageable" })

/** One page of a list. A page beyond the end is empty and the last. */
export const Page = <S extends Schema.Top>(content: S) =>
  Schema.Struct({
    content: Schema.Array(content),
    pageable: Pageable,
    last: Schema.Boolean,
    totalElements: Schema.Int,
    totalPages: Schema.Int,
    size: Schema.Int,
    number: Schema.Int,
    sort: SortState,
    numberOfElements: Schema.Int,
    first: Schema.Boolean,
    empty: Schema.Boolean
  })

/** A page as it lies in the answer. */
export interface Page<A> {
  readonly content: ReadonlyArray<A>
  readonly pageable: typeof Pageable.Type
  readonly last: boolean
  readonly totalElements: number
  readonly totalPages: number
  readonly size: number
  readonly number: number
  readonly sort: typeof SortState.Type
  readonly numberOfElements: number
  readonly first: boolean
  readonly empty: boolean
}

/** Elements on a page when the client does not say. */
export const defaultSize = 10

/** More than this is not given on one page. */
export const maximumSize = 2000

const pageNumber = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)).pipe(
  Schema.catchDecoding(() => Effect.succeedSome(0))
)

const pageSize = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)).pipe(
  Schema.catchDecoding(() => Effect.succeedSome(defaultSize))
)

/**
 * Query parameters of every list endpoint.
 *
 * A page or size that is no number, or out of range, counts as absent. `sort` is `property[,asc|desc]`, repeatable.
 */
export const PageQuery = {
  page: Schema.optionalKey(pageNumber),
  size: Schema.optionalKey(pageSize),
  sort: Schema.optionalKey(Schema.Array(Schema.String))
}

/** Lays out a page of a list that holds `totalElements` in all. `number` is 0 on the first. */
export const make = <A>(options: {
  readonly content: ReadonlyArray<A>
  readonly totalElements: number
  readonly number: number
  readonly size: number
  readonly sorted: boolean
}): Page<A> => {
  const { content, number, size, sorted, totalElements } = options
  const totalPages = Math.ceil(totalElements / size)
  const sort = { sorted, unsorted: !sorted, empty: !sorted }
  return {
    content,
    pageable: { sort, offset: number * size, pageNumber: number, pageSize: size, paged: true, unpaged: false },
    last: number + 1 >= totalPages,
    totalElements,
    totalPages,
    size,
    number,
    sort,
    numberOfElements: content.length,
    first: number === 0,
    empty: content.length === 0
  }
}
