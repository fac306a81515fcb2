import { MessageStatus } from "@eformidling/domain/MessageStatus"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { BadRequest, ServerError, Unauthorized } from "./ErrorBody.ts"
import { Page, PageQuery } from "./Page.ts"
import { StatusBody } from "./StatusBody.ts"
import { Timestamp } from "./Timestamp.ts"

/** Every member given must hold. `fromDateTime` and `toDateTime`, both included, count only together. */
export const StatusQuery = {
  ...PageQuery,
  id: Schema.optionalKey(Schema.Int),
  conversationId: Schema.optionalKey(Schema.String),
  messageId: Schema.optionalKey(Schema.String),
  status: Schema.optionalKey(MessageStatus),
  fromDateTime: Schema.optionalKey(Timestamp),
  toDateTime: Schema.optionalKey(Timestamp)
}

const StatusPage = Page(StatusBody).annotate({ identifier: "StatusPage" })
const errors = [BadRequest, Unauthorized, ServerError] as const

/** How far messages have come. Source: nextmove-api 1.12. */
export class StatusesApi extends HttpApiGroup.make("statuses")
  .add(
    HttpApiEndpoint.get("search", "/", { query: StatusQuery, success: StatusPage, error: errors }).annotateMerge(
      OpenApi.annotations({ summary: "Statuses, oldest first" })
    ),
    HttpApiEndpoint.get("peek", "/peek", {
      success: [StatusBody, HttpApiSchema.NoContent],
      error: errors
    }).annotateMerge(
      OpenApi.annotations({
        summary: "The status that has waited longest in the status queue, until it is removed",
        description: "The queue holds statuses of the services in difi.move.feature.statusQueueIncludes."
      })
    ),
    HttpApiEndpoint.get("ofMessage", "/:messageId", {
      params: { messageId: Schema.String },
      query: PageQuery,
      success: StatusPage,
      error: errors
    }).annotateMerge(OpenApi.annotations({ summary: "The statuses of one message; none when it is unknown" })),
    HttpApiEndpoint.delete("remove", "/:id", {
      params: { id: Schema.Int },
      success: HttpApiSchema.Empty(200),
      error: [...errors, HttpApiSchema.Empty(404)]
    }).annotateMerge(
      OpenApi.annotations({ summary: "Remove a status from the status queue; 404 when it is not there" })
    )
  )
  .prefix("/api/statuses") {}
