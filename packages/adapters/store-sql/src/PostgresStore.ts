import { PgClient } from "@effect/sql-pg"
import type { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import type { Store } from "@eformidling/port-store/Store"
import type { StoreError } from "@eformidling/port-store/StoreError"
import { Layer, type Redacted } from "effect"
import type { Migrator, SqlError } from "effect/sql"
import * as PostgresWakeup from "./internal/postgresWakeup.ts"
import * as Services from "./internal/services.ts"

export interface Settings {
  /** `postgresql://user:password@host:port/database`. */
  readonly url: Redacted.Redacted
  /** Folder of the documents; one that all machines share when there are several. */
  readonly documentsFolder: string
  /** One of them listens for work that other processes offer. 10 when absent, at least 2. */
  readonly maxConnections?: number | undefined
}

/** The whole store on Postgres 14 or newer, and a folder of documents sealed under the business certificate. */
export const layer = (
  settings: Settings
): Layer.Layer<Store, StoreError | SqlError.SqlError | Migrator.MigrationError, BusinessCertificate> =>
  Services.layer(settings.documentsFolder).pipe(
    Layer.provide(PostgresWakeup.layer),
    Layer.provide(
      PgClient.layer({
        url: settings.url,
        maxConnections: Math.max(2, settings.maxConnections ?? 10),
        applicationName: "eformidling"
      })
    )
  )
