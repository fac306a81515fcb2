import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { statSync } from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "./internal/testStores.ts"
import * as NodeSqliteClient from "./NodeSqliteClient.ts"

const memory = NodeSqliteClient.layer({ filename: ":memory:" })

it.effect("syncs every commit to a write-ahead log that only this user can read", () =>
  Effect.gen(function* () {
    const filename = join(yield* temporaryFolder, "store.sqlite")
    const [[journal], [synchronous], [foreignKeys]] = yield* Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE t (a INTEGER)`
      for (const suffix of ["", "-wal", "-shm"]) {
        assert.strictEqual(statSync(filename + suffix).mode & 0o077, 0, suffix)
      }
      return yield* Effect.all([sql`PRAGMA journal_mode`, sql`PRAGMA synchronous`, sql`PRAGMA foreign_keys`])
    }).pipe(Effect.provide(NodeSqliteClient.layer({ filename })))
    assert.deepStrictEqual(
      { ...journal, ...synchronous, ...foreignKeys },
      {
        journal_mode: "wal",
        synchronous: 2,
        foreign_keys: 1
      }
    )
  })
)

it.effect("tells a duplicate, a broken rule and a mistake apart", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT UNIQUE, c INTEGER CHECK (c > 0))`
    yield* sql`INSERT INTO t (a, b) VALUES (1, 'x')`
    const reasons = yield* Effect.forEach(
      [
        sql`INSERT INTO t (a) VALUES (1)`,
        sql`INSERT INTO t (a, b) VALUES (2, 'x')`,
        sql`INSERT INTO t (c) VALUES (0)`,
        sql`INSERT INTO no_such_table (a) VALUES (1)`,
        sql`INSERT INTO t (b) VALUES (${Symbol("not a value")})`
      ],
      (statement) => Effect.map(Effect.flip(statement), ({ reason }) => reason._tag)
    )
    assert.deepStrictEqual(reasons, [
      "UniqueViolation",
      "UniqueViolation",
      "ConstraintError",
      "UnknownError",
      "UnknownError"
    ])
  }).pipe(Effect.provide(memory))
)

it.effect("gives back what a column can hold", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const bytes = new Uint8Array([0, 1, 255])
    const [row] =
      yield* sql`SELECT ${"æ🫐"} AS t, ${1.5} AS r, ${2 ** 53 - 1} AS i, ${bytes} AS b, ${null} AS n, ${true} AS y`
    assert.deepStrictEqual({ ...row }, { t: "æ🫐", r: 1.5, i: 2 ** 53 - 1, b: bytes, n: null, y: 1 })
    const values = yield* sql`SELECT 1 AS one, 2 AS two`.values
    assert.deepStrictEqual(values, [[1, 2]])
  }).pipe(Effect.provide(memory))
)

it.effect("uses more different statements than it remembers", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    for (let index = 0; index < 1000; index++) {
      const [row] = yield* sql.unsafe(`SELECT ${index % 300} AS n`)
      assert.deepStrictEqual({ ...row }, { n: index % 300 })
    }
  }).pipe(Effect.provide(memory))
)

it.effect("fails with the reason when the file cannot be opened", () =>
  Effect.gen(function* () {
    const filename = join(yield* temporaryFolder, "no", "such", "folder", "store.sqlite")
    const error = yield* Effect.flip(
      Effect.scoped(Effect.provide(SqlClient.SqlClient, NodeSqliteClient.layer({ filename })))
    )
    assert.include(error.message, "no such file")
  })
)
