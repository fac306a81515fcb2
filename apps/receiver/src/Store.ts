/**
 * The store, as the configuration says: a file of SQLite, or Postgres.
 */
import * as PostgresStore from "@eformidling/adapter-store-sql/PostgresStore"
import * as SqliteStore from "@eformidling/adapter-store-sql/SqliteStore"
import type { Settings } from "@eformidling/configuration/Settings"

/** The store. Documents lie in `difi.move.nextmove.filedir`, sealed under the organisation's certificate. */
export const layer = ({ datasource, nextMove }: Settings["Service"]) =>
  datasource._tag === "Sqlite"
    ? SqliteStore.layer({ filename: datasource.filename, documentsFolder: nextMove.fileDirectory })
    : PostgresStore.layer({ url: datasource.url, documentsFolder: nextMove.fileDirectory })
