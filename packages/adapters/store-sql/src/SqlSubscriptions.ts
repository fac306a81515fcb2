import type { PageRequest } from "@eformidling/port-store/Page"
import {
  type NewSubscription,
  type Subscription,
  SubscriptionExists,
  Subscriptions
} from "@eformidling/port-store/Subscriptions"
import { Effect, Layer, Option, Schema } from "effect"
import { SqlClient, type Statement } from "effect/sql"
import { decodeRows, Text, touched, Whole } from "./internal/columns.ts"
import { asStoreError } from "./internal/failure.ts"
import { limits, orderBy, theNumber } from "./internal/page.ts"
import { escapeText } from "./internal/storableText.ts"
import { transactional } from "./internal/transaction.ts"

const Row = Schema.Struct({
  id: Whole,
  name: Text,
  push_endpoint: Text,
  resource: Schema.Literals(["all", "messages"]),
  event: Schema.Literals(["all", "status"]),
  filter: Schema.NullOr(Text)
})

const readSubscription = ({ filter, push_endpoint, ...row }: typeof Row.Type): Subscription => ({
  ...row,
  pushEndpoint: push_endpoint,
  ...(filter === null ? {} : { filter })
})

const columns = ({ event, filter, name, pushEndpoint, resource }: NewSubscription) => ({
  name: escapeText(name),
  push_endpoint: escapeText(pushEndpoint),
  resource,
  event,
  filter: filter === undefined ? null : escapeText(filter)
})

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const forUpdate = sql.onDialectOrElse({ pg: () => sql.literal("FOR UPDATE"), orElse: () => sql.literal("") })

  const select = Effect.fnUntraced(function* (rest: Statement.Fragment) {
    const rows = yield* sql`SELECT id, name, push_endpoint, resource, event, filter FROM subscription ${rest}`
    return (yield* decodeRows(Row)(rows)).map(readSubscription)
  })

  const create = Effect.fn("SqlSubscriptions.create")(function* (given: NewSubscription) {
    const { name, pushEndpoint } = given
    const rows = yield* sql`INSERT INTO subscription ${sql.insert(columns(given))}
      ON CONFLICT (name, push_endpoint) DO NOTHING RETURNING id, name, push_endpoint, resource, event, filter`
    const [created] = yield* decodeRows(Row)(rows)
    return created === undefined ? yield* new SubscriptionExists({ name, pushEndpoint }) : readSubscription(created)
  }, asStoreError("Subscriptions.create"))

  const update = Effect.fn("SqlSubscriptions.update")(
    function* (id: number, changes: Partial<NewSubscription>) {
      const [before] = yield* select(sql`WHERE id = ${id} ${forUpdate}`)
      if (before === undefined) return Option.none<Subscription>()
      const after = { ...before, ...changes }
      const row = columns(after)
      const others = yield* select(
        sql`WHERE name = ${row.name} AND push_endpoint = ${row.push_endpoint} AND id <> ${id}`
      )
      if (others.length > 0) {
        return yield* new SubscriptionExists({ name: after.name, pushEndpoint: after.pushEndpoint })
      }
      yield* sql`UPDATE subscription SET ${sql.update(row)} WHERE id = ${id}`
      return Option.some(before)
    },
    transactional(sql, "Subscriptions.update"),
    asStoreError("Subscriptions.update")
  )

  const get = Effect.fn("SqlSubscriptions.get")(function* (id: number) {
    return Option.fromUndefinedOr((yield* select(sql`WHERE id = ${id}`))[0])
  }, asStoreError("Subscriptions.get"))

  const list = Effect.fn("SqlSubscriptions.list")(function* (page: PageRequest) {
    const content = yield* select(sql`${orderBy(sql, page, {}, "", "id")} ${limits(sql, page)}`)
    return { content, totalElements: yield* theNumber(sql`SELECT count(*) AS n FROM subscription`) }
  }, asStoreError("Subscriptions.list"))

  const remove = Effect.fn("SqlSubscriptions.remove")(function* (id: number) {
    return (yield* touched(sql`DELETE FROM subscription WHERE id = ${id} RETURNING id`)) > 0
  }, asStoreError("Subscriptions.remove"))

  return Subscriptions.of({
    create,
    update,
    get,
    list,
    all: select(sql`ORDER BY id`).pipe(asStoreError("Subscriptions.all")),
    remove,
    removeAll: sql`DELETE FROM subscription`.pipe(Effect.asVoid, asStoreError("Subscriptions.removeAll"))
  })
})

/** {@link Subscriptions} in a table. */
export const layer: Layer.Layer<Subscriptions, never, SqlClient.SqlClient> = Layer.effect(Subscriptions, make)
