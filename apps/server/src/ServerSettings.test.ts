import { assert, describe, it } from "@effect/vitest"
import { fromRecord } from "@eformidling/configuration/Settings"
import { Duration, Effect, Option, Redacted } from "effect"
import { fromConfiguration, warnings } from "./ServerSettings.ts"

const read = (properties: Readonly<Record<string, string>>) =>
  fromRecord(
    {
      "difi.move.org.number": "910077473",
      "difi.move.org.keystore.path": "keystore.p12",
      "difi.move.org.keystore.password": "password",
      "difi.ssl.enabled": "false",
      ...properties
    },
    "staging"
  )

const build = { version: "1", commit: "" }

describe("ServerSettings", () => {
  it.effect("takes port, limits and credentials from the Java names", () =>
    Effect.gen(function* () {
      const settings = yield* read({
        "server.port": "9094",
        "server.tomcat.connection-timeout": "1000",
        "spring.servlet.multipart.max-request-size": "1MB",
        "difi.security.user.name": "sak",
        "difi.security.user.password": "hemmelig",
        "difi.move.nextmove.filedir": "files"
      })
      const server = fromConfiguration(settings, { tls: Option.none(), build })
      assert.strictEqual(server.port, 9094)
      assert.strictEqual(Duration.toMillis(server.idleTimeout), 1000)
      assert.strictEqual(server.maximumRequestBytes, 1024 * 1024)
      assert.strictEqual(server.directory, "files")
      const { password, username } = Option.getOrThrow(server.credentials)
      assert.strictEqual(username, "sak")
      assert.strictEqual(Redacted.value(password), "hemmelig")
    })
  )

  it.effect("asks nobody who they are where authentication is off, and warns of it", () =>
    Effect.gen(function* () {
      const settings = yield* read({ "difi.security.enable": "false" })
      assert.isTrue(Option.isNone(fromConfiguration(settings, { tls: Option.none(), build }).credentials))
      assert.lengthOf(warnings(settings), 2)
    })
  )
})
