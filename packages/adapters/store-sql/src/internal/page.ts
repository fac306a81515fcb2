import type { PageRequest } from "@eformidling/port-store/Page"
import { Effect, Schema } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import { decodeRows, Whole } from "./columns.ts"
import { escapeText } from "./storableText.ts"

type Value = string | number | boolean

const bound = (value: Value): string | number =>
  typeof value === "string" ? escapeText(value) : typeof value === "boolean" ? Number(value) : value

/** Each column given a value must equal it, or one of a list of values. */
export const equalTo = (
  sql: SqlClient.SqlClient,
  wanted: { readonly [column: string]: Value | ReadonlyArray<Value> | undefined }
): Statement.Fragment =>
  sql.and(
    Object.entries(wanted).flatMap(([column, value]) => {
      if (value === undefined) return []
      if (typeof value !== "object") return [sql`${sql(column)} = ${bound(value)}`]
      return value.length === 0 ? [sql.literal("1 = 0")] : [sql.in(column, value.map(bound))]
    })
  )

/**
 * `ORDER BY` of a page: as asked for, then `last`. Asking for a property that `columns` does not have is a defect,
 * since the port names those there are.
 */
export const orderBy = (
  sql: SqlClient.SqlClient,
  { sort }: PageRequest,
  columns: { readonly [property: string]: string },
  byDefault: string,
  last: string
): Statement.Fragment => {
  const asked = sort.map(({ property, direction }) => {
    const column = columns[property]
    if (column === undefined) throw new RangeError(`there is no sort property ${property}`)
    return `${column} ${direction === "asc" ? "ASC" : "DESC"}`
  })
  return sql.literal(
    `ORDER BY ${[...(asked.length === 0 ? [byDefault] : asked), last].filter((part) => part !== "").join(", ")}`
  )
}

export const limits = (sql: SqlClient.SqlClient, { page, size }: PageRequest): Statement.Fragment =>
  sql`LIMIT ${size} OFFSET ${page * size}`

const Counted = Schema.Struct({ n: Whole })

/** The `n` of the first row, 0 without one. */
export const theNumber = <E, R>(rows: Effect.Effect<ReadonlyArray<unknown>, E, R>) =>
  rows.pipe(
    Effect.flatMap(decodeRows(Counted)),
    Effect.map((found) => found[0]?.n ?? 0)
  )
