/**
 * Access tokens from Maskinporten, for grants signed with the business certificate.
 *
 * Source: dpi 7.
 */
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import {
  AccessTokens,
  GrantRefused,
  TokenError,
  type TokenRequest,
  TokenUnavailable
} from "@eformidling/port-registry/AccessTokens"
import { Cache, Clock, Duration, Effect, Exit, Layer, Option, Redacted, Schema } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { SignJWT } from "jose"
import { createPrivateKey, randomUUID } from "node:crypto"
import { exchange, statusLine } from "./internal/http.ts"
import { advice, codeIn } from "./MaskinportenAdvice.ts"

/** How Maskinporten is reached, and as whom. */
export interface MaskinportenSettings {
  /** Of the token endpoint. */
  readonly url: string
  /** With the slash at its end. */
  readonly audience: string
  /** `MOVE_IP_<organisasjonsnummer>` unless the client was made by hand. */
  readonly clientId: string
  /** Bare organisasjonsnummer of the client's own organisation. */
  readonly organisasjonsnummer: string
  /** Leaves out consumer_org when it names the own organisation, as Maskinporten's troubleshooting page wants it. */
  readonly omitOwnConsumerOrg: boolean
  /** For a whole exchange, connecting included. */
  readonly timeout: Duration.Duration
}

/** Seconds a grant is valid. */
const grantLifetime = 120
/** Seconds before its end that a token is no longer given out, and seconds it is kept at most. */
const margin = 30
const longest = 90

const TokenAnswer = Schema.fromJsonString(
  Schema.Struct({ access_token: Schema.NonEmptyString, expires_in: Schema.optionalKey(Schema.Number) })
)

const ErrorAnswer = Schema.fromJsonString(
  Schema.Struct({
    error: Schema.optionalKey(Schema.String),
    error_description: Schema.optionalKey(Schema.String)
  })
)

interface Kept {
  readonly token: Redacted.Redacted<string>
  readonly keepFor: Duration.Duration
}

const unavailable = (detail: string, cause?: unknown) =>
  new TokenError({ reason: new TokenUnavailable({ detail, ...(cause === undefined ? {} : { cause }) }) })

const make = Effect.fnUntraced(function* (settings: MaskinportenSettings) {
  const client = yield* HttpClient.HttpClient
  const certificate = yield* BusinessCertificate
  const key = yield* Effect.sync(() => createPrivateKey(Redacted.value(certificate.privateKey)))
  const x5c = [Buffer.from(certificate.chain[0]).toString("base64")]

  const assertion = Effect.fnUntraced(function* ({ consumerOrg, scopes }: TokenRequest) {
    const iat = Math.floor((yield* Clock.currentTimeMillis) / 1000)
    const claims = {
      aud: settings.audience,
      iss: settings.clientId,
      scope: scopes.join(" "),
      jti: yield* Effect.sync(() => randomUUID()),
      iat,
      exp: iat + grantLifetime,
      ...(consumerOrg === undefined ? {} : { consumer_org: consumerOrg })
    }
    return yield* Effect.tryPromise({
      try: () => new SignJWT(claims).setProtectedHeader({ alg: "RS256", x5c }).sign(key),
      catch: (cause) => unavailable("The grant could not be signed", cause)
    })
  })

  const refusedWith = (body: string, status: number, { consumerOrg, scopes }: TokenRequest) => {
    const said = Option.getOrUndefined(Schema.decodeUnknownOption(ErrorAnswer)(body))
    const detail = said?.error_description ?? said?.error ?? `Maskinporten answered ${statusLine(status)}`
    const code = codeIn(detail)
    const own = settings.organisasjonsnummer
    return new TokenError({
      reason: new GrantRefused({
        ...(code === undefined ? {} : { code }),
        detail,
        advice: advice(detail, {
          clientId: settings.clientId,
          audience: settings.audience,
          scopes,
          own,
          consumer: consumerOrg ?? own
        })
      })
    })
  }

  const grant = Effect.fn("MaskinportenTokens.grant")(function* (asked: TokenRequest) {
    const request = HttpClientRequest.post(settings.url, { headers: { accept: "application/json" } }).pipe(
      HttpClientRequest.bodyUrlParams([
        ["grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
        ["assertion", yield* assertion(asked)]
      ])
    )
    const { body, status } = yield* exchange(client, request, settings.timeout, "Maskinporten").pipe(
      Effect.mapError(({ cause, detail }) => unavailable(detail, cause))
    )
    if (status >= 500 || status === 429) return yield* unavailable(`Maskinporten answered ${statusLine(status)}`)
    if (status !== 200) return yield* refusedWith(body, status, asked)
    // The issue would quote the token.
    const answer = yield* Schema.decodeUnknownEffect(TokenAnswer)(body).pipe(
      Effect.mapError(() => unavailable("Maskinporten's answer holds no access token"))
    )
    const left = (answer.expires_in ?? grantLifetime) - margin
    return {
      token: Redacted.make(answer.access_token, { label: "AccessToken" }),
      keepFor: Duration.seconds(Math.max(0, Math.min(left, longest)))
    } satisfies Kept
  })

  // Requests are keys by what they hold.
  const kept = yield* Cache.makeWith(grant, {
    capacity: 1_000,
    timeToLive: (exit) => (Exit.isSuccess(exit) ? exit.value.keepFor : 0)
  })

  return AccessTokens.of({
    token: ({ consumerOrg, scopes }) => {
      const isOwn = consumerOrg === settings.organisasjonsnummer
      const asked = { scopes, consumerOrg: isOwn && settings.omitOwnConsumerOrg ? undefined : consumerOrg }
      return Cache.get(kept, asked).pipe(Effect.map(({ token }) => token))
    }
  })
})

/** Tokens for one client. Building it asks for nothing, so Maskinporten being away does not stop a start. */
export const layer = (
  settings: MaskinportenSettings
): Layer.Layer<AccessTokens, never, HttpClient.HttpClient | BusinessCertificate> =>
  Layer.effect(AccessTokens, make(settings))
