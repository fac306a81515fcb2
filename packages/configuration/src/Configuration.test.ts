import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, FileSystem, Layer, Logger, PlatformError, Stdio } from "effect"
import * as Configuration from "./Configuration.ts"
import { Settings } from "./Settings.ts"

const base = [
  "difi.move.org.number=910076787",
  "difi.move.org.keystore.path=keystore.p12",
  "difi.move.org.keystore.password=changeit",
  "difi.security.enable=false",
  "difi.ssl.enabled=false"
]

interface Surroundings {
  readonly file?: string | Uint8Array
  readonly name?: string
  readonly env?: Record<string, string>
  readonly args?: ReadonlyArray<string>
}

const surroundings = ({ args = [], env = {}, file = base.join("\n"), name = ".properties" }: Surroundings) =>
  Layer.mergeAll(
    Stdio.layerTest({ args: Effect.succeed(args) }),
    ConfigProvider.layer(ConfigProvider.fromEnv({ env })),
    FileSystem.layerNoop({
      readFile: (path) =>
        path === `integrasjonspunkt-local${name}`
          ? Effect.succeed(typeof file === "string" ? new TextEncoder().encode(file) : file)
          : Effect.fail(
              PlatformError.systemError({
                _tag: "NotFound",
                module: "FileSystem",
                method: "readFile",
                pathOrDescriptor: path
              })
            )
    })
  )

const read = (given: Surroundings) =>
  Effect.gen(function* () {
    return yield* Settings
  }).pipe(Effect.provide(Configuration.layer.pipe(Layer.provide(surroundings(given)))))

describe("Configuration", () => {
  it.effect("prefers the command line to the environment, that to the file, that to the defaults", () =>
    Effect.gen(function* () {
      const file = [...base, "server.port=1", "difi.move.dpi.page-size=1", "difi.move.dpi.mpcId=file"].join("\n")
      const env = { SERVER_PORT: "2", DIFI_MOVE_DPI_PAGESIZE: "2" }
      const settings = yield* read({ file, env, args: ["--server.port=3", "--verbose", "other"] })
      assert.strictEqual(settings.server.port, 3)
      assert.strictEqual(settings.dpi.pageSize, 2)
      assert.strictEqual(settings.dpi.mpcId, "file")
      assert.strictEqual(settings.dpi.language, "NO")
    })
  )

  it.effect("takes all settings from the environment where there is no file", () =>
    Effect.gen(function* () {
      const env = {
        DIFI_MOVE_ORG_NUMBER: "910076787",
        DIFI_MOVE_ORG_KEYSTORE_PATH: "keystore.p12",
        DIFI_MOVE_ORG_KEYSTORE_PASSWORD: "changeit",
        DIFI_MOVE_NEXTMOVE_SERVICE_BUS_BASE_URL: "https://bus.example.no/",
        DIFI_MOVE_DPI_MPCIDLISTE_0: "a",
        DIFI_MOVE_DPI_MPCIDLISTE_1: "b",
        DIFI_SECURITY_ENABLE: "false",
        DIFI_SSL_ENABLED: "false",
        SPRING_PROFILES_ACTIVE: "staging",
        PATH: "/bin",
        BUILD_1700000000: "x"
      }
      const settings = yield* read({ name: ".none", env })
      assert.strictEqual(settings.profile, "staging")
      assert.strictEqual(settings.org.number, "910076787")
      assert.strictEqual(settings.nextMove.serviceBus.host, "bus.example.no")
      assert.deepStrictEqual(settings.dpi.mpcIdListe, ["a", "b"])
    })
  )

  it.effect("takes production unless another profile is chosen, and never from the file", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        (yield* read({ file: [...base, "spring.profiles.active=dev"].join("\n") })).profile,
        "production"
      )
      assert.strictEqual((yield* read({ args: ["--spring.profiles.active=dev"] })).profile, "dev")
    })
  )

  it.effect("reads values with trailing blanks, and warns with the key but not the value", () =>
    Effect.gen(function* () {
      const logged: Array<string> = []
      const logger = Logger.make(({ message }) => void logged.push(String(message)))
      const file = [...base.slice(1), "difi.move.org.number=910076787   "].join("\n")
      const { org } = yield* read({ file }).pipe(Effect.provide(Logger.layer([logger])))
      assert.strictEqual(org.number, "910076787")
      assert.deepStrictEqual(logged, [
        "integrasjonspunkt-local.properties: blanks at the end of difi.move.org.number are left out"
      ])
    })
  )

  it.effect("reads a file in Latin-1, as Java does", () =>
    Effect.gen(function* () {
      const file = Uint8Array.from([...base, "difi.move.dpi.mpcId=æ"].join("\n"), (one) => one.charCodeAt(0))
      assert.strictEqual((yield* read({ file })).dpi.mpcId, "æ")
    })
  )

  it.effect("reads YAML where there is no properties file", () =>
    Effect.gen(function* () {
      const file = [
        "difi:",
        "  move:",
        "    org:",
        "      number: 910076787",
        "      keystore: { path: keystore.p12, password: changeit }",
        "    dpi:",
        "      mpc-id-liste: [a, b]",
        "  security.enable: false",
        "  ssl:",
        "    enabled: false"
      ].join("\n")
      const settings = yield* read({ file, name: ".yml" })
      assert.strictEqual(settings.org.number, "910076787")
      assert.deepStrictEqual(settings.dpi.mpcIdListe, ["a", "b"])
    })
  )

  it.effect("fails with where a wrong value stands", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(read({ env: { DIFI_MOVE_FEATURE_ENABLEDPI: "ja" } }))
      assert.include(error.message, `Found: "ja", DIFI_MOVE_FEATURE_ENABLEDPI in the environment.`)
    })
  )
})
