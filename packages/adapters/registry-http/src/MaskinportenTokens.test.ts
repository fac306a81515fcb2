import { AccessTokens, type TokenRequest } from "@eformidling/port-registry/AccessTokens"
import { Fault } from "@eformidling/simulated-network/Faults"
import { Maskinporten } from "@eformidling/simulated-network/Maskinporten"
import { Pki } from "@eformidling/simulated-network/pki/Pki"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Fiber, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import * as network from "./internal/network.testing.ts"
import type { MaskinportenSettings } from "./MaskinportenTokens.ts"

const send: TokenRequest = { scopes: ["digitalpostinnbygger:send"] }

/** A token from adapters of its own, which have kept nothing. */
const askWith = (settings: Partial<MaskinportenSettings>, request: TokenRequest = send, certificateOf?: string) =>
  Effect.flatMap(AccessTokens, (tokens) => tokens.token(request)).pipe(
    Effect.provide(Layer.fresh(network.tokens(settings, certificateOf)))
  )

const refusalOf = (settings: Partial<MaskinportenSettings>, request?: TokenRequest, certificateOf?: string) =>
  askWith(settings, request, certificateOf).pipe(
    Effect.flip,
    Effect.flatMap(({ reason }) => (reason._tag === "GrantRefused" ? Effect.succeed(reason) : Effect.die(reason)))
  )

const lastGrant = Effect.flatMap(Maskinporten, ({ granted }) => granted).pipe(
  Effect.flatMap((grants) => Effect.fromNullishOr(grants.at(-1)))
)

