import { Direction } from "@eformidling/domain/Direction"
import { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { ConversationBody } from "./ConversationBody.ts"
import { BadRequest, NotFound, ServerError, Unauthorized } from "./ErrorBody.ts"
import { Page, PageQuery } from "./Page.ts"
import { Day } from "./Timestamp.ts"

/** Every member given must hold. Days are Norwegian, both ends included. */
export const ConversationQuery = {
  ...PageQuery,
  conversationId: Schema.optionalKey(Schema.String),
  messageId: Schema.optionalKey(Schema.String),
  receiver: Schema.optionalKey(Schema.String),
  receiverIdentifier: Schema.optionalKey(Schema.String),
  sender: Schema.optionalKey(Schema.String),
  senderIdentifier: Schema.optionalKey(Schema.String),
  serviceIdentifier: Schema.optionalKey(ServiceIdentifier),
  messageReference: Schema.optionalKey(Schema.String),
  messageTitle: Schema.optionalKey(Schema.String),
  pollable: Schema.optionalKey(Schema.Boolean),
  finished: Schema.optionalKey(Schema.Boolean),
  direction: Schema.optionalKey(Direction),
  lastUpdateFrom: Schema.optionalKey(Day),
  lastUpdateTo: Schema.optionalKey(Day)
}

const ConversationPage = Page(ConversationBody).annotate({ identifier: "ConversationPage" })
const errors = [BadRequest, Unauthorized, ServerError] as const
const errorsOfOne = [BadRequest, Unauthorized, NotFound, ServerError] as const

/** The history of every message. Source: nextmove-api 1.11. */
export class ConversationsApi extends HttpApiGroup.make("conversations")
  .add(
    HttpApiEndpoint.get("search", "/", {
      query: ConversationQuery,
      success: ConversationPage,
      error: errors
    }).annotateMerge(OpenApi.annotations({ summary: "Conversations, newest change first" })),
    HttpApiEndpoint.get("queue", "/queue", {
      query: PageQuery,
      success: ConversationPage,
      error: errors
    }).annotateMerge(OpenApi.annotations({ summary: "Conversations whose status is being asked for" })),
    HttpApiEndpoint.get("byId", "/:id", {
      params: { id: Schema.Int },
      success: ConversationBody,
      error: errorsOfOne
    }).annotateMerge(OpenApi.annotations({ summary: "One outgoing conversation" })),
    HttpApiEndpoint.get("byMessageId", "/messageId/:messageId", {
      params: { messageId: Schema.String },
      success: ConversationBody,
      error: errorsOfOne
    }).annotateMerge(OpenApi.annotations({ summary: "The outgoing conversation of a message" })),
    HttpApiEndpoint.delete("remove", "/:id", {
      params: { id: Schema.Int },
      success: HttpApiSchema.Empty(200),
      error: errors
    }).annotateMerge(OpenApi.annotations({ summary: "Remove a conversation and its statuses" })),
    HttpApiEndpoint.delete("removeByMessageId", "/messageId/:messageId", {
      params: { messageId: Schema.String },
      success: HttpApiSchema.Empty(200),
      error: errors
    }).annotateMerge(OpenApi.annotations({ summary: "Remove the conversations of a message and their statuses" }))
  )
  .prefix("/api/conversations") {}
