import { Context, Effect, Layer, Schedule, Semaphore, Stream } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient, type SqlConnection, SqlError, Statement } from "effect/sql"
import * as Fs from "node:fs"
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite"
import { recent } from "./internal/recent.ts"

/** Where the database is, and how it is opened. */
export interface Settings {
  /** Path of the database file, made when absent; `:memory:` for one that ends with its layer. */
  readonly filename: string
  /** How long a statement waits for another process that is writing. Milliseconds. */
  readonly busyTimeoutMillis?: number | undefined
}

const PRIMARY_KEY_VIOLATION = 1555
const UNIQUE_VIOLATION = 2067
const KEPT_STATEMENTS = 256

const bind = (value: unknown): SQLInputValue => {
  if (value === undefined || value === null) return null
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
      return value
    case "boolean":
      return value ? 1 : 0
    default:
      if (value instanceof Uint8Array) return value
      throw new TypeError(`a ${typeof value} cannot be a parameter`)
  }
}

/** Names the failed operation and tells a duplicate from other trouble. Messages never hold parameters. */
const failure = (operation: string) => (cause: unknown) => {
  const code = typeof cause === "object" && cause !== null && "errcode" in cause ? cause.errcode : undefined
  const errno = code === PRIMARY_KEY_VIOLATION ? UNIQUE_VIOLATION : code
  const detail = cause instanceof Error ? cause.message : String(cause)
  const known = Object.assign(new Error(detail, { cause }), typeof errno === "number" ? { errno } : {})
  return new SqlError.SqlError({
    reason: SqlError.classifySqliteError(known, { message: `sqlite: ${detail}`, operation })
  })
}

const attempt = <A>(operation: string, evaluate: () => A): Effect.Effect<A, SqlError.SqlError> =>
  Effect.try({ try: evaluate, catch: failure(operation) })

/** Only this user may read a database that is made here; the files beside it get the same mode from SQLite. */
const createPrivately = (filename: string) => {
  if (filename !== ":memory:" && !filename.startsWith("file:")) {
    Fs.closeSync(Fs.openSync(filename, "a", 0o600))
  }
}

const open = Effect.fnUntraced(function* (settings: Settings) {
  const database = yield* Effect.acquireRelease(
    attempt("open", () => {
      createPrivately(settings.filename)
      return new DatabaseSync(settings.filename, {
        timeout: settings.busyTimeoutMillis ?? 5000,
        enableForeignKeyConstraints: true
      })
    }),
    (database) => Effect.sync(() => database.close())
  )
  // SQLite does not wait for the lock that a change of journal mode needs, and another process may be starting too.
  yield* attempt("open", () => database.exec("PRAGMA journal_mode = WAL")).pipe(
    Effect.retry(Schedule.spaced("10 millis").pipe(Schedule.upTo({ times: 200 })))
  )
  yield* attempt("open", () => database.exec("PRAGMA synchronous = FULL; PRAGMA cache_size = -32768"))
  return database
})

const connect = (database: DatabaseSync): SqlConnection.Connection => {
  const kept = recent<StatementSync>(KEPT_STATEMENTS)
  const prepared = (sql: string) => {
    const statement = kept.get(sql) ?? database.prepare(sql)
    kept.set(sql, statement)
    return statement
  }

  const rows = (statement: StatementSync, params: ReadonlyArray<unknown>): ReadonlyArray<Record<string, unknown>> => {
    const values = params.map(bind)
    if (statement.columns().length > 0) return statement.all(...values)
    statement.run(...values)
    return []
  }

  const run = (sql: string, params: ReadonlyArray<unknown>, prepare: (sql: string) => StatementSync) =>
    Effect.withFiber<ReadonlyArray<Record<string, unknown>>, SqlError.SqlError>((fiber) =>
      attempt("execute", () => {
        const statement = prepare(sql)
        statement.setReadBigInts(Context.get(fiber.context, SqlClient.SafeIntegers))
        return rows(statement, params)
      })
    )

  const once = (sql: string) => database.prepare(sql)

  const arrays = (sql: string, params: ReadonlyArray<unknown>) =>
    attempt("execute", () => {
      const statement = once(sql)
      const names = statement.columns().map((column) => column.name)
      return rows(statement, params).map((row) => names.map((name) => row[name]))
    })

  return {
    execute: (sql, params, transform) =>
      transform ? Effect.map(run(sql, params, prepared), transform) : run(sql, params, prepared),
    executeUnprepared: (sql, params, transform) =>
      transform ? Effect.map(run(sql, params, once), transform) : run(sql, params, once),
    executeRaw: (sql, params) => attempt("execute", () => prepared(sql).run(...params.map(bind))),
    executeStream: (sql, params, transform) =>
      Stream.unwrap(
        Effect.map(run(sql, params, prepared), (found) => Stream.fromIterable(transform ? transform(found) : found))
      ),
    executeValues: arrays,
    executeValuesUnprepared: arrays
  }
}

/**
 * Opens a database of `node:sqlite` as a `SqlClient`.
 *
 * A commit is on disk when it returns (write-ahead log, `synchronous = FULL`). Several processes may have the file open;
 * a transaction takes the write lock when it begins, so it never fails halfway because another one wrote first.
 * Calls block the thread for as long as SQLite works.
 */
export const make = Effect.fnUntraced(function* (settings: Settings) {
  const database = yield* open(settings)
  const acquirers = SqlClient.makeSqliteAcquirers({
    connection: Effect.succeed(connect(database)),
    semaphore: yield* Semaphore.make(1),
    isTransaction: () => database.isTransaction
  })
  return yield* SqlClient.make({
    ...acquirers,
    compiler: Statement.makeCompilerSqlite(),
    driver: "node-sqlite",
    beginTransaction: "BEGIN IMMEDIATE",
    releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`,
    prepareTransactionControls: true,
    spanAttributes: [["db.system.name", "sqlite"]]
  })
})

export const layer = (settings: Settings): Layer.Layer<SqlClient.SqlClient, SqlError.SqlError> =>
  Layer.effect(SqlClient.SqlClient, make(settings)).pipe(Layer.provide(Reactivity.layer))
