import { AccessTokens } from "@eformidling/port-registry/AccessTokens"
import { Effect, Layer, type Redacted } from "effect"

/** The one token that the configuration names, whatever is asked for: for when Maskinporten is off. Source: dpi 7.5. */
export const layer = (token: Redacted.Redacted<string>): Layer.Layer<AccessTokens> =>
  Layer.succeed(AccessTokens, { token: () => Effect.succeed(token) })
