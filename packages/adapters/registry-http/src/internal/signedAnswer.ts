import { BadSignature, RegistryError, RegistryUnavailable, Unreadable } from "@eformidling/port-registry/RegistryError"
import { Cache, type Duration, Effect, Exit, Schema } from "effect"
import { type HttpClient, HttpClientRequest } from "effect/http"
import { compactVerify } from "jose"
import { createPublicKey, type KeyObject } from "node:crypto"
import { exchange, statusLine } from "./http.ts"

const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]

const JwkSet = Schema.fromJsonString(
  Schema.Struct({
    keys: Schema.Array(
      Schema.Struct({
        kty: Schema.String,
        kid: Schema.optionalKey(Schema.NullOr(Schema.String)),
        n: Schema.optionalKey(Schema.String),
        e: Schema.optionalKey(Schema.String)
      })
    )
  })
)

/** An RSA key of the JWK set. */
interface VerificationKey {
  readonly kid: string | undefined
  readonly key: KeyObject
}

const unreadable = (detail: string) => new RegistryError({ reason: new Unreadable({ detail }) })

const decoder = new TextDecoder("utf-8", { fatal: true })

// The keys are the ones of the JWK set; what the header brings along (x5c, jwk) is not looked at.
const payloadOf = (jws: string, keys: ReadonlyArray<VerificationKey>) =>
  Effect.tryPromise(() =>
    compactVerify(
      jws,
      (header) => {
        const named = keys.find(({ kid }) => kid !== undefined && kid === header.kid) ?? keys[0]
        if (named === undefined) throw new Error("No key")
        return named.key
      },
      { algorithms }
    ).then(({ payload }) => decoder.decode(payload))
  )

/**
 * Verifies signed answers with the keys at `jwkUrl`.
 *
 * The keys are kept for an hour. When a signature does not verify they are fetched again, once, for the registry may
 * have changed them. A key is chosen by `kid`; without a match the first RSA key is taken.
 *
 * Source: dpi 10.2; nextmove-api 5.2.
 */
export const make = Effect.fnUntraced(function* (
  client: HttpClient.HttpClient,
  settings: { readonly jwkUrl: string; readonly timeout: Duration.Duration }
) {
  const fetchKeys = Effect.fnUntraced(function* (jwkUrl: string) {
    const { body, status } = yield* exchange(
      client,
      HttpClientRequest.get(jwkUrl),
      settings.timeout,
      "The registry's JWK set"
    ).pipe(
      Effect.mapError(({ cause, detail }) => new RegistryError({ reason: new RegistryUnavailable({ detail, cause }) }))
    )
    if (status !== 200) {
      return yield* new RegistryError({
        reason: new RegistryUnavailable({
          detail: `The registry's JWK set at ${jwkUrl} answered ${statusLine(status)}`
        })
      })
    }
    const { keys } = yield* Schema.decodeUnknownEffect(JwkSet)(body).pipe(
      Effect.mapError(() => unreadable(`The JWK set at ${jwkUrl} cannot be read`))
    )
    const usable = yield* Effect.try({
      try: () =>
        keys.flatMap(({ e, kid, kty, n }): ReadonlyArray<VerificationKey> =>
          kty === "RSA" && n !== undefined && e !== undefined
            ? [{ kid: kid ?? undefined, key: createPublicKey({ key: { kty, n, e }, format: "jwk" }) }]
            : []
        ),
      catch: () => unreadable(`The JWK set at ${jwkUrl} holds a key that cannot be read`)
    })
    return usable.length === 0 ? yield* unreadable(`The JWK set at ${jwkUrl} holds no RSA key`) : usable
  })

  const keys = yield* Cache.makeWith(fetchKeys, {
    capacity: 1,
    timeToLive: (exit) => (Exit.isSuccess(exit) ? "1 hour" : 0)
  })

  /** The payload of a signed answer. */
  const verify = Effect.fnUntraced(function* (jws: string) {
    const known = yield* Cache.get(keys, settings.jwkUrl)
    return yield* payloadOf(jws, known).pipe(
      Effect.catch(() =>
        // Only the first of many askers refreshes: for the others the kept keys already are new ones.
        Cache.invalidateWhen(keys, settings.jwkUrl, (kept) => kept === known).pipe(
          Effect.andThen(Cache.get(keys, settings.jwkUrl)),
          Effect.flatMap((renewed) => payloadOf(jws, renewed))
        )
      ),
      Effect.catchTag("UnknownError", () =>
        Effect.fail(
          new RegistryError({ reason: new BadSignature({ detail: "Bad signature in response from service registry" }) })
        )
      )
    )
  })
  return verify
})
