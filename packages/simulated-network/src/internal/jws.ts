import { Effect, Result } from "effect"
import { CompactSign, type CompactJWSHeaderParameters, compactVerify, exportJWK, type JWK } from "jose"
import type { KeyObject } from "node:crypto"

const utf8 = new TextEncoder()

/** A compact JWS over a text, RS256. */
export const sign = (
  text: string,
  header: Omit<CompactJWSHeaderParameters, "alg">,
  key: KeyObject
): Effect.Effect<string> =>
  Effect.promise(() => new CompactSign(utf8.encode(text)).setProtectedHeader({ ...header, alg: "RS256" }).sign(key))

/** Whether the compact JWS carries this key's signature, RS256. */
export const verifies = (jws: string, key: KeyObject): Effect.Effect<boolean> =>
  Effect.tryPromise(() => compactVerify(jws, key, { algorithms: ["RS256"] })).pipe(
    Effect.match({ onFailure: () => false, onSuccess: () => true })
  )

/** A public key as a member of a JWK set. */
export const jwkOf = (key: KeyObject, kid: string, chain: ReadonlyArray<Uint8Array>): Effect.Effect<JWK> =>
  Effect.promise(() => exportJWK(key)).pipe(
    Effect.map((jwk) => ({
      ...jwk,
      kid,
      use: "sig",
      alg: "RS256",
      x5c: chain.map((der) => Buffer.from(der).toString("base64"))
    }))
  )

const part = (text: string | undefined): Record<string, unknown> | undefined => {
  if (text === undefined || !/^[\w-]+$/.test(text)) return undefined
  const parsed = Result.getOrUndefined(
    Result.try((): unknown => JSON.parse(Buffer.from(text, "base64url").toString("utf8")))
  )
  return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : undefined
}

/** Header and JSON payload of a compact JWS, unverified; undefined when it is none. */
export const peek = (
  jws: string
): { readonly header: Record<string, unknown>; readonly payload: Record<string, unknown> } | undefined => {
  const parts = jws.split(".")
  const header = part(parts[0])
  const payload = part(parts[1])
  return parts.length === 3 && header !== undefined && payload !== undefined ? { header, payload } : undefined
}
