import { Effect } from "effect"
import { define, dialect } from "./dialect.ts"

/** Subscriptions, what is on its way to them, and each attempt to deliver it. */
export const webhooks = Effect.gen(function* () {
  const { sql, long, counted } = yield* dialect
  yield* define(sql, [
    `CREATE TABLE subscription (
      id ${counted},
      name TEXT NOT NULL,
      push_endpoint TEXT NOT NULL,
      resource TEXT NOT NULL,
      event TEXT NOT NULL,
      filter TEXT,
      UNIQUE (name, push_endpoint)
    )`,
    `CREATE TABLE webhook_delivery (
      id ${counted},
      subscription ${long} NOT NULL REFERENCES subscription (id) ON DELETE CASCADE,
      body TEXT NOT NULL,
      offered_at ${long} NOT NULL,
      due_at ${long},
      token TEXT,
      attempt INTEGER NOT NULL
    )`,
    `CREATE INDEX webhook_delivery_due ON webhook_delivery (due_at, id) WHERE due_at IS NOT NULL`,
    `CREATE INDEX webhook_delivery_over ON webhook_delivery (offered_at) WHERE due_at IS NULL`,
    `CREATE INDEX webhook_delivery_by_subscription ON webhook_delivery (subscription)`,
    `CREATE TABLE webhook_attempt (
      delivery ${long} NOT NULL REFERENCES webhook_delivery (id) ON DELETE CASCADE,
      attempt INTEGER NOT NULL,
      at ${long} NOT NULL,
      status INTEGER,
      error TEXT,
      PRIMARY KEY (delivery, attempt)
    )`
  ])
})
