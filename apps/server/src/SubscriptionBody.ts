/**
 * Subscriptions as clients write them, and what is wrong with one.
 *
 * Source: nextmove-api 6.1, 3.3.
 */
import { NewSubscriptionBody, SubscriptionChangesBody } from "@eformidling/api/SubscriptionsApi"
import * as WebhookFilter from "@eformidling/exchange/WebhookFilter"
import { Effect, Option, Predicate, Schema } from "effect"
import { unreadableBody } from "./ApiError.ts"
import { invalidObject, type Violation } from "./FieldErrors.ts"

const oneOf =
  (...allowed: ReadonlyArray<string>) =>
  (value: string) =>
    allowed.includes(value) ? undefined : `'${value}' is not expected. Allowed values are: [${allowed.join(", ")}]`

const isUrl = (value: string) => /^https?:$/.test(URL.parse(value)?.protocol ?? "")

/** What is wrong with a value, member by member. */
const rules: Readonly<Record<string, (value: string) => string | undefined>> = {
  name: () => undefined,
  pushEndpoint: (value) => (isUrl(value) ? undefined : "must be a valid URL"),
  resource: oneOf("all", "messages"),
  event: oneOf("all", "status"),
  filter: (value) => (Option.isSome(WebhookFilter.parse(value)) ? undefined : "Must be a valid filter definition.")
}

const present = Effect.fnUntraced(function* (json: unknown) {
  if (!Predicate.isObject(json)) return yield* unreadableBody("JSON parse error: expected an object")
  const found: Record<string, string> = {}
  for (const field of Object.keys(rules)) {
    const value: unknown = Reflect.get(json, field)
    if (value === undefined || value === null) continue
    if (typeof value !== "string") return yield* unreadableBody(`JSON parse error: ${field} must be a string`)
    found[field] = value
  }
  return { found, hasId: (Reflect.get(json, "id") ?? null) !== null }
})

const broken = (found: Readonly<Record<string, string>>): ReadonlyArray<Violation> =>
  Object.entries(found).flatMap(([field, rejectedValue]) => {
    const detail = rules[field]?.(rejectedValue)
    return detail === undefined ? [] : [{ field, detail, rejectedValue }]
  })

const refused = (violations: ReadonlyArray<Violation>) =>
  violations.length === 0 ? Effect.void : Effect.fail(invalidObject("subscription", violations))

const toNew = Schema.decodeUnknownEffect(NewSubscriptionBody)
const toChanges = Schema.decodeUnknownEffect(SubscriptionChangesBody)

/** Reads a new subscription. Fails with 400 and the fields that break rules. */
export const decodeNew = Effect.fnUntraced(function* (json: unknown) {
  const { found, hasId } = yield* present(json)
  const missing = ["name", "pushEndpoint", "resource", "event"].filter((field) => found[field] === undefined)
  yield* refused([
    ...(hasId ? [{ field: "id", detail: "must be null" }] : []),
    ...missing.map((field) => ({ field, detail: "must not be null" })),
    ...broken(found)
  ])
  return yield* Effect.orDie(toNew(found))
})

/** Reads the members to change; one that is null stays as it is, and `id` is ignored. */
export const decodeChanges = Effect.fnUntraced(function* (json: unknown) {
  const { found } = yield* present(json)
  yield* refused(broken(found))
  return yield* Effect.orDie(toChanges(found))
})
