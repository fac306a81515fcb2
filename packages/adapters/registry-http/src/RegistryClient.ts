/**
 * Puts questions to the service registry.
 */
import { AccessTokens } from "@eformidling/port-registry/AccessTokens"
import { RegistryError, RegistryUnavailable, Unreadable } from "@eformidling/port-registry/RegistryError"
import { Context, Data, type Duration, Effect, Layer } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { exchange, statusLine } from "./internal/http.ts"
import * as signedAnswer from "./internal/signedAnswer.ts"

/** How the service registry is reached. */
export interface ServiceRegistrySettings {
  /** Without a slash at the end: `https://eformidling.no/adressetjeneste`. */
  readonly endpoint: string
  /** Where the keys are that answers are signed with. */
  readonly jwkUrl: string
  /** Ask for signed answers and take no others. The Service Bus key is signed whatever this says. */
  readonly signedAnswers: boolean
  /** Scopes of the token sent along; undefined when Maskinporten is off, and no token is sent. */
  readonly scopes: ReadonlyArray<string> | undefined
  /** False asks the registry to leave out print records. */
  readonly printRecords: boolean
  readonly betaFeatures: boolean
  /** For a whole exchange, connecting included. */
  readonly timeout: Duration.Duration
}

/** The registry answered, but with another status than 200; `body` is as it came. Not for those with 500 and above. */
export class OtherStatus extends Data.TaggedError("OtherStatus")<{ readonly status: number; readonly body: string }> {}

/** A question: path below the endpoint, and its query in the order it is written. */
export interface Question {
  readonly path: `/${string}`
  readonly query?: ReadonlyArray<readonly [name: string, value: string]> | undefined
  /** The answer exists signed only. */
  readonly signedOnly?: boolean | undefined
}

/** What the lookups of this package share: token, headers, signatures and statuses. */
export class RegistryClient extends Context.Service<
  RegistryClient,
  {
    readonly settings: ServiceRegistrySettings
    /** The text of an answer with status 200, verified where signatures are on. One attempt. */
    readonly ask: (question: Question) => Effect.Effect<string, RegistryError | OtherStatus>
  }
>()("@eformidling/adapter-registry-http/RegistryClient") {}

/** A part of a path; the colons of process URNs stay as they are. */
export const pathPart = (text: string): string => encodeURIComponent(text).replaceAll("%3A", ":")

const make = Effect.fnUntraced(function* (settings: ServiceRegistrySettings) {
  const client = yield* HttpClient.HttpClient
  const tokens = yield* AccessTokens
  const verify = yield* signedAnswer.make(client, settings)

  const authorization =
    settings.scopes === undefined
      ? Effect.succeed((request: HttpClientRequest.HttpClientRequest) => request)
      : tokens.token({ scopes: settings.scopes }).pipe(
          Effect.map((token) => HttpClientRequest.bearerToken(token)),
          Effect.mapError(
            (cause) =>
              new RegistryError({
                reason: new RegistryUnavailable({
                  detail: `No access token for the service registry: ${cause.message}`,
                  cause
                })
              })
          )
        )

  const ask = Effect.fn("RegistryClient.ask")(function* ({ path, query = [], signedOnly = false }: Question) {
    const signed = settings.signedAnswers || signedOnly
    const request = HttpClientRequest.get(`${settings.endpoint}${path}`, {
      urlParams: query,
      headers: {
        accept: signedOnly ? "application/jose" : signed ? "application/jose, application/json" : "*/*",
        ...(settings.betaFeatures ? { "x-enable-beta-features": "true" } : {})
      }
    }).pipe(yield* authorization)
    const { body, status } = yield* exchange(client, request, settings.timeout, "The service registry").pipe(
      Effect.mapError(({ cause, detail }) => new RegistryError({ reason: new RegistryUnavailable({ detail, cause }) }))
    )
    if (status >= 500) {
      return yield* new RegistryError({
        reason: new RegistryUnavailable({ detail: `The service registry answered ${statusLine(status)}` })
      })
    }
    if (status !== 200) return yield* new OtherStatus({ status, body })
    if (body === "") {
      return yield* new RegistryError({ reason: new Unreadable({ detail: "The service registry's answer is empty" }) })
    }
    return signed ? yield* verify(body) : body
  })
  return RegistryClient.of({ settings, ask })
})

/** The client for the registry that the settings name. */
export const layer = (
  settings: ServiceRegistrySettings
): Layer.Layer<RegistryClient, never, HttpClient.HttpClient | AccessTokens> =>
  Layer.effect(RegistryClient, make(settings))
