import { Context, type Effect, type Redacted, Schema } from "effect"

/**
 * Maskinporten refused the grant.
 *
 * `code` is its own code (`MP-251`) where it gave one, `advice` what an operator does about it.
 */
export class GrantRefused extends Schema.TaggedError<GrantRefused>()("GrantRefused", {
  code: Schema.optionalKey(Schema.String),
  detail: Schema.String,
  advice: Schema.String
}) {}

/** Maskinporten is out of reach. Trying again later may succeed. */
export class TokenUnavailable extends Schema.TaggedError<TokenUnavailable>()("TokenUnavailable", {
  detail: Schema.String,
  cause: Schema.optionalKey(Schema.Defect())
}) {}

/** Why there is no access token. */
export class TokenError extends Schema.TaggedError<TokenError>()("TokenError", {
  reason: Schema.Union([GrantRefused, TokenUnavailable])
}) {
  override get message(): string {
    return this.reason._tag === "GrantRefused" ? `${this.reason.detail}. ${this.reason.advice}` : this.reason.detail
  }
}

/** What a token is for. */
export interface TokenRequest {
  readonly scopes: ReadonlyArray<string>
  /** Bare organisasjonsnummer of the organisation we act for; absent when we act for nobody but ourselves. */
  readonly consumerOrg?: string | undefined
}

/** Obtains access tokens from Maskinporten. */
export class AccessTokens extends Context.Service<
  AccessTokens,
  {
    /**
     * A bearer token with some time left to live.
     *
     * Tokens are kept per request and renewed before they end; many askers at once cause one grant.
     */
    readonly token: (request: TokenRequest) => Effect.Effect<Redacted.Redacted<string>, TokenError>
  }
>()("@eformidling/port-registry/AccessTokens") {}
