import { describeQuery, RecipientLookup, type RecipientQuery } from "@eformidling/port-registry/RecipientLookup"
import { NotFound, Refused, RegistryError, Unreadable } from "@eformidling/port-registry/RegistryError"
import { Cache, Effect, Equal, Exit, Hash, Layer } from "effect"
import { recordsIn } from "./internal/entity.ts"
import { descriptionIn, refusalText } from "./internal/refusals.ts"
import { type OtherStatus, pathPart, RegistryClient } from "./RegistryClient.ts"

/** A question as answers are kept by: the conversation it is asked for is no part of it. */
class Key implements Equal.Equal {
  readonly query: RecipientQuery
  readonly text: string
  constructor(query: RecipientQuery) {
    this.query = query
    this.text = JSON.stringify([query.identifier, query.process, query.securityLevel])
  }
  [Equal.symbol](that: unknown): boolean {
    return that instanceof Key && that.text === this.text
  }
  [Hash.symbol](): number {
    return Hash.string(this.text)
  }
}

const pathOf = ({ identifier, process }: RecipientQuery): `/${string}` =>
  process === undefined
    ? `/identifier/${pathPart(identifier)}`
    : `/identifier/${pathPart(identifier)}/process/${pathPart(process)}`

const make = Effect.gen(function* () {
  const { ask, settings } = yield* RegistryClient
  const describe = (query: RecipientQuery) => describeQuery(query, settings.printRecords ? undefined : false)

  const askAbout = ({ query }: Key) =>
    ask({
      path: pathOf(query),
      query: [
        ...(query.securityLevel === undefined ? [] : [["securityLevel", String(query.securityLevel)] as const]),
        ...(query.conversationId === undefined ? [] : [["conversationId", query.conversationId] as const]),
        ...(settings.printRecords ? [] : [["print", "false"] as const])
      ]
    }).pipe(
      Effect.flatMap((body) =>
        Effect.mapError(
          recordsIn(body),
          () =>
            new RegistryError({
              reason: new Unreadable({
                detail: `Parsing response as a IdentifierResource JSON object failed. Content is: ${body}`
              })
            })
        )
      )
    )

  const kept = yield* Cache.makeWith(askAbout, {
    capacity: 10_000,
    timeToLive: (exit) => (Exit.isSuccess(exit) ? "5 minutes" : 0)
  })

  const reasonOf = (query: RecipientQuery, { body, status }: OtherStatus) => {
    if (status === 404) {
      return new NotFound({ detail: `Service record not found for parameters: ${describe(query)}` })
    }
    const description = descriptionIn(body)
    return new Refused({
      status,
      ...(description === undefined ? {} : { description }),
      detail: refusalText(describe(query), status, description)
    })
  }

  return RecipientLookup.of({
    lookup: Effect.fn("HttpRecipientLookup.lookup")(function* (query) {
      return yield* Cache.get(kept, new Key(query)).pipe(
        Effect.catchTag("OtherStatus", (answer) => Effect.fail(new RegistryError({ reason: reasonOf(query, answer) })))
      )
    }),
    describe
  })
})

/** Finds recipients in the service registry. */
export const layer: Layer.Layer<RecipientLookup, never, RegistryClient> = Layer.effect(RecipientLookup, make)
