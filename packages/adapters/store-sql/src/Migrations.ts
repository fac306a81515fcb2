import { Effect, Layer } from "effect"
import { Migrator, type SqlClient, type SqlError } from "effect/sql"
import { conversations } from "./internal/migrations/conversations.ts"
import { messages } from "./internal/migrations/messages.ts"
import { statusQueue } from "./internal/migrations/statusQueue.ts"
import { tallies } from "./internal/migrations/tallies.ts"
import { webhooks } from "./internal/migrations/webhooks.ts"

/**
 * Brings the tables up to this version.
 *
 * All that is missing is made in one transaction, so a start that is killed leaves the database as it was, and of
 * two that start at once one waits for the other and finds nothing left to do.
 */
export const run = Effect.asVoid(
  Migrator.make({})({
    table: "eformidling_migrations",
    loader: Migrator.fromRecord({
      "0001_conversations": conversations,
      "0002_tallies": tallies,
      "0003_messages": messages,
      "0004_status_queue": statusQueue,
      "0005_webhooks": webhooks
    })
  })
)

export const layer: Layer.Layer<never, Migrator.MigrationError | SqlError.SqlError, SqlClient.SqlClient> =
  Layer.effectDiscard(run)
