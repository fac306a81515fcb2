import { assert, inject, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { Reactivity } from "effect/reactivity"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { crash, nothingLost } from "./internal/crash.testing.ts"
import { businessCertificate, freshKey, postgresDatabase, temporaryFolder } from "./internal/testStores.ts"
import * as PostgresStore from "./PostgresStore.ts"

const url = inject("postgresUrl")

it.live.skipIf(url === undefined)(
  `has every commit it acknowledged when two processes on one Postgres are killed again and again${
    url === undefined ? " (skipped: Postgres is not installed)" : ""
  }`,
  () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const key = freshKey()
      const [documentsFolder, keyFile] = [join(folder, "documents"), join(folder, "key")]
      writeFileSync(keyFile, key)
      const database = yield* postgresDatabase(url ?? "", "postgres_crash").pipe(Effect.provide(Reactivity.layer))
      const acknowledged = yield* crash(database, documentsFolder, keyFile)
      assert.isAbove(acknowledged.length, 200)
      const store = PostgresStore.layer({ url: Redacted.make(database), documentsFolder }).pipe(
        Layer.provide(businessCertificate("1", key))
      )
      yield* nothingLost(acknowledged).pipe(Effect.provide(store))
    }),
  60_000
)
