/**
 * Whether Maskinporten gives us every scope.
 */
import type { Settings } from "@eformidling/configuration/Settings"
import { AccessTokens } from "@eformidling/port-registry/AccessTokens"
import * as Registries from "@eformidling/receiver/Registries"
import { Effect, Result } from "effect"
import { attempt, failed, ok, skipped } from "./Check.ts"

/** Asks for all scopes at once, as the program does, and one by one where that is refused. */
const scopes = Effect.fnUntraced(function* (name: string, wanted: ReadonlyArray<string>) {
  const { token } = yield* AccessTokens
  const together = yield* Effect.result(token({ scopes: wanted }))
  if (Result.isSuccess(together)) return [ok(name, `A token with ${wanted.join(" ")}.`)]
  if (together.failure.reason._tag === "TokenUnavailable" || wanted.length === 1)
    return [failed(name, together.failure.message)]
  const alone = yield* Effect.forEach(wanted, (scope) =>
    Effect.map(Effect.result(token({ scopes: [scope] })), (answer) => ({ scope, answer }))
  )
  const missing = alone.flatMap(({ answer, scope }) =>
    Result.isFailure(answer) ? [{ scope, error: answer.failure }] : []
  )
  return missing.length === 0 || missing.length === wanted.length
    ? [failed(name, together.failure.message)]
    : missing.map(({ error, scope }) => failed(`${name}: ${scope}`, error.message))
})

const registry = "Maskinporten for the registry"
const corner2 = "Maskinporten for corner 2"

/** Every scope the program asks for, for each of its clients. */
export const tokens = Effect.fnUntraced(function* (settings: Settings["Service"]) {
  const { dpi, feature, maskinporten } = settings
  const forRegistry = maskinporten.enabled
    ? yield* attempt(
        registry,
        Effect.provide(scopes(registry, Registries.scopesOfRegistry(settings)), Registries.registryTokens(settings))
      )
    : [skipped(registry, "difi.move.oidc.enable is false.")]
  if (!feature.enableDPI) return forRegistry
  const forCorner2 = dpi.oidc.enabled
    ? yield* attempt(corner2, Effect.provide(scopes(corner2, dpi.oidc.scopes), Registries.dpiTokens(settings)))
    : [skipped(corner2, "difi.move.dpi.oidc.enable is false.")]
  return [...forRegistry, ...forCorner2]
})
