import { isServiceBusError } from "@azure/service-bus"
import { NotAuthorized, Rejected, TransportError, Unavailable } from "@eformidling/port-transport/TransportError"
import { Predicate } from "effect"

/** Service Bus codes that say the same bytes will be refused again. Source: servicebus-amqp 10. */
const refusals: ReadonlySet<string> = new Set(["MessageSizeExceeded"])

/** Service Bus codes by which the broker itself says that it has not taken a message. Source: servicebus-amqp 10. */
const denials: ReadonlySet<string> = new Set([
  "MessagingEntityDisabled",
  "MessagingEntityNotFound",
  "QuotaExceeded",
  "ServiceBusy"
])

const codesOf = (cause: unknown): ReadonlyArray<string> => {
  if (isServiceBusError(cause)) return [cause.code]
  if (Predicate.isObject(cause) && Predicate.hasProperty(cause, "errors") && Array.isArray(cause.errors)) {
    return cause.errors.flatMap(codesOf)
  }
  return []
}

/** True when the broker did not accept our key. A failed subscription hides it inside an AggregateError. */
export const isUnauthorized = (cause: unknown): boolean => codesOf(cause).includes("UnauthorizedAccess")

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/**
 * The reason a call to the broker failed, by what the caller does next.
 *
 * `sent` says that a message may have been on its way: then only the broker's own word makes it certain that it was
 * not taken.
 */
export const reasonOf = (cause: unknown, sent: boolean): TransportError["reason"] => {
  const codes = codesOf(cause)
  const detail = `Service Bus: ${codes.join(", ") || "no connection"}: ${textOf(cause)}`
  if (codes.includes("UnauthorizedAccess")) return new NotAuthorized({ detail, cause })
  const refusal = codes.find((code) => refusals.has(code))
  if (refusal !== undefined) return new Rejected({ code: refusal, detail, cause })
  return new Unavailable({ detail, ambiguous: sent && !codes.some((code) => denials.has(code)), cause })
}

/** A failure of something other than sending. */
export const transportError = (cause: unknown): TransportError => new TransportError({ reason: reasonOf(cause, false) })

/** A failure while a message was on its way. */
export const sendError = (cause: unknown): TransportError => new TransportError({ reason: reasonOf(cause, true) })
