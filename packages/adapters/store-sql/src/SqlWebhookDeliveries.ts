import type { PageRequest } from "@eformidling/port-store/Page"
import {
  type Attempt,
  type AttemptOutcome,
  type LeasedDelivery,
  type NewDelivery,
  WebhookDeliveries
} from "@eformidling/port-store/WebhookDeliveries"
import { Array as Arr, Clock, DateTime, Duration, Effect, Layer, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { randomUUID } from "node:crypto"
import { decodeRows, Instant, Text, touched, Whole } from "./internal/columns.ts"
import { asStoreError } from "./internal/failure.ts"
import { limits, orderBy, theNumber } from "./internal/page.ts"
import { escapeText } from "./internal/storableText.ts"
import { transactional } from "./internal/transaction.ts"

const DeliveryRow = Schema.Struct({ id: Whole, subscription: Whole, body: Text, attempt: Whole })

const EndpointRow = Schema.Struct({ id: Whole, push_endpoint: Text })

const AttemptRow = Schema.Struct({
  delivery: Whole,
  attempt: Whole,
  at: Instant,
  status: Schema.NullOr(Whole),
  error: Schema.NullOr(Text)
})

const readAttempt = ({ error, status, ...row }: typeof AttemptRow.Type): Attempt => ({
  ...row,
  ...(status === null ? {} : { status }),
  ...(error === null ? {} : { error })
})

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const skipLocked = sql.onDialectOrElse({
    pg: () => sql.literal("FOR UPDATE SKIP LOCKED"),
    orElse: () => sql.literal("")
  })

  const offer = Effect.fn("SqlWebhookDeliveries.offer")(function* (deliveries: ReadonlyArray<NewDelivery>) {
    if (!Arr.isReadonlyArrayNonEmpty(deliveries)) return
    const now = yield* Clock.currentTimeMillis
    const rows = Arr.map(deliveries, ({ body, subscription }) => ({
      subscription,
      body: escapeText(body),
      offered_at: now,
      due_at: now,
      token: null,
      attempt: 0
    }))
    yield* sql`INSERT INTO webhook_delivery ${sql.insert(rows)}`
  }, asStoreError("WebhookDeliveries.offer"))

  const lease = Effect.fn("SqlWebhookDeliveries.lease")(
    function* (request: { readonly limit: number; readonly leaseFor: Duration.Duration }) {
      const now = yield* Clock.currentTimeMillis
      const token = yield* Effect.sync(() => randomUUID())
      const rows = yield* sql`WITH due AS MATERIALIZED (
          SELECT id AS place FROM webhook_delivery WHERE due_at <= ${now} ORDER BY due_at, id
          LIMIT ${request.limit} ${skipLocked}
        )
        UPDATE webhook_delivery SET
          token = ${token}, attempt = attempt + 1, due_at = ${now + Duration.toMillis(request.leaseFor)}
        FROM due WHERE webhook_delivery.id = due.place
        RETURNING webhook_delivery.id, subscription, body, attempt`
      const found = yield* decodeRows(DeliveryRow)(rows)
      if (found.length === 0) return []
      const subscriptions = Arr.dedupe(found.map(({ subscription }) => subscription))
      const endpoints = yield* decodeRows(EndpointRow)(
        yield* sql`SELECT id, push_endpoint FROM subscription WHERE ${sql.in("id", subscriptions)}`
      )
      return found
        .toSorted((one, other) => one.id - other.id)
        .flatMap((row): ReadonlyArray<LeasedDelivery> => {
          const endpoint = endpoints.find(({ id }) => id === row.subscription)
          return endpoint === undefined ? [] : [{ ...row, pushEndpoint: endpoint.push_endpoint, token }]
        })
    },
    transactional(sql, "WebhookDeliveries.lease"),
    asStoreError("WebhookDeliveries.lease")
  )

  const settle = Effect.fn("SqlWebhookDeliveries.settle")(
    function* ({ attempt, id, token }: LeasedDelivery, { error, retryAt, status }: AttemptOutcome) {
      const held = yield* touched(sql`UPDATE webhook_delivery SET token = NULL,
        due_at = ${retryAt === undefined ? null : DateTime.toEpochMillis(retryAt)}
        WHERE id = ${id} AND token = ${token} RETURNING id`)
      if (held === 0) return false
      yield* sql`INSERT INTO webhook_attempt ${sql.insert({
        delivery: id,
        attempt,
        at: yield* Clock.currentTimeMillis,
        status: status ?? null,
        error: error === undefined ? null : escapeText(error)
      })}`
      return true
    },
    transactional(sql, "WebhookDeliveries.settle"),
    asStoreError("WebhookDeliveries.settle")
  )

  const attempts = Effect.fn("SqlWebhookDeliveries.attempts")(function* (subscription: number, page: PageRequest) {
    const of = sql`FROM webhook_attempt a JOIN webhook_delivery d ON d.id = a.delivery
      WHERE d.subscription = ${subscription}`
    const rows = yield* sql`SELECT a.delivery, a.attempt, a.at, a.status, a.error ${of}
      ${orderBy(sql, page, {}, "a.at DESC", "a.delivery DESC, a.attempt DESC")} ${limits(sql, page)}`
    return {
      content: (yield* decodeRows(AttemptRow)(rows)).map(readAttempt),
      totalElements: yield* theNumber(sql`SELECT count(*) AS n ${of}`)
    }
  }, asStoreError("WebhookDeliveries.attempts"))

  const forget = Effect.fn("SqlWebhookDeliveries.forget")(function* (before: DateTime.Utc) {
    return yield* touched(sql`DELETE FROM webhook_delivery
      WHERE due_at IS NULL AND offered_at < ${DateTime.toEpochMillis(before)} RETURNING id`)
  }, asStoreError("WebhookDeliveries.forget"))

  return WebhookDeliveries.of({ offer, lease, settle, attempts, forget })
})

/** {@link WebhookDeliveries} in two tables. A lease is a time and a token in the row. */
export const layer: Layer.Layer<WebhookDeliveries, never, SqlClient.SqlClient> = Layer.effect(WebhookDeliveries, make)
