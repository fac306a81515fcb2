import * as StoreContract from "@eformidling/port-store/StoreContract"
import { Effect, Layer } from "effect"
import { join } from "node:path"
import { businessCertificate, sqlite, temporaryFolder } from "./internal/testStores.ts"
import * as TwoStores from "./internal/twoStores.testing.ts"
import * as SqliteStore from "./SqliteStore.ts"

StoreContract.suite("SQLite", sqlite)

TwoStores.suite(
  "SQLite",
  Effect.map(temporaryFolder, (folder) =>
    TwoStores.opening(
      SqliteStore.layer({ filename: join(folder, "store.sqlite"), documentsFolder: join(folder, "documents") }).pipe(
        Layer.provide(businessCertificate("1"))
      )
    )
  )
)
