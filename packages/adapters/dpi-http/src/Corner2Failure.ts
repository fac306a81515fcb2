import { NotAuthorized, Rejected, TransportError, Unavailable } from "@eformidling/port-transport/TransportError"
import type { HttpClientError } from "effect/http"
import { Option, Predicate, Schema } from "effect"
import { STATUS_CODES } from "node:http"

/** Whose fault an answer says it is. Told in the text, for whoever reads it; it decides nothing. Source: dpi 6.7. */
const blame = (status: number): "CLIENT" | "SERVER" => (status >= 500 ? "SERVER" : "CLIENT")

/** Characters of an answer that are reported. */
const reported = 4000

const Problem = Schema.fromJsonString(
  Schema.Struct({ title: Schema.optionalKey(Schema.String), detail: Schema.optionalKey(Schema.String) })
)

const decodeProblem = Schema.decodeUnknownOption(Problem)

/** What a problem document says to people; undefined for any other body. Source: dpi 6.6. */
const problemIn = (body: string): string | undefined => {
  const { detail, title } = Option.getOrElse(decodeProblem(body), (): typeof Problem.Type => ({}))
  return [title, detail].filter((text) => text !== undefined && text !== "").join(": ") || undefined
}

/** An answer that is not a success. */
export interface Refusal {
  readonly status: number
  readonly method: string
  /** Without its query. */
  readonly url: string
  readonly body: string
}

/**
 * `400 Bad Request from POST <url>:`, the body, which may be a problem document, HTML or nothing, and whose fault it is.
 */
export const describe = ({ body, method, status, url }: Refusal): string => {
  const problem = problemIn(body)
  const line = `${status} ${STATUS_CODES[status] ?? ""}`.trimEnd()
  return (
    `${line} from ${method} ${url}:\n${body.slice(0, reported)}\n` +
    `Blame: ${blame(status)}${problem === undefined ? "" : `, ${problem.slice(0, reported)}`}`
  )
}

/** Answers about the message itself: the same message gets the same answer. */
const refusesMessage = new Set([400, 409, 413, 415, 422])

/** Answers that come before the message is looked at; of others nobody knows whether it was taken in. */
const tookNothing = (status: number): boolean => status < 500 && status !== 408

/**
 * The reason for an answer that is not a success.
 *
 * A server error leaves open whether the message was taken in; a refusal does not. An answer that says nothing about
 * the message, such as a redirect or 404 for the address, may be another one later.
 */
export const fromStatus = (refusal: Refusal): TransportError => {
  const detail = describe(refusal)
  const { status } = refusal
  if (status === 401 || status === 403) return new TransportError({ reason: new NotAuthorized({ detail }) })
  if (refusesMessage.has(status)) {
    return new TransportError({ reason: new Rejected({ code: `${status} ${blame(status)}`, detail }) })
  }
  return new TransportError({ reason: new Unavailable({ detail, ambiguous: !tookNothing(status) }) })
}

/** Connections that were never made. */
const notConnected = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "UND_ERR_CONNECT_TIMEOUT"])

const codeOf = (cause: unknown): string | undefined =>
  Predicate.hasProperty(cause, "code") && Predicate.isString(cause.code)
    ? cause.code
    : Predicate.hasProperty(cause, "cause") && cause.cause !== cause
      ? codeOf(cause.cause)
      : undefined

/** The reason when no whole answer came. Only a connection that was never made leaves no doubt about the message. */
export const fromClientError = (error: HttpClientError.HttpClientError): TransportError => {
  const code = codeOf(error)
  return new TransportError({
    reason: new Unavailable({
      detail: `Sending failed! ${code ?? error.reason._tag} from ${error.request.method} ${error.request.url}`,
      ambiguous: code === undefined || !notConnected.has(code),
      // The error itself holds the request, token included.
      ...("cause" in error.reason && error.reason.cause !== undefined ? { cause: error.reason.cause } : {})
    })
  })
}

/** The reason when the peer took too long. */
export const timedOut = (method: string, url: string): TransportError =>
  new TransportError({
    reason: new Unavailable({ detail: `Sending failed! No answer in time from ${method} ${url}`, ambiguous: true })
  })

/** The reason when an answer to a question makes no sense. It says nothing about any message. */
export const unreadable = (what: string): TransportError =>
  new TransportError({
    reason: new Unavailable({ detail: `${what} from corner 2 cannot be read`, ambiguous: false })
  })
