import {
  AccessTokens,
  GrantRefused,
  TokenError,
  type TokenRequest,
  TokenUnavailable
} from "@eformidling/port-registry/AccessTokens"
import { Cache, Clock, Context, Effect, Exit, Layer, Redacted, Ref } from "effect"

const lifetimeMillis = 120_000

/** What the authority behind {@link layer} does and has done. */
export class MemoryTokenAuthority extends Context.Service<
  MemoryTokenAuthority,
  {
    readonly grants: Effect.Effect<number>
    readonly behave: (behaviour: "grants" | "refuses" | "isAway") => Effect.Effect<void>
    /** Whether it gave the token for this request less than two minutes ago. */
    readonly accepts: (token: string, request: TokenRequest) => Effect.Effect<boolean>
  }
>()("@eformidling/adapter-memory/MemoryTokenAuthority") {}

const keyOf = (request: TokenRequest): string => `${request.consumerOrg ?? ""} ${request.scopes.join(" ")}`

/**
 * Tokens that say what they were given for, from an authority in memory that grants everything until told otherwise.
 *
 * They live for two minutes and are given again for 90 seconds.
 */
export const layer: Layer.Layer<AccessTokens | MemoryTokenAuthority> = Layer.effectContext(
  Effect.gen(function* () {
    const granted = yield* Ref.make<
      ReadonlyArray<{ readonly token: string; readonly key: string; readonly at: number }>
    >([])
    const behaviour = yield* Ref.make<"grants" | "refuses" | "isAway">("grants")

    const grant = Effect.fnUntraced(function* (key: string) {
      const now = yield* Ref.get(behaviour)
      if (now === "isAway") {
        return yield* new TokenError({ reason: new TokenUnavailable({ detail: "The authority is away" }) })
      }
      if (now === "refuses") {
        return yield* new TokenError({
          reason: new GrantRefused({ detail: "The authority refuses", advice: "Tell it to grant" })
        })
      }
      const at = yield* Clock.currentTimeMillis
      return yield* Ref.modify(granted, (grants) => {
        const token = `memory-${grants.length + 1}`
        return [token, [...grants, { token, key, at }]]
      })
    })

    const kept = yield* Cache.makeWith(grant, {
      capacity: 1_000,
      timeToLive: (exit) => (Exit.isSuccess(exit) ? "90 seconds" : 0)
    })

    return Context.empty().pipe(
      Context.add(
        AccessTokens,
        AccessTokens.of({
          token: (request) => Cache.get(kept, keyOf(request)).pipe(Effect.map((token) => Redacted.make(token)))
        })
      ),
      Context.add(
        MemoryTokenAuthority,
        MemoryTokenAuthority.of({
          grants: Ref.get(granted).pipe(Effect.map((grants) => grants.length)),
          behave: (value) => Ref.set(behaviour, value),
          accepts: Effect.fnUntraced(function* (token, request) {
            const now = yield* Clock.currentTimeMillis
            const grants = yield* Ref.get(granted)
            return grants.some(
              (one) => one.token === token && one.key === keyOf(request) && now - one.at < lifetimeMillis
            )
          })
        })
      )
    )
  })
)
