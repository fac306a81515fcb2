/** Stores for tests: in a folder that goes with the layer, under a key made for the run. */
import { PgClient } from "@effect/sql-pg"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { DateTime, Effect, Layer, Option, Redacted } from "effect"
import { Reactivity } from "effect/reactivity"
import { generateKeyPairSync } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as PostgresStore from "../PostgresStore.ts"
import * as SqliteStore from "../SqliteStore.ts"

/** PKCS#8 in PEM. */
export const freshKey = (): string =>
  generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }).toString()

/** The store reads nothing of a certificate but its key and its serial number. */
export const businessCertificate = (serialNumber: string, privateKey = freshKey()) =>
  Layer.sync(BusinessCertificate, () => ({
    organisasjonsnummer: Option.none<string>(),
    chain: [new Uint8Array()] as const,
    privateKey: Redacted.make(privateKey),
    notBefore: DateTime.makeUnsafe(0),
    notAfter: DateTime.makeUnsafe(0),
    serialNumber,
    subject: "CN=Test"
  }))

export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "eformidling-store-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

export const sqlite = Layer.unwrap(
  Effect.map(temporaryFolder, (folder) =>
    SqliteStore.layer({ filename: join(folder, "store.sqlite"), documentsFolder: join(folder, "documents") })
  )
).pipe(Layer.provide(businessCertificate("1")))

/** The URL of a database of the server at `url`, made on the first call. */
export const postgresDatabase = Effect.fnUntraced(function* (url: string, name: string) {
  const pg = yield* PgClient.make({ url: Redacted.make(url), maxConnections: 1 })
  const found = yield* pg`SELECT 1 FROM pg_database WHERE datname = ${name}`
  if (found.length === 0) yield* pg.unsafe(`CREATE DATABASE ${name}`)
  return url.replace(/\/[^/]*$/, `/${name}`)
}, Effect.scoped)

/** A store in that database. */
export const postgres = (url: string, name: string) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const database = yield* postgresDatabase(url, name)
      return PostgresStore.layer({ url: Redacted.make(database), documentsFolder: join(folder, "documents") })
    })
  ).pipe(Layer.provide([businessCertificate("1"), Reactivity.layer]))
