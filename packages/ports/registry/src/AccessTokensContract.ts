/**
 * What every {@link AccessTokens} is held to, run by the test of each adapter.
 */
import { assert, layer } from "@effect/vitest"
import { Context, Effect, type Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { AccessTokens, type TokenRequest } from "./AccessTokens.ts"

/** Lets the kit look behind an adapter. */
export class Peer extends Context.Service<
  Peer,
  {
    /** A request that is granted, for ourselves. */
    readonly own: TokenRequest
    /** Organisations that have delegated to us, two at least. */
    readonly consumers: readonly [string, string]
    /** Requests granted so far. */
    readonly grants: Effect.Effect<number>
    /** Makes every request from now on be refused, or no longer. */
    readonly setRefusing: (refusing: boolean) => Effect.Effect<void>
    /** Puts the authority out of reach, or back. */
    readonly setAvailable: (available: boolean) => Effect.Effect<void>
    /** Whether the token is one the authority gave and accepts now for this request. */
    readonly accepts: (token: string, request: TokenRequest) => Effect.Effect<boolean>
  }
>()("@eformidling/port-registry/AccessTokensContract/Peer") {}

/** Runs the contract of {@link AccessTokens}. Time is the test clock. */
export const suite = <E>(name: string, tokens: Layer.Layer<AccessTokens | Peer, E>): void =>
  layer(tokens)(`AccessTokens (${name})`, (it) => {
    const tokenFor = (request: TokenRequest) =>
      Effect.flatMap(AccessTokens, (source) => source.token(request)).pipe(Effect.map(Redacted.value))

    // Tests share the clock and the kept tokens: each begins with none.
    const fresh = TestClock.adjust("10 minutes").pipe(Effect.andThen(Peer))

    it.effect("gives a token the authority accepts", () =>
      Effect.gen(function* () {
        const peer = yield* fresh
        assert.isTrue(yield* peer.accepts(yield* tokenFor(peer.own), peer.own))
      })
    )

    it.effect("gives a token for the organisation we act for", () =>
      Effect.gen(function* () {
        const peer = yield* fresh
        const request = { ...peer.own, consumerOrg: peer.consumers[0] }
        const token = yield* tokenFor(request)
        assert.isTrue(yield* peer.accepts(token, request))
        assert.isFalse(yield* peer.accepts(token, { ...peer.own, consumerOrg: peer.consumers[1] }))
      })
    )

    it.effect("causes one grant for requests that are alike and two for different organisations (DPI-112)", () =>
      Effect.gen(function* () {
        const peer = yield* fresh
        const [first, second] = peer.consumers
        const before = yield* peer.grants
        const one = yield* tokenFor({ ...peer.own, consumerOrg: first })
        assert.strictEqual(yield* tokenFor({ ...peer.own, consumerOrg: first }), one)
        assert.strictEqual((yield* peer.grants) - before, 1)
        yield* tokenFor({ ...peer.own, consumerOrg: second })
        assert.strictEqual((yield* peer.grants) - before, 2)
      })
    )

    it.effect("causes one grant for many askers at once", () =>
      Effect.gen(function* () {
        const peer = yield* fresh
        const before = yield* peer.grants
        const all = yield* Effect.all(
          Array.from({ length: 20 }, () => tokenFor(peer.own)),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(new Set(all).size, 1)
        assert.strictEqual((yield* peer.grants) - before, 1)
      })
    )

    it.effect("gives a token with at least half a minute left, whenever it is asked", () =>
      Effect.gen(function* () {
        const peer = yield* fresh
        for (let step = 0; step < 30; step++) {
          const token = yield* tokenFor(peer.own)
          yield* TestClock.adjust("29 seconds")
          assert.isTrue(yield* peer.accepts(token, peer.own), `after ${step * 29} seconds`)
        }
      })
    )

    it.effect("fails with GrantRefused and advice when the authority refuses, and asks again the next time", () =>
      Effect.gen(function* () {
        const peer = yield* fresh
        yield* peer.setRefusing(true)
        const error = yield* Effect.flip(tokenFor(peer.own)).pipe(Effect.ensuring(peer.setRefusing(false)))
        assert.strictEqual(error.reason._tag, "GrantRefused")
        if (error.reason._tag === "GrantRefused") assert.isNotEmpty(error.reason.advice)
        assert.isTrue(yield* peer.accepts(yield* tokenFor(peer.own), peer.own))
      })
    )

    it.effect("fails with TokenUnavailable while the authority is out of reach", () =>
      Effect.gen(function* () {
        const peer = yield* fresh
        yield* peer.setAvailable(false)
        const error = yield* Effect.flip(tokenFor(peer.own)).pipe(Effect.ensuring(peer.setAvailable(true)))
        assert.strictEqual(error.reason._tag, "TokenUnavailable")
      })
    )

    it.effect("does not show the token when it is printed", () =>
      Effect.gen(function* () {
        const peer = yield* fresh
        const token = yield* (yield* AccessTokens).token(peer.own)
        assert.notInclude(String(token), Redacted.value(token))
      })
    )
  })
