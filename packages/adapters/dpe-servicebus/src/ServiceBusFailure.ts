import { isServiceBusError } from "@azure/service-bus"
import { NotAuthorized, Rejected, TransportError, Unavailable } from "@eformidling/port-transport/TransportError"
import { Predicate } from "effect"

/** Service Bus codes that say the same bytes will be refused again. Source: servicebus-amqp 10. */
const refusals: ReadonlySet<string> = new Set(["MessageSizeExceeded"])

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

/** The reason a call to the broker failed, by what the caller does next. */
export const reasonOf = (cause: unknown): TransportError["reason"] => {
  const codes = codesOf(cause)
  const detail = `Service Bus: ${codes.join(", ") || "no connection"}: ${textOf(cause)}`
  if (codes.includes("UnauthorizedAccess")) return new NotAuthorized({ detail, cause })
  const refusal = codes.find((code) => refusals.has(code))
  if (refusal !== undefined) return new Rejected({ code: refusal, detail, cause })
  return new Unavailable({ detail, ambiguous: codes.length === 0 || codes.includes("ServiceTimeout"), cause })
}

export const transportError = (cause: unknown): TransportError => new TransportError({ reason: reasonOf(cause) })
