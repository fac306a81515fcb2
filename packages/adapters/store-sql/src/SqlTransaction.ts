import { Transaction } from "@eformidling/port-store/Transaction"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { transactional } from "./internal/transaction.ts"

const make = Effect.map(SqlClient.SqlClient, (sql) =>
  Transaction.of({
    run: transactional(sql, "Transaction.run"),
    afterCommit: sql.afterCommit
  })
)

/** {@link Transaction} of the database; a run inside a run is a savepoint. */
export const layer: Layer.Layer<Transaction, never, SqlClient.SqlClient> = Layer.effect(Transaction, make)
