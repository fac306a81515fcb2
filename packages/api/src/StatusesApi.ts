import { MessageStatus } from "@eformidling/domain/MessageStatus"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
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
    HttpApiEndpoint.get("ofMessage", "/:messageId", {
      params: { messageId: Schema.String },
      query: PageQuery,
      success: StatusPage,
      error: errors
    }).annotateMerge(OpenApi.annotations({ summary: "The statuses of one message; none when it is unknown" }))
  )
  .prefix("/api/statuses") {}
