import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { crash, nothingLost } from "./internal/crash.testing.ts"
import { businessCertificate, freshKey, temporaryFolder } from "./internal/testStores.ts"
import * as SqliteStore from "./SqliteStore.ts"

it.live(
  "has every commit it acknowledged when two processes on one SQLite file are killed again and again",
  () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const key = freshKey()
      const [filename, documentsFolder, keyFile] = [
        join(folder, "store.sqlite"),
        join(folder, "documents"),
        join(folder, "key")
      ]
      writeFileSync(keyFile, key)
      const acknowledged = yield* crash(filename, documentsFolder, keyFile)
      assert.isAbove(acknowledged.length, 200)
      const store = SqliteStore.layer({ filename, documentsFolder }).pipe(Layer.provide(businessCertificate("1", key)))
      yield* nothingLost(acknowledged).pipe(Effect.provide(store))
    }),
  60_000
)
