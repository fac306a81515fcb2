import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Inspectable, Redacted } from "effect"
import { fromRecord } from "./Settings.ts"

const minimal = {
  "difi.move.org.number": "910076787",
  "difi.move.org.keystore.path": "keystore.p12",
  "difi.move.org.keystore.password": "changeit",
  "difi.move.org.keystore.alias": "910076787",
  "difi.security.enable": "false",
  "difi.ssl.enabled": "false"
}

const load = (changes: Record<string, string> = {}, profile: "production" | "staging" | "dev" = "staging") =>
  fromRecord({ ...minimal, ...changes }, profile)

const without = (...names: ReadonlyArray<string>) =>
  fromRecord(Object.fromEntries(Object.entries(minimal).filter(([name]) => !names.includes(name))), "staging")

const problemsOf = <A>(
  settings: Effect.Effect<A, { readonly problems: ReadonlyArray<{ readonly sentence: string }> }>
) =>
  settings.pipe(
    Effect.flip,
    Effect.map(({ problems }) => problems.map(({ sentence }) => sentence))
  )

describe("Settings", () => {
  it.effect("takes the base defaults where nobody sets anything", () =>
    Effect.gen(function* () {
      const { dpi, feature, nextMove, registry, server } = yield* load()
      assert.strictEqual(server.port, 9093)
      assert.isFalse(feature.enableDPI)
      assert.isFalse(feature.enableDPE)
      assert.isTrue(feature.enableDsfPrintLookup)
      assert.strictEqual(registry.endpoint.href, "https://test.eformidling.no/adressetjeneste")
      assert.strictEqual(registry.jwkUrl.href, "https://test.eformidling.no/adressetjeneste/jwk")
      assert.strictEqual(dpi.uploadSizeLimitBytes, 50 * 1024 * 1024)
      assert.strictEqual(dpi.mpcId, "no_difi_move_integrasjonspunkt-staging")
      assert.strictEqual(Duration.toHours(dpi.defaultTtl), 24)
      assert.strictEqual(Duration.toMinutes(nextMove.lockTimeout), 5)
      assert.strictEqual(nextMove.serviceBus.host, "efm-dpe-qa.servicebus.windows.net")
      assert.isUndefined(nextMove.serviceBus.receiptQueue)
      assert.deepStrictEqual(nextMove.statusServices, ["DPO", "DPE"])
    })
  )

  it.effect("takes the addresses of production in profile production", () =>
    Effect.gen(function* () {
      const { dpi, feature, maskinporten, nextMove, registry } = yield* load({}, "production")
      assert.isTrue(feature.enableDPE)
      assert.strictEqual(registry.endpoint.host, "eformidling.no")
      assert.strictEqual(maskinporten.audience, "https://maskinporten.no/")
      assert.strictEqual(dpi.oidc.url.href, "https://maskinporten.no/token")
      assert.strictEqual(dpi.uri.href, "https://edi.edigard.com/api/v2/dpi")
      assert.strictEqual(dpi.mpcId, "no.difi.move.integrasjonspunkt")
      assert.strictEqual(dpi.certificateMode, "PRODUCTION")
      assert.strictEqual(nextMove.serviceBus.sasKeyName, "MoveDPE-prodPolicy")
    })
  )

  it.effect("gives Maskinporten and DPI the organisation's keystore and number where they have none", () =>
    Effect.gen(function* () {
      const { dpi, maskinporten } = yield* load({ "difi.move.dpi.keystore.alias": "dpi" })
      assert.strictEqual(maskinporten.clientId, "MOVE_IP_910076787")
      assert.strictEqual(maskinporten.keystore.path, "keystore.p12")
      assert.strictEqual(maskinporten.keystore.alias, "910076787")
      assert.strictEqual(dpi.keystore.alias, "dpi")
      assert.strictEqual(dpi.oidc.keystore.alias, "dpi")
      const password = dpi.oidc.keystore.password
      assert.strictEqual(password && Redacted.value(password), "changeit")
    })
  )

  it.effect("lets a channel have a time to live of its own (API-11)", () =>
    Effect.gen(function* () {
      const { dpi, nextMove } = yield* load({ "difi.move.dpi.default-ttl-hours": "48" })
      assert.strictEqual(Duration.toHours(dpi.defaultTtl), 48)
      assert.strictEqual(Duration.toHours(nextMove.serviceBus.defaultTtl), 24)
    })
  )

  it.effect("reads lists with commas, element by element, and empty", () =>
    Effect.gen(function* () {
      const commas = yield* load({ "difi.move.dpi.mpcIdListe": "a, b,c" })
      assert.deepStrictEqual(commas.dpi.mpcIdListe, ["a", "b", "c"])
      const elements = yield* load({ "difi.move.dpi.mpcIdListe[0]": "a", DIFI_MOVE_DPI_MPCIDLISTE_1: "b" })
      assert.deepStrictEqual(elements.dpi.mpcIdListe, ["a", "b"])
      const empty = yield* load({ "difi.move.nextmove.status-services": "" })
      assert.deepStrictEqual(empty.nextMove.statusServices, [])
    })
  )

  it.effect(
    "tells of a missing organisation number and keystore in the Java server's words, and of nothing that follows",
    () =>
      Effect.gen(function* () {
        const names = ["number", "keystore.path", "keystore.password", "keystore.alias"]
        const problems = yield* problemsOf(without(...names.map((name) => `difi.move.org.${name}`)))
        assert.lengthOf(problems, 2)
        assert.include(problems[0], "difi.move.org.number is not set. This property is required.")
        assert.include(problems[1], "Certificate properties not set.")
      })
  )

  it.effect("tells of an organisation number that is not nine digits, with what was found", () =>
    Effect.gen(function* () {
      const [problem = ""] = yield* problemsOf(load({ "difi.move.org.number": "91007678" }))
      assert.include(problem, "difi.move.org.number must be exactly 9 digits")
      assert.include(problem, `Found: "91007678", difi.move.org.number in the given properties.`)
      assert.include(problem, "Write: difi.move.org.number=<nine digits")
    })
  )

  it.effect("takes an organisation number whose check digit is wrong, as the peers do", () =>
    Effect.gen(function* () {
      const { org } = yield* load({ "difi.move.org.number": "910075935" })
      assert.strictEqual(org.number, "910075935")
    })
  )

  it.effect("tells of all that is wrong at once, by the Java names", () =>
    Effect.gen(function* () {
      const wrong = {
        "server.port": "http",
        "difi.move.oidc.enable": "maybe",
        "difi.move.dpi.uri": "edi.edigard.com",
        "difi.move.dpi.upload-size-limit": "50 megs",
        "difi.move.dpi.pollingrate": "0",
        "difi.move.nextmove.serviceBus.mode": "einnsyn",
        "difi.move.nextmove.statusPollingCron": "hourly"
      }
      const error = yield* Effect.flip(load(wrong))
      assert.deepStrictEqual(error.problems.map(({ property }) => property).sort(), Object.keys(wrong).sort())
      assert.include(error.message, "7 settings are missing or wrong:")
    })
  )

  it.effect("names what a placeholder lacks, and one that goes in a circle", () =>
    Effect.gen(function* () {
      const [missing = ""] = yield* problemsOf(load({ "difi.move.dpi.mpcId": "${kommune.kanal}" }))
      assert.include(missing, "difi.move.dpi.mpcId refers to kommune.kanal, which is not set.")
      const circle = { "difi.move.dpi.mpcId": "${a.b}", "a.b": "${difi.move.dpi.mpc-id}" }
      const [circular = ""] = yield* problemsOf(load(circle))
      assert.include(circular, "difi.move.dpi.mpcId refers, directly or not, to itself.")
    })
  )

  it.effect("fills in placeholders, their defaults and placeholders in defaults", () =>
    Effect.gen(function* () {
      const { dpi } = yield* load({ "difi.move.dpi.mpcId": "x-${a.b:${c.d:z}}-${server.port}", "c.d": "y" })
      assert.strictEqual(dpi.mpcId, "x-y-9093")
    })
  )

  it.effect("wants a user where callers must log in, and a keystore where TLS is on, or to be told to do without", () =>
    Effect.gen(function* () {
      const problems = yield* problemsOf(without("difi.security.enable", "difi.ssl.enabled"))
      assert.lengthOf(problems, 3)
      assert.include(problems[0], "difi.security.user.name is not set, though callers must log in.")
      assert.include(problems[0], "or difi.security.enable=false")
      assert.include(problems[2], "difi.ssl.key-store is not set, though TLS is on.")
      const { server } = yield* load({
        "difi.security.enable": "true",
        "difi.security.user.name": "sak",
        "difi.security.user.password": "hemmelig"
      })
      assert.isTrue(server.authentication.enabled)
    })
  )

  it.effect("judges what is conditional together with what is wrong", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(load({ "difi.ssl.enabled": "true", "difi.move.dpi.pageSize": "many" }))
      assert.deepStrictEqual(
        error.problems.map(({ property }) => property),
        ["difi.move.dpi.pageSize", "difi.ssl.key-store"]
      )
    })
  )

  it.effect("never shows a secret, neither in errors nor in the settings as text", () =>
    Effect.gen(function* () {
      const secret = "S3cr3t-word"
      const secrets = {
        "difi.move.org.keystore.password": secret,
        "difi.security.user.password": secret,
        "difi.move.nextmove.serviceBus.sasToken": secret,
        "difi.move.nextmove.serviceBus.connectionString": secret
      }
      const settings = yield* load(secrets)
      assert.notInclude(`${JSON.stringify(settings)}${Inspectable.toStringUnknown(settings)}`, secret)
      const unresolved = Object.fromEntries(Object.keys(secrets).map((name) => [name, `\${${secret}}`]))
      const datasource = { "difi.datasource.url": `jdbc:h2:file:x;PASSWORD=${secret}` }
      const error = yield* Effect.flip(load({ ...unresolved, ...datasource }))
      assert.deepStrictEqual(
        error.problems.map(({ property }) => property).sort(),
        [...Object.keys(secrets), "difi.datasource.url"].sort()
      )
      assert.notInclude(error.message, secret)
    })
  )
})

describe("difi.datasource", () => {
  it.effect("is a SQLite file in the working directory where nobody sets it", () =>
    Effect.gen(function* () {
      const { datasource } = yield* load()
      assert.deepStrictEqual(datasource, { _tag: "Sqlite", filename: "./integrasjonspunkt.db" })
    })
  )

  it.effect("joins a Postgres address with user and password", () =>
    Effect.gen(function* () {
      const { datasource } = yield* load({
        "difi.datasource.url": "jdbc:postgresql://db:5432/move?sslmode=require",
        "difi.datasource.username": "move",
        "difi.datasource.password": "p@ss/word"
      })
      assert(datasource._tag === "Postgres")
      assert.strictEqual(Redacted.value(datasource.url), "postgresql://move:p%40ss%2Fword@db:5432/move?sslmode=require")
    })
  )

  it.effect("says of H2 what to write instead", () =>
    Effect.gen(function* () {
      const [problem = ""] = yield* problemsOf(load({ "difi.datasource.url": "jdbc:h2:file:./integrasjonspunkt" }))
      assert.include(problem, "difi.datasource.url names H2, which only the Java server can read")
      assert.include(problem, "jdbc:sqlite:./integrasjonspunkt.db or jdbc:postgresql://")
    })
  )
})
