import type { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import type { Store } from "@eformidling/port-store/Store"
import type { StoreError } from "@eformidling/port-store/StoreError"
import { Layer } from "effect"
import type { Migrator, SqlError } from "effect/sql"
import * as Services from "./internal/services.ts"
import * as SqliteWakeup from "./internal/sqliteWakeup.ts"
import * as NodeSqliteClient from "./NodeSqliteClient.ts"

export interface Settings {
  /** Path of the database file. */
  readonly filename: string
  /** Folder of the documents. */
  readonly documentsFolder: string
}

/**
 * The whole store on one machine: a file of SQLite, and a folder of documents sealed under the business certificate.
 *
 * Several processes of the machine may use it at the same time.
 */
export const layer = (
  settings: Settings
): Layer.Layer<Store, StoreError | SqlError.SqlError | Migrator.MigrationError, BusinessCertificate> =>
  Services.layer(settings.documentsFolder).pipe(
    Layer.provide(SqliteWakeup.layer),
    Layer.provide(NodeSqliteClient.layer({ filename: settings.filename }))
  )
