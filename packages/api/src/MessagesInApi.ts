import { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { BadRequest, NotFound, ServerError, Unauthorized } from "./ErrorBody.ts"
import { Page, PageQuery } from "./Page.ts"
import { StandardBusinessDocumentBody } from "./StandardBusinessDocumentBody.ts"

/** Every member given must hold. Identifiers are without prefix. */
export const InMessageQuery = {
  conversationId: Schema.optionalKey(Schema.String),
  messageId: Schema.optionalKey(Schema.String),
  receiverIdentifier: Schema.optionalKey(Schema.String),
  senderIdentifier: Schema.optionalKey(Schema.String),
  serviceIdentifier: Schema.optionalKey(ServiceIdentifier),
  /** Process URN. */
  process: Schema.optionalKey(Schema.String)
}

const errors = [BadRequest, Unauthorized, NotFound, ServerError] as const

/** Messages that have come in and wait to be taken. Source: nextmove-api 1.10. */
export class MessagesInApi extends HttpApiGroup.make("messagesIn")
  .add(
    HttpApiEndpoint.get("search", "/", {
      query: { ...PageQuery, ...InMessageQuery },
      success: Page(StandardBusinessDocumentBody).annotate({ identifier: "MessagePage" }),
      error: errors
    }).annotateMerge(OpenApi.annotations({ summary: "Messages that wait, locked or not" })),
    HttpApiEndpoint.get("peek", "/peek", {
      query: InMessageQuery,
      success: [StandardBusinessDocumentBody, HttpApiSchema.NoContent],
      error: errors
    }).annotateMerge(OpenApi.annotations({ summary: "Lock the message that has waited longest" })),
    HttpApiEndpoint.get("pop", "/pop/:messageId", {
      params: { messageId: Schema.String },
      success: [
        HttpApiSchema.StreamUint8Array({ contentType: "application/vnd.etsi.asic-e+zip" }),
        HttpApiSchema.NoContent
      ],
      error: errors
    }).annotateMerge(OpenApi.annotations({ summary: "Download the dokumentpakke of a locked message" })),
    HttpApiEndpoint.delete("remove", "/:messageId", {
      params: { messageId: Schema.String },
      success: StandardBusinessDocumentBody,
      error: errors
    }).annotateMerge(OpenApi.annotations({ summary: "Confirm a locked message and remove it" }))
  )
  .prefix("/api/messages/in") {}
