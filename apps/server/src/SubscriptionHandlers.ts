import { Api } from "@eformidling/api/Api"
import * as Page from "@eformidling/api/Page"
import { SubscriptionBody } from "@eformidling/api/SubscriptionsApi"
import { changeSubscription, subscribe } from "@eformidling/exchange/Subscribe"
import { SubscriptionExists, Subscriptions } from "@eformidling/port-store/Subscriptions"
import { Effect, Option } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "./Answer.ts"
import { subscriptionExists, subscriptionNotFound } from "./ErrorTable.ts"
import { rowId } from "./Ids.ts"
import * as JsonBody from "./JsonBody.ts"
import { acceptsJson, jsonContentType } from "./Negotiation.ts"
import * as Paging from "./Paging.ts"
import * as Responses from "./Responses.ts"
import * as Body from "./SubscriptionBody.ts"

const sorting: Paging.Sorting = { properties: [], unlessSaid: [] }

const one = Responses.json(SubscriptionBody)
const list = Responses.json(Page.Page(SubscriptionBody))

const readJson = Effect.flatMap(jsonContentType, JsonBody.read)

const refuseDuplicate = <A, E, R>(effect: Effect.Effect<A, E | SubscriptionExists, R>) =>
  Effect.mapError(effect, (error) => (error instanceof SubscriptionExists ? subscriptionExists : error))

/** Source: nextmove-api 6. */
export const layer = HttpApiBuilder.group(Api, "subscriptions", (handlers) =>
  handlers
    .handleAll({
      list: Effect.fnUntraced(function* ({ query }) {
        yield* acceptsJson
        const subscriptions = yield* Subscriptions
        const asked = yield* Paging.request(query, sorting)
        return yield* list(Paging.respond(asked, yield* subscriptions.list(asked), (found) => found))
      }, answer),
      byId: Effect.fnUntraced(function* ({ params: { id } }) {
        yield* acceptsJson
        const subscriptions = yield* Subscriptions
        const found = yield* subscriptions.get(rowId(id))
        return Option.isNone(found) ? yield* subscriptionNotFound(id) : yield* one(found.value)
      }, answer),
      remove: Effect.fnUntraced(function* ({ params: { id } }) {
        const subscriptions = yield* Subscriptions
        return (yield* subscriptions.remove(rowId(id))) ? Responses.empty : yield* subscriptionNotFound(id)
      }, answer),
      removeAll: Effect.fnUntraced(function* () {
        yield* (yield* Subscriptions).removeAll
        return Responses.empty
      }, answer)
    })
    .handleRaw(
      "create",
      Effect.fnUntraced(function* () {
        yield* acceptsJson
        const given = yield* Body.decodeNew(yield* readJson)
        return yield* one(yield* refuseDuplicate(subscribe(given)))
      }, answer)
    )
    .handleRaw(
      "change",
      Effect.fnUntraced(function* ({ params: { id } }) {
        const changes = yield* Body.decodeChanges(yield* readJson)
        const changed = yield* refuseDuplicate(changeSubscription(rowId(id), changes))
        return changed ? Responses.empty : yield* subscriptionNotFound(id)
      }, answer)
    )
)
