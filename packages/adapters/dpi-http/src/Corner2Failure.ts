import { NotAuthorized, Rejected, TransportError, Unavailable } from "@eformidling/port-transport/TransportError"
import type { HttpClientError, HttpClientResponse } from "effect/http"
import { Predicate } from "effect"

/** Whose fault an answer says it is. Told in the text, for whoever reads it; it decides nothing. Source: dpi 6.7. */
const blame = (status: number): "CLIENT" | "SERVER" => (status >= 500 ? "SERVER" : "CLIENT")

const reasonPhrases: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  408: "Request Timeout",
  409: "Conflict",
  413: "Payload Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Entity",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout"
}

const reported = 4000

/** `400 Bad Request from POST <url>:` and the body, which may be a problem document, HTML or nothing. */
const describe = (status: number, method: string, url: string, body: string): string =>
  `${status} ${reasonPhrases[status] ?? ""}`.trimEnd() + ` from ${method} ${url}:\n${body.slice(0, reported)}`

const retryable = (status: number): boolean => status === 408 || status === 429 || status >= 500

/**
 * The reason for an answer that is not a success.
 *
 * A server error leaves open whether the message was taken in; a refusal does not.
 */
export const fromStatus = (answer: {
  readonly status: number
  readonly method: string
  readonly url: string
  readonly body: string
}): TransportError => {
  const detail = describe(answer.status, answer.method, answer.url, answer.body)
  if (answer.status === 401 || answer.status === 403) return new TransportError({ reason: new NotAuthorized({ detail }) })
  if (retryable(answer.status)) {
    return new TransportError({ reason: new Unavailable({ detail, ambiguous: answer.status !== 429 }) })
  }
  return new TransportError({ reason: new Rejected({ code: `${answer.status} ${blame(answer.status)}`, detail }) })
}

const refusedConnection = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"])

const codeOf = (cause: unknown): string | undefined =>
  Predicate.hasProperty(cause, "code") && Predicate.isString(cause.code)
    ? cause.code
    : Predicate.hasProperty(cause, "cause") && cause.cause !== cause
    ? codeOf(cause.cause)
    : undefined

/** The reason when no answer came. Only a connection that was never made leaves no doubt about the message. */
export const fromClientError = (error: HttpClientError.HttpClientError): TransportError => {
  const code = codeOf(error)
  return new TransportError({
    reason: new Unavailable({
      detail: `Sending failed! ${code ?? error.reason._tag} from ${error.request.method} ${error.request.url}`,
      ambiguous: code === undefined || !refusedConnection.has(code),
      cause: error
    })
  })
}

/** The reason when the peer took too long. */
export const timedOut = (method: string, url: string): TransportError =>
  new TransportError({ reason: new Unavailable({ detail: `no answer in time from ${method} ${url}`, ambiguous: true }) })

/** What an answer is for a failure: its request and body. */
export type Answer = HttpClientResponse.HttpClientResponse
