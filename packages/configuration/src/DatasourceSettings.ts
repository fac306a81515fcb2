import { Redacted, Result } from "effect"
import { judged, secret, text } from "./internal/kinds.ts"
import { defaulted, optional, type Values } from "./internal/table.ts"

/** A database file on this machine. */
export interface Sqlite {
  readonly _tag: "Sqlite"
  readonly filename: string
}

/** A Postgres server; the URL holds user and password. */
export interface Postgres {
  readonly _tag: "Postgres"
  readonly url: Redacted.Redacted
}

const suggestion = "jdbc:sqlite:./integrasjonspunkt.db or jdbc:postgresql://<host>/<database>"

const others: Readonly<Record<string, string>> = {
  h2: "names H2, which only the Java server can read; undelivered messages have to leave there first",
  mysql: "names MySQL, which is not supported",
  mariadb: "names MariaDB, which is not supported",
  sqlserver: "names SQL Server, which is not supported"
}

const parse = (given: string): Result.Result<Sqlite | URL, string> => {
  const address = given.replace(/^jdbc:/, "")
  const scheme = /^([a-z0-9]+):/.exec(address)?.[1] ?? ""
  if (scheme === "sqlite") {
    const filename = address.slice("sqlite:".length)
    return filename === "" ? Result.fail("names no file") : Result.succeed({ _tag: "Sqlite", filename })
  }
  if (scheme === "postgresql" || scheme === "postgres") {
    const url = URL.parse(address)
    return url === null || url.hostname === "" ? Result.fail("names no host") : Result.succeed(url)
  }
  return Result.fail(others[scheme] ?? "names no database we know")
}

export const datasourceTable = {
  url: defaulted("difi.datasource.url", judged(suggestion, parse), "jdbc:sqlite:./integrasjonspunkt.db"),
  username: optional("difi.datasource.username", text),
  password: optional("difi.datasource.password", secret)
} as const

/**
 * Where conversations, statuses and the outbox are kept.
 *
 * Source: nextmove-api 8.2, with SQLite in the place of H2.
 */
export type DatasourceSettings = Sqlite | Postgres

/** Joins address, user and password; a user or password in the address itself is used where the property is not set. */
export const joinDatasource = ({ password, url, username }: Values<typeof datasourceTable>): DatasourceSettings => {
  if (!(url instanceof URL)) return url
  const joined = new URL(url)
  const user = username ?? url.searchParams.get("user") ?? undefined
  const secretWord = (password && Redacted.value(password)) ?? url.searchParams.get("password") ?? undefined
  joined.searchParams.delete("user")
  joined.searchParams.delete("password")
  if (user !== undefined) joined.username = encodeURIComponent(user)
  if (secretWord !== undefined) joined.password = encodeURIComponent(secretWord)
  return { _tag: "Postgres", url: Redacted.make(joined.href) }
}
