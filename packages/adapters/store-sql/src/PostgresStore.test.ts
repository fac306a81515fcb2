import { describe, inject } from "@effect/vitest"
import * as StoreContract from "@eformidling/port-store/StoreContract"
import { postgres } from "./internal/testStores.ts"

const url = inject("postgresUrl")

describe.skipIf(url === undefined)(url === undefined ? "skipped: Postgres is not installed" : "on Postgres", () => {
  StoreContract.suite("Postgres", postgres(url ?? "", "postgres_store"))
})
