import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect, Layer, Option } from "effect"
import * as Health from "./Health.ts"
import { at } from "./internal/httpCall.testing.ts"
import * as TestServer from "./internal/testServer.testing.ts"

const { Client } = TestServer

layer(TestServer.layer({ settings: { build: { version: "1.2.3", commit: "abc" } } }), { excludeTestServices: true })(
  "manage",
  (it) => {
    it.effect("reports every component, with its details (API-94)", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const answer = yield* call("GET", "/manage/health")
        assert.strictEqual(answer.status, 200)
        assert.strictEqual(at(answer.json, "status"), "UP")
        const components = at(answer.json, "components")
        assert.hasAllKeys(components, [
          "db",
          "diskSpace",
          "ping",
          "livenessState",
          "readinessState",
          "nextMoveQueue",
          "messageStatus",
          "deadLetters",
          "certificate",
          "serviceRegistry"
        ])
        assert.deepStrictEqual(at(components, "nextMoveQueue"), { status: "UP", details: { outgoing: 0, incoming: 0 } })
        assert.deepStrictEqual(at(components, "messageStatus", "details"), { pollable: 0 })
        assert.isAbove(Number(at(components, "certificate", "details", "daysLeft")), 300_000)
        assert.isAbove(Number(at(components, "diskSpace", "details", "free")), 0)
      })
    )

    it.effect("tells orchestrators that it lives and is ready", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        for (const probe of ["liveness", "readiness"]) {
          assert.deepStrictEqual((yield* call("GET", `/manage/health/${probe}`)).json, { status: "UP" })
        }
      })
    )

    it.effect("tells updaters its version", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const answer = yield* call("GET", "/manage/info")
        assert.strictEqual(at(answer.json, "build", "version"), "1.2.3")
        assert.strictEqual(at(answer.json, "git", "commit", "id"), "abc")
      })
    )
  }
)

const unknown: Health.Component = { status: "UNKNOWN", details: { detail: "never asked" } }

const ailing = Layer.mergeAll(
  Layer.succeed(Health.Indicators, { peer: Effect.succeed(unknown), stuck: Effect.never }),
  Layer.succeed(Health.Patience, Duration.millis(100))
)

layer(TestServer.layer().pipe(Layer.provide(ailing)), { excludeTestServices: true })("manage/health", (it) => {
  it.effect("answers 503 in good time when a component does not answer", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const answer = yield* call("GET", "/manage/health")
      assert.strictEqual(answer.status, 503)
      assert.strictEqual(at(answer.json, "status"), "DOWN")
      assert.strictEqual(at(answer.json, "components", "peer", "status"), "UNKNOWN")
      assert.strictEqual(at(answer.json, "components", "stuck", "status"), "DOWN")
      assert.strictEqual(at(answer.json, "components", "db", "status"), "UP")
    })
  )
})

describe("manage/shutdown", () => {
  layer(TestServer.layer(), { excludeTestServices: true })((it) => {
    it.effect("is not there unless an operator allows it", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const answer = yield* call("POST", "/manage/shutdown")
        assert.strictEqual(answer.status, 404)
        assert.strictEqual(at(answer.json, "message"), "No static resource manage/shutdown.")
      })
    )
  })

  let stopped = 0
  const shutdown = Option.some(Effect.sync(() => void stopped++))
  layer(TestServer.layer({ settings: { shutdown } }), { excludeTestServices: true })((it) => {
    it.effect("stops the server where an operator allows it", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const answer = yield* call("POST", "/manage/shutdown")
        assert.deepStrictEqual(answer.json, { message: "Shutting down, bye..." })
        assert.strictEqual(stopped, 1)
      })
    )
  })
})

layer(TestServer.layer({ registryAway: true }), { excludeTestServices: true })("manage/health", (it) => {
  it.effect("is up, and says so, while the service registry does not answer", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const registry = Effect.map(call("GET", "/manage/health"), ({ json, status }) => {
        assert.strictEqual(status, 200)
        return at(json, "components", "serviceRegistry")
      })
      const told = yield* Effect.repeat(registry, {
        until: (component) => at(component, "details", "error") !== "not asked yet"
      })
      assert.strictEqual(at(told, "status"), "UNKNOWN")
      assert.strictEqual(at(told, "details", "error"), "The registry is away")
    })
  )
})
