/**
 * What every request goes through: authentication, headers, the access log, and an answer to whatever goes wrong.
 *
 * Source: nextmove-api 1.1, 3.1, 7.
 */
import { Api } from "@eformidling/api/Api"
import { Cause, Clock, Effect, Option, Result } from "effect"
import { FindMyWay, HttpRouter, HttpServerError, HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiError } from "effect/http-api"
import { ApiError, frameworkExceptions, methodNotSupported, noResource, unreadableBody } from "./ApiError.ts"
import * as BasicAuthentication from "./BasicAuthentication.ts"
import { masked } from "@eformidling/receiver/Masking"
import * as Responses from "./Responses.ts"
import { fromSchemaError } from "./SchemaViolations.ts"

/** Sent with every answer. */
const headers = {
  "x-content-type-options": "nosniff",
  "x-xss-protection": "0",
  "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
  pragma: "no-cache",
  expires: "0",
  "x-frame-options": "DENY"
}

const strictTransportSecurity = { "strict-transport-security": "max-age=31536000 ; includeSubDomains" }

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const

const endpoints = Object.values(Api.groups).flatMap((group) => Object.values(group.endpoints))

const paths = FindMyWay.make<true>()
for (const { method, path } of endpoints) paths.on(method, path, true)
for (const path of ["/openapi.json", "/swagger"] as const) paths.on("GET", path, true)

/** Methods that the path answers to; none when it leads nowhere. */
const allowed = (path: string): ReadonlyArray<string> => {
  const found = methods.filter((method) => paths.find(method, path) !== undefined)
  return found.includes("GET") ? ["HEAD", ...found] : found
}

const withoutRoute = (request: HttpServerRequest.HttpServerRequest) => {
  const path = Responses.pathOf(request)
  const found = allowed(path)
  if (found.length === 0) return Responses.failed(noResource(path))
  if (request.method === "OPTIONS") {
    return Effect.succeed(HttpServerResponse.setHeader(Responses.empty, "allow", [...found, "OPTIONS"].join(",")))
  }
  return Responses.failed(methodNotSupported(request.method, found))
}

const unexpected = new ApiError({
  status: 500,
  exception: frameworkExceptions.runtime,
  message: "An unexpected error occurred. The server's log says more."
})

const answerTo = Effect.fnUntraced(function* (cause: Cause.Cause<unknown>) {
  const request = yield* HttpServerRequest.HttpServerRequest
  const error = Cause.squash(cause)
  if (HttpServerError.isHttpServerError(error)) {
    if (error.reason._tag === "RouteNotFound") return yield* withoutRoute(request)
    if (error.reason._tag === "RequestParseError") {
      return yield* Responses.failed(unreadableBody("I/O error while reading input message"))
    }
  }
  if (HttpApiError.HttpApiSchemaError.is(error)) return yield* Responses.failed(fromSchemaError(error))
  yield* Effect.logError(`A request failed unexpectedly: ${masked(Cause.pretty(cause))}`)
  return yield* Responses.failed(unexpected)
})

/** The path as a person reads it, so that no number hides behind an encoding. */
const readable = (path: string): string =>
  Result.try(() => decodeURIComponent(path))
    .pipe(Result.getOrElse(() => path))
    .replace(/\p{Cc}/gu, "?")

const isWatching = (path: string) => path.startsWith("/manage/")

const logged = <E, R>(effect: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const path = Responses.pathOf(request)
    const start = yield* Clock.currentTimeMillis
    const note = (outcome: string) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const line = masked(`${request.method} ${readable(path)} ${outcome} ${now - start} ms`)
        return isWatching(path) ? Effect.logDebug(line) : Effect.logInfo(line)
      })
    const caller = request.headers["user-agent"]
    return yield* effect.pipe(
      Effect.tap(({ status }) => note(String(status))),
      Effect.onInterrupt(() => note("aborted")),
      Effect.annotateLogs(caller === undefined ? {} : { "User-Agent": masked(caller).slice(0, 200) })
    )
  })

/** Installs the conduct for every route, and for paths that are none. */
export const layer = (options: {
  readonly credentials: Option.Option<BasicAuthentication.Credentials>
  readonly encrypted: boolean
}) => {
  const authenticated = Option.match(options.credentials, {
    onNone: () => Effect.void,
    onSome: BasicAuthentication.check
  })
  const always = options.encrypted ? { ...headers, ...strictTransportSecurity } : headers
  return HttpRouter.middleware(
    (effect) =>
      Effect.result(authenticated).pipe(
        Effect.flatMap((entry) =>
          entry._tag === "Failure"
            ? Responses.failed(entry.failure)
            : Effect.catchCause(effect, (cause) =>
                Cause.hasInterruptsOnly(cause) ? Effect.failCause(cause) : answerTo(cause)
              )
        ),
        Effect.map(HttpServerResponse.setHeaders(always)),
        logged
      ),
    { global: true }
  )
}