layer(network.authorities())("MaskinportenTokens", (it) => {
  describe("the grant", () => {
    it.effect("names audience, client, scope, a new jti, two minutes and the avsender (DPI-110)", () =>
      Effect.gen(function* () {
        const { issuer } = yield* Maskinporten
        yield* TestClock.setTime(1_000_500)
        yield* askWith({}, { ...send, consumerOrg: "910076787" })
        const first = yield* lastGrant
        const { jti, ...claims } = first.claims
        assert.deepStrictEqual(claims, {
          aud: issuer,
          iss: "MOVE_IP_991825827",
          scope: "digitalpostinnbygger:send",
          iat: 1_000,
          exp: 1_120,
          consumer_org: "910076787"
        })
        assert.match(String(jti), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
        const leaf = (yield* (yield* Pki).identity(network.own)).chain[0]
        assert.deepStrictEqual(first.header, { alg: "RS256", x5c: [Buffer.from(leaf).toString("base64")] })
        yield* askWith({}, { ...send, consumerOrg: "910076787" })
        assert.notStrictEqual((yield* lastGrant).jti, jti)
      })
    )

    it.effect("names nobody when we act for nobody but ourselves (DPI-111)", () =>
      Effect.gen(function* () {
        yield* askWith({})
        assert.isFalse("consumer_org" in (yield* lastGrant).claims)
      })
    )

    it.effect("names the own organisation when it is the avsender, unless told to leave it out", () =>
      Effect.gen(function* () {
        const request = { ...send, consumerOrg: network.own }
        yield* askWith({}, request)
        assert.strictEqual((yield* lastGrant).claims["consumer_org"], network.own)
        yield* askWith({ omitOwnConsumerOrg: true }, request)
        assert.isFalse("consumer_org" in (yield* lastGrant).claims)
        yield* askWith({ omitOwnConsumerOrg: true }, { ...send, consumerOrg: "910076787" })
        assert.strictEqual((yield* lastGrant).claims["consumer_org"], "910076787")
      })
    )

    it.effect("joins several scopes by one space, in the order asked for", () =>
      Effect.gen(function* () {
        yield* askWith({}, { scopes: ["eformidling:dpi", "eformidling:dpe"] })
        assert.strictEqual((yield* lastGrant).claims["scope"], "eformidling:dpi eformidling:dpe")
      })
    )
  })

  describe("a refusal", () => {
    it.effect("says which scope is not granted to which client", () =>
      Effect.gen(function* () {
        const { advice, code } = yield* refusalOf({}, { scopes: ["eformidling:dpo"] })
        assert.strictEqual(code, "MP-200")
        assert.include(advice, `scope "eformidling:dpo" is not granted to client "MOVE_IP_991825827"`)
      })
    )

    it.effect("says who must delegate what to whom", () =>
      Effect.gen(function* () {
        const { advice, code } = yield* refusalOf(
          { clientId: "MOVE_IP_910076787", organisasjonsnummer: "910076787" },
          { ...send, consumerOrg: network.own },
          "910076787"
        )
        assert.strictEqual(code, "MP-251")
        assert.include(
          advice,
          `The organisation ${network.own} must delegate the scope "digitalpostinnbygger:send" to 910076787`
        )
      })
    )

    const cases: ReadonlyArray<readonly [string, string, Partial<MaskinportenSettings>, TokenRequest, string]> = [
      ["MP-100", "MOVE_IP_123456789", { clientId: "MOVE_IP_123456789" }, send, network.own],
      ["MP-110", "https://elsewhere.example/", { audience: "https://elsewhere.example/" }, send, network.own],
      ["MP-122", network.own, {}, send, "910076787"],
      ["MP-250", "999999999", {}, { ...send, consumerOrg: "999999999" }, network.own]
    ]
    for (const [code, named, settings, request, certificateOf] of cases) {
      it.effect(`with ${code} names what to look at`, () =>
        Effect.gen(function* () {
          const refused = yield* refusalOf(settings, request, certificateOf)
          assert.strictEqual(refused.code, code)
          assert.include(refused.advice, named)
        })
      )
    }

    it.effect("without a code that is about the own consumer_org names the switch's effect", () =>
      Effect.gen(function* () {
        const { faults } = yield* Maskinporten
        const error_description =
          "Validation of JWT claim failed: The combination consumer_org in claim and delegation scope on client is invalid"
        yield* faults.set(
          Fault.Answers({ status: 400, body: JSON.stringify({ error: "invalid_grant", error_description }) })
        )
        const { advice, code, detail } = yield* refusalOf({}).pipe(Effect.ensuring(faults.clear))
        assert.strictEqual(code, undefined)
        assert.strictEqual(detail, error_description)
        assert.strictEqual(advice, `Leave out consumer_org for the own organisation ${network.own}`)
      })
    )

    it.effect("that is no JSON is told with its status", () =>
      Effect.gen(function* () {
        const { faults } = yield* Maskinporten
        yield* faults.set(Fault.Answers({ status: 404, body: "<html>" }))
        const { detail } = yield* refusalOf({}).pipe(Effect.ensuring(faults.clear))
        assert.strictEqual(detail, "Maskinporten answered 404 Not Found")
      })
    )
  })

  describe("trouble that passes", () => {
    for (const [what, status, body] of [
      ["a 503", 503, ""],
      ["a 429", 429, ""],
      ["an answer without a token", 200, `{"token":"hemmelig"}`],
      ["an answer that is no JSON", 200, "hemmelig"]
    ] as const) {
      it.effect(`such as ${what} is no refusal, and quotes nothing of the answer`, () =>
        Effect.gen(function* () {
          const { faults } = yield* Maskinporten
          yield* faults.set(Fault.Answers({ status, body }))
          const error = yield* askWith({}).pipe(Effect.flip, Effect.ensuring(faults.clear))
          assert.strictEqual(error.reason._tag, "TokenUnavailable")
          assert.notInclude(JSON.stringify(error), "hemmelig")
        })
      )
    }

    it.effect("such as silence ends when the time is up", () =>
      Effect.gen(function* () {
        const { faults } = yield* Maskinporten
        yield* faults.set(Fault.Slow({ delay: "1 hour" }))
        const before = (yield* faults.requests).length
        const asking = yield* Effect.forkChild(Effect.flip(askWith({})))
        yield* faults.requests.pipe(
          Effect.delay(0),
          Effect.repeat({ until: (requests) => requests.length > before }),
          TestClock.withLive
        )
        yield* TestClock.adjust("35 seconds")
        const error = yield* Fiber.join(asking).pipe(Effect.ensuring(faults.clear))
        assert.strictEqual(error.reason._tag, "TokenUnavailable")
      })
    )
  })

  it.effect("gives a token that is fresh again when the kept one nears its end", () =>
    Effect.gen(function* () {
      const tokens = yield* AccessTokens
      const first = Redacted.value(yield* tokens.token(send))
      yield* TestClock.adjust("88 seconds")
      assert.strictEqual(Redacted.value(yield* tokens.token(send)), first)
      yield* TestClock.adjust("1 second")
      assert.notStrictEqual(Redacted.value(yield* tokens.token(send)), first)
    }).pipe(Effect.provide(Layer.fresh(network.tokens())))
  )

  it.effect("does not keep a token that lives for less than half a minute", () =>
    Effect.gen(function* () {
      const { faults } = yield* Maskinporten
      yield* faults.set(Fault.Answers({ status: 200, body: `{"access_token":"short","expires_in":20}` }))
      const before = (yield* faults.requests).length
      const tokens = yield* AccessTokens
      yield* tokens.token(send)
      yield* tokens.token(send).pipe(Effect.ensuring(faults.clear))
      assert.strictEqual((yield* faults.requests).length - before, 2)
    }).pipe(Effect.provide(Layer.fresh(network.tokens())))
  )
})
