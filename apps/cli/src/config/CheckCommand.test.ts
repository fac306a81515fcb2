import { assert, describe, it, layer } from "@effect/vitest"
import { Maskinporten } from "@eformidling/simulated-network/Maskinporten"
import { ServiceRegistry } from "@eformidling/simulated-network/ServiceRegistry"
import { serviceBusKey } from "@eformidling/simulated-network/SimulatedNetwork"
import { Fault } from "@eformidling/simulated-network/Faults"
import { Effect, Schema } from "effect"
import { commandLine } from "../commandLine.testing.ts"
import { missingScope, network, own, settingsOf } from "../network.testing.ts"
import { hasVectors, titled, vector } from "../dokumentpakke/vectors.testing.ts"

const Report = Schema.fromJsonString(
  Schema.Struct({
    passed: Schema.Boolean,
    settings: Schema.Array(Schema.Struct({ property: Schema.String, value: Schema.optionalKey(Schema.String) })),
    checks: Schema.Array(Schema.Struct({ name: Schema.String, status: Schema.String, detail: Schema.String }))
  })
)

const check = Effect.fnUntraced(function* (settings: ReadonlyArray<string>) {
  const { code, out } = yield* commandLine("config", "check", "--json", ...settings)
  const report = yield* Schema.decodeUnknownEffect(Report)(out)
  assert.strictEqual(code, report.passed ? 0 : 1)
  return { ...report, failures: report.checks.filter(({ status }) => status === "failed") }
})

layer(network, { excludeTestServices: true, timeout: "60 seconds" })("config check", (it) => {
  it.effect("passes where everybody lets the organisation in", () =>
    Effect.gen(function* () {
      const { checks } = yield* check(yield* settingsOf(own))
      assert.deepStrictEqual(
        checks.map(({ name, status }) => `${status} ${name}`),
        [
          "ok Settings",
          "ok difi.move.org.keystore",
          "ok difi.move.org.keystore: certificate",
          "ok difi.move.dpi.certificate.trust",
          "ok Maskinporten for the registry",
          "ok Maskinporten for corner 2",
          "ok Service registry",
          "ok Certificate in the registry",
          "ok Corner 2",
          "ok Service Bus"
        ]
      )
    })
  )

  it.effect("prints a table for people, with no secret in it", () =>
    Effect.gen(function* () {
      const changed = {
        "difi.security.user.password": "hemmelighet-1",
        "difi.move.nextmove.serviceBus.sasToken": "hemmelighet-2",
        "difi.datasource.password": "hemmelighet-3"
      }
      const { code, error, out } = yield* commandLine("config", "check", ...(yield* settingsOf(own, changed)))
      assert.strictEqual(code, 0)
      assert.include(out, "0 failed, 0 warnings, 10 ok, 0 skipped")
      assert.match(out, /^difi\.move\.org\.number +910076787 +difi\.move\.org\.number in the command line$/m)
      assert.match(out, /^difi\.security\.user\.password +\(secret\) /m)
      for (const secret of ["hemmelighet", serviceBusKey.key, "PRIVATE KEY"]) assert.notInclude(out + error, secret)
    })
  )

  it.effect("names the scope that Maskinporten does not give", () =>
    Effect.gen(function* () {
      const { failures } = yield* check(yield* settingsOf("991825827"))
      const scopes = failures.filter(({ name }) => name.startsWith("Maskinporten"))
      assert.deepStrictEqual(
        scopes.map(({ name }) => name),
        [`Maskinporten for the registry: ${missingScope}`]
      )
      assert.include(scopes[0]?.detail, "MP-200")
      assert.include(scopes[0]?.detail, missingScope)
    })
  )

  it.effect("fails where nobody answers, and says who", () =>
    Effect.gen(function* () {
      const registry = yield* ServiceRegistry
      yield* registry.faults.set(Fault.Down())
      const settings = yield* settingsOf(own, {
        "difi.move.dpi.uri": "http://127.0.0.1:1/dpi",
        "difi.move.nextmove.serviceBus.baseUrl": "127.0.0.1:1"
      })
      const { failures } = yield* check(settings).pipe(Effect.ensuring(registry.faults.clear))
      assert.deepStrictEqual(
        failures.map(({ name }) => name),
        ["Service registry", "Corner 2", "Service Bus"]
      )
    })
  )

  it.effect("fails where Maskinporten is away", () =>
    Effect.gen(function* () {
      const maskinporten = yield* Maskinporten
      yield* maskinporten.faults.set(Fault.Down())
      const { failures } = yield* Effect.ensuring(check(yield* settingsOf(own)), maskinporten.faults.clear)
      assert.include(
        failures.map(({ name }) => name),
        "Maskinporten for the registry"
      )
    })
  )

  it.effect("fails where Service Bus refuses the key", () =>
    Effect.gen(function* () {
      const wrong = { "difi.move.oidc.enable": "false", "difi.move.nextmove.serviceBus.sasToken": "bm9rZQ==" }
      const refused = yield* check(yield* settingsOf(own, wrong))
      assert.include(refused.failures.find(({ name }) => name === "Service Bus")?.detail, "UnauthorizedAccess")
    })
  )

  it.effect("fails where a keystore does not open", () =>
    Effect.gen(function* () {
      const { failures } = yield* check(yield* settingsOf(own, { "difi.move.org.keystore.path": "nowhere.p12" }))
      assert.include(failures[0]?.detail, "No keystore can be read at nowhere.p12")
    })
  )

  it.effect.skipIf(!hasVectors)(titled("fails where the certificate has run out"), () =>
    Effect.gen(function* () {
      const expired = {
        "difi.move.org.keystore.path": vector("keys/utlopt.p12"),
        "difi.move.org.keystore.type": "PKCS12",
        "difi.move.org.keystore.password": "changeit",
        "difi.move.org.keystore.alias": "utlopt"
      }
      const { checks, failures } = yield* check(yield* settingsOf(own, expired))
      assert.include(failures.find(({ name }) => name.endsWith(": certificate"))?.detail, "ran out 2023-01-01")
      assert.include(checks.find(({ name }) => name.endsWith(": organisation"))?.detail, "310011010")
    })
  )
})

describe("config check", () => {
  it.effect("lists every setting that is missing, with what to write", () =>
    Effect.gen(function* () {
      const { failures } = yield* check([])
      const names = failures.map(({ name }) => name)
      assert.include(names, "difi.move.org.number")
      assert.include(names, "difi.move.org.keystore.path")
    })
  )

  it.effect("shows no keystore that is given as base64", () =>
    Effect.gen(function* () {
      const { settings } = yield* check(["--set", "difi.move.org.keystore.path=base64:aGVtbWVsaWc="])
      const found = settings.find(({ property }) => property === "difi.move.org.keystore.path")
      assert.strictEqual(found?.value, "base64:…")
    })
  )
})
