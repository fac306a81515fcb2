import { NotFound, Refused, RegistryError } from "@eformidling/port-registry/RegistryError"
import { ServiceBusKeyLookup } from "@eformidling/port-registry/ServiceBusKeyLookup"
import { Cache, Effect, Exit, Layer, Option, Redacted, Ref } from "effect"
import { statusLine } from "./internal/http.ts"
import { descriptionIn } from "./internal/refusals.ts"
import { type OtherStatus, RegistryClient } from "./RegistryClient.ts"

const reasonOf = ({ body, status }: OtherStatus) => {
  const description = descriptionIn(body)
  if (status === 404) return new NotFound({ detail: "The service registry has no Service Bus key" })
  const said = description === undefined ? "" : `: ${description}`
  return new Refused({
    status,
    ...(description === undefined ? {} : { description }),
    detail: `The service registry answered ${statusLine(status)} about the Service Bus key${said}`
  })
}

const make = Effect.gen(function* () {
  const { ask } = yield* RegistryClient
  const lastSeen = yield* Ref.make(Option.none<Redacted.Redacted<string>>())

  const fetchKey = (path: "/sastoken") =>
    ask({ path, signedOnly: true }).pipe(
      Effect.map((key) => Redacted.make(key, { label: "ServiceBusKey" })),
      Effect.tap((key) => Ref.set(lastSeen, Option.some(key))),
      Effect.catchTag("OtherStatus", (answer) => Effect.fail(new RegistryError({ reason: reasonOf(answer) })))
    )

  const kept = yield* Cache.makeWith(fetchKey, {
    capacity: 1,
    timeToLive: (exit) => (Exit.isSuccess(exit) ? "1 day" : 0)
  })

  // A registry that is away says nothing about the key; one that answers is believed.
  const orLastSeen = (error: RegistryError) =>
    error.reason._tag === "RegistryUnavailable"
      ? Effect.flatMap(
          Ref.get(lastSeen),
          Option.match({
            onNone: () => Effect.fail(error),
            onSome: (key) =>
              Effect.logWarning("The service registry is away: using the Service Bus key last seen").pipe(
                Effect.as(key)
              )
          })
        )
      : Effect.fail(error)

  return ServiceBusKeyLookup.of({
    key: Cache.get(kept, "/sastoken").pipe(Effect.catch(orLastSeen), Effect.withSpan("HttpServiceBusKeyLookup.key")),
    forget: Cache.invalidate(kept, "/sastoken")
  })
})

/** Finds the Service Bus key in the service registry. */
export const layer: Layer.Layer<ServiceBusKeyLookup, never, RegistryClient> = Layer.effect(ServiceBusKeyLookup, make)
