import { describe, inject } from "@effect/vitest"
import * as StoreContract from "@eformidling/port-store/StoreContract"
import { Effect } from "effect"
import { postgres } from "./internal/testStores.ts"
import * as TwoStores from "./internal/twoStores.testing.ts"

const url = inject("postgresUrl")

describe.skipIf(url === undefined)(url === undefined ? "skipped: Postgres is not installed" : "on Postgres", () => {
  StoreContract.suite("Postgres", postgres(url ?? "", "postgres_store"))
  TwoStores.suite("Postgres", Effect.succeed(TwoStores.opening(postgres(url ?? "", "postgres_two_stores"))))
})
