import { Api } from "@eformidling/api/Api"
import { isMessageId } from "@eformidling/domain/MessageId"
import * as Sbd from "@eformidling/domain/StandardBusinessDocument"
import { attachDocument } from "@eformidling/exchange/AttachDocument"
import { createMessage } from "@eformidling/exchange/CreateMessage"
import { deleteOutMessage } from "@eformidling/exchange/DeleteOutMessage"
import { sendMessage } from "@eformidling/exchange/SendMessage"
import { OutMessages } from "@eformidling/port-store/OutMessages"
import { Effect, Option, Stream } from "effect"
import { HttpServerRequest } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "./Answer.ts"
import { unreadableBody } from "./ApiError.ts"
import { messageNotFound } from "./ErrorTable.ts"
import * as JsonBody from "./JsonBody.ts"
import { messageIdOf } from "./MessageIds.ts"
import * as MultipartMessage from "./MultipartMessage.ts"
import { acceptsJson, jsonContentType } from "./Negotiation.ts"
import * as Paging from "./Paging.ts"
import * as Responses from "./Responses.ts"
import * as SbdBody from "./SbdBody.ts"
import * as Upload from "./Upload.ts"

const sorting: Paging.Sorting = { properties: ["messageId", "lastUpdated"], unlessSaid: [] }

/** `maximumRequestBytes` is for multipart requests, files and all. Source: nextmove-api 1.5 to 1.9. */
export const layer = ({ maximumRequestBytes }: { readonly maximumRequestBytes: number }) =>
  HttpApiBuilder.group(Api, "messagesOut", (handlers) =>
    handlers
      .handleAll({
        search: Effect.fnUntraced(function* ({ query: { page, size, sort, ...filter } }) {
          yield* acceptsJson
          const outMessages = yield* OutMessages
          const asked = yield* Paging.request({ page, size, sort }, sorting)
          const found = yield* outMessages.search(filter, asked)
          return Responses.plainJson(Paging.respond(asked, found, ({ sbd }) => Sbd.encode(sbd)))
        }, answer),
        byMessageId: Effect.fnUntraced(function* ({ params }) {
          yield* acceptsJson
          const outMessages = yield* OutMessages
          const found = yield* outMessages.get(yield* messageIdOf(params.messageId))
          if (Option.isNone(found)) return yield* messageNotFound(params.messageId)
          return Responses.plainJson(Sbd.encode(found.value.sbd))
        }, answer),
        send: Effect.fnUntraced(function* ({ params }) {
          yield* sendMessage(yield* messageIdOf(params.messageId))
          return Responses.empty
        }, answer),
        remove: Effect.fnUntraced(function* ({ params: { messageId } }) {
          if (isMessageId(messageId)) yield* deleteOutMessage(messageId)
          return Responses.empty
        }, answer)
      })
      .handleRaw(
        "create",
        Effect.fnUntraced(function* () {
          const contentType = yield* jsonContentType
          yield* acceptsJson
          const draft = yield* SbdBody.decode(yield* JsonBody.read(contentType), SbdBody.ofBody)
          return Responses.plainJson(Sbd.encode(yield* createMessage(draft)))
        }, answer)
      )
      .handleRaw(
        "upload",
        Effect.fnUntraced(function* ({ headers, params, query }) {
          const request = yield* HttpServerRequest.HttpServerRequest
          const messageId = yield* messageIdOf(params.messageId)
          const names = yield* Upload.fromHeader(headers["content-disposition"], query.title)
          yield* attachDocument(messageId, {
            ...names,
            mimeType: request.headers["content-type"],
            announcedSize: Upload.announcedSize(request.headers["content-length"]),
            content: Stream.mapError(request.stream, () => unreadableBody("I/O error while reading input message"))
          })
          return Responses.empty
        }, answer)
      )
      .handleRaw(
        "createAndSend",
        Effect.fnUntraced(function* () {
          yield* acceptsJson
          return Responses.plainJson(Sbd.encode(yield* MultipartMessage.createAndSend(maximumRequestBytes)))
        }, answer)
      )
  )
