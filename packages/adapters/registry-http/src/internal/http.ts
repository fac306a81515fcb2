import { type Duration, Effect } from "effect"
import { HttpClient, type HttpClientRequest } from "effect/http"
import { STATUS_CODES } from "node:http"

/** A whole answer, in text. */
export interface Answer {
  readonly status: number
  readonly body: string
}

/** Why there was no answer. */
export interface NoAnswer {
  readonly detail: string
  readonly cause?: unknown
}

/** `503 Service Unavailable`. */
export const statusLine = (status: number): string => `${status} ${STATUS_CODES[status] ?? "Unknown"}`

/**
 * Sends a request and reads the answer to its end, within the time given.
 *
 * Addresses hold personidentifikatorer, hence no span about the request, and none of ours in its headers.
 */
export const exchange = (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  timeout: Duration.Duration,
  peer: string
): Effect.Effect<Answer, NoAnswer> =>
  client.execute(request).pipe(
    Effect.flatMap((response) => Effect.map(response.text, (body) => ({ status: response.status, body }))),
    Effect.mapError((error): NoAnswer => ({ detail: `${peer} cannot be reached`, cause: error.reason })),
    Effect.timeoutOrElse({
      duration: timeout,
      orElse: () => Effect.fail<NoAnswer>({ detail: `${peer} did not answer in time` })
    }),
    Effect.provideService(HttpClient.TracerDisabledWhen, () => true),
    Effect.provideService(HttpClient.TracerPropagationEnabled, false)
  )
