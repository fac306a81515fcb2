import { AccessTokens, type TokenError } from "@eformidling/port-registry/AccessTokens"
import { NotAuthorized, TransportError, Unavailable } from "@eformidling/port-transport/TransportError"
import { Effect, type Redacted } from "effect"
import type { DpiSettings } from "./DpiSettings.ts"

/** A refused grant is for an operator; the message waits for them. Source: dpi 7.4. */
export const fromTokenError = (error: TokenError): TransportError =>
  new TransportError({
    reason:
      error.reason._tag === "GrantRefused"
        ? new NotAuthorized({ detail: error.message, cause: error })
        : new Unavailable({ detail: error.message, ambiguous: false, cause: error })
  })

/** The token for asking corner 2 about statuses and receipts: on nobody's behalf. Source: dpi 7.1. */
export const make = (
  settings: DpiSettings
): Effect.Effect<Effect.Effect<Redacted.Redacted<string>, TransportError>, never, AccessTokens> =>
  Effect.map(AccessTokens, (tokens) => Effect.mapError(tokens.token({ scopes: settings.scopes }), fromTokenError))
