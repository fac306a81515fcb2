/**
 * HTTP Basic authentication with one user.
 *
 * Source: nextmove-api 7; RFC 7617.
 */
import { Effect, Redacted } from "effect"
import { HttpServerRequest } from "effect/http"
import { createHash, timingSafeEqual } from "node:crypto"
import { ApiError } from "./ApiError.ts"
import { pathOf } from "./Responses.ts"

/** Who may use the API. */
export interface Credentials {
  readonly username: string
  readonly password: Redacted.Redacted
}

/** Open to whoever watches over the server. */
const isOpen = (path: string): boolean => /^\/manage\/(?:health(?:\/(?:liveness|readiness))?|info)\/?$/.test(path)

const digest = (text: string) => createHash("sha256").update(text, "utf8").digest()

const unauthorized = new ApiError({
  status: 401,
  message: "Unauthorized",
  headers: { "www-authenticate": 'Basic realm="Realm"' }
})

/** Fails with 401 unless the request carries the credentials or its path is open. Takes the same time for every wrong guess. */
export const check = (credentials: Credentials): Effect.Effect<void, ApiError, HttpServerRequest.HttpServerRequest> => {
  const expected = digest(`${credentials.username}:${Redacted.value(credentials.password)}`)
  return Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    if (isOpen(pathOf(request))) return
    const token = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(request.headers["authorization"] ?? "")?.[1]
    const given = digest(token === undefined ? "" : Buffer.from(token, "base64").toString("utf8"))
    if (token === undefined || !timingSafeEqual(expected, given)) return yield* unauthorized
  })
}
