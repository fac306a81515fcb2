import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { BadRequest, NotFound, ServerError, Unauthorized } from "./ErrorBody.ts"
import { Page, PageQuery } from "./Page.ts"

const members = {
  name: Schema.String,
  /** An http or https URL. */
  pushEndpoint: Schema.String,
  resource: Schema.Literals(["all", "messages"]),
  event: Schema.Literals(["all", "status"]),
  /** `name=value[,value…]` joined by `&`; names are status, serviceIdentifier and direction. */
  filter: Schema.optionalKey(Schema.String)
}

/** A subscription as the API shows it. Source: nextmove-api 6.1. */
export const SubscriptionBody = Schema.Struct({ id: Schema.Int, ...members }).annotate({ identifier: "Subscription" })
export type SubscriptionBody = typeof SubscriptionBody.Type

/** A subscription as a client asks for it. */
export const NewSubscriptionBody = Schema.Struct(members).annotate({ identifier: "NewSubscription" })

/** The members of a subscription that are to be others. */
export const SubscriptionChangesBody = Schema.Struct({
  name: Schema.optionalKey(members.name),
  pushEndpoint: Schema.optionalKey(members.pushEndpoint),
  resource: Schema.optionalKey(members.resource),
  event: Schema.optionalKey(members.event),
  filter: members.filter
}).annotate({ identifier: "SubscriptionChanges" })

const SubscriptionPage = Page(SubscriptionBody).annotate({ identifier: "SubscriptionPage" })
const errors = [BadRequest, Unauthorized, ServerError] as const
const errorsOfOne = [BadRequest, Unauthorized, NotFound, ServerError] as const
const params = { id: Schema.Int }

/** Who is told about statuses as they come. Source: nextmove-api 6. */
export class SubscriptionsApi extends HttpApiGroup.make("subscriptions")
  .add(
    HttpApiEndpoint.get("list", "/", { query: PageQuery, success: SubscriptionPage, error: errors }).annotateMerge(
      OpenApi.annotations({ summary: "Subscriptions" })
    ),
    HttpApiEndpoint.get("byId", "/:id", { params, success: SubscriptionBody, error: errorsOfOne }).annotateMerge(
      OpenApi.annotations({ summary: "One subscription" })
    ),
    HttpApiEndpoint.post("create", "/", {
      payload: NewSubscriptionBody,
      success: SubscriptionBody,
      error: errors
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Have statuses pushed to an endpoint",
        description: "The endpoint is sent a ping. Events are pushed at least once, and not always in order."
      })
    ),
    HttpApiEndpoint.put("change", "/:id", {
      params,
      payload: SubscriptionChangesBody,
      success: HttpApiSchema.Empty(200),
      error: errorsOfOne
    }).annotateMerge(OpenApi.annotations({ summary: "Change the members given" })),
    HttpApiEndpoint.delete("remove", "/:id", {
      params,
      success: HttpApiSchema.Empty(200),
      error: errorsOfOne
    }).annotateMerge(OpenApi.annotations({ summary: "Remove a subscription" })),
    HttpApiEndpoint.delete("removeAll", "/", { success: HttpApiSchema.Empty(200), error: errors }).annotateMerge(
      OpenApi.annotations({ summary: "Remove all subscriptions" })
    )
  )
  .prefix("/api/subscriptions") {}
