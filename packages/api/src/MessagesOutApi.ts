import { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import { Schema } from "effect"
import { Multipart } from "effect/http"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { BadRequest, NotFound, ServerError, Unauthorized } from "./ErrorBody.ts"
import { Page, PageQuery } from "./Page.ts"
import { StandardBusinessDocumentBody } from "./StandardBusinessDocumentBody.ts"

const alternatives = Schema.optionalKey(Schema.Array(Schema.String))

/** Each member may be repeated, and means any of its values; every member given must hold. Identifiers are without prefix. */
export const OutMessageQuery = {
  conversationId: alternatives,
  messageId: alternatives,
  processIdentifier: alternatives,
  receiverIdentifier: alternatives,
  senderIdentifier: alternatives,
  serviceIdentifier: Schema.optionalKey(Schema.Array(ServiceIdentifier))
}

const params = { messageId: Schema.String }
const errors = [BadRequest, Unauthorized, ServerError] as const
const errorsOfOne = [BadRequest, Unauthorized, NotFound, ServerError] as const

/** Messages on their way out. Source: nextmove-api 1.5 to 1.9. */
export class MessagesOutApi extends HttpApiGroup.make("messagesOut")
  .add(
    HttpApiEndpoint.get("search", "/", {
      query: { ...PageQuery, ...OutMessageQuery },
      success: Page(StandardBusinessDocumentBody).annotate({ identifier: "MessagePage" }),
      error: errors
    }).annotateMerge(OpenApi.annotations({ summary: "Messages not yet handed over" })),
    HttpApiEndpoint.post("create", "/", {
      payload: StandardBusinessDocumentBody,
      success: StandardBusinessDocumentBody,
      error: errorsOfOne
    }).annotateMerge(
      OpenApi.annotations({ summary: "Create a message; the answer is the message with defaults filled in" })
    ),
    HttpApiEndpoint.post("createAndSend", "/multipart", {
      payload: Schema.Struct({ sbd: Schema.String, files: Schema.optionalKey(Multipart.FilesSchema) }).pipe(
        HttpApiSchema.asMultipartStream()
      ),
      success: StandardBusinessDocumentBody,
      error: errorsOfOne
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Create a message, attach files and send it, all or nothing",
        description:
          "The field sbd holds the message. Every other part with a filename is a file of at most 5 MiB: its name is the title."
      })
    ),
    HttpApiEndpoint.get("byMessageId", "/:messageId", {
      params,
      success: StandardBusinessDocumentBody,
      error: errorsOfOne
    }).annotateMerge(OpenApi.annotations({ summary: "One message" })),
    HttpApiEndpoint.put("upload", "/:messageId", {
      params,
      query: { title: Schema.optionalKey(Schema.String) },
      headers: { "content-disposition": Schema.optionalKey(Schema.String) },
      payload: HttpApiSchema.StreamUint8Array({ contentType: "*/*" }),
      success: HttpApiSchema.Empty(200),
      error: errorsOfOne
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Attach a file",
        description:
          'Content-Disposition is required: attachment; name="<title>"; filename="<file name>". Content-Type is the file\'s.'
      })
    ),
    HttpApiEndpoint.post("send", "/:messageId", {
      params,
      success: HttpApiSchema.Empty(200),
      error: errorsOfOne
    }).annotateMerge(OpenApi.annotations({ summary: "Send a message" })),
    HttpApiEndpoint.delete("remove", "/:messageId", {
      params,
      success: HttpApiSchema.Empty(200),
      error: errors
    }).annotateMerge(OpenApi.annotations({ summary: "Remove a message that is not to be sent" }))
  )
  .prefix("/api/messages/out") {}
