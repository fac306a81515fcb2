import { Api } from "@eformidling/api/Api"
import * as Sbd from "@eformidling/domain/StandardBusinessDocument"
import { deleteInMessage } from "@eformidling/exchange/DeleteInMessage"
import { peekMessage } from "@eformidling/exchange/PeekMessage"
import { popMessage } from "@eformidling/exchange/PopMessage"
import { Inbox } from "@eformidling/port-store/Inbox"
import { Effect, Option } from "effect"
import { HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "./Answer.ts"
import { messageIdOf } from "./MessageIds.ts"
import { acceptsJson } from "./Negotiation.ts"
import * as Paging from "./Paging.ts"
import * as Responses from "./Responses.ts"

const sorting: Paging.Sorting = { properties: ["messageId", "lastUpdated"], unlessSaid: [] }

/** Source: nextmove-api 1.10. */
export const layer = HttpApiBuilder.group(Api, "messagesIn", (handlers) =>
  handlers.handleAll({
    search: Effect.fnUntraced(function* ({ query: { page, size, sort, ...filter } }) {
      yield* acceptsJson
      const inbox = yield* Inbox
      const asked = yield* Paging.request({ page, size, sort }, sorting)
      const found = yield* inbox.search(filter, asked)
      return Responses.plainJson(Paging.respond(asked, found, ({ sbd }) => Sbd.encode(sbd)))
    }, answer),
    peek: Effect.fnUntraced(function* ({ query }) {
      yield* acceptsJson
      const peeked = yield* peekMessage(query)
      return Option.match(peeked, {
        onNone: () => Responses.noContent,
        onSome: (sbd) => Responses.plainJson(Sbd.encode(sbd))
      })
    }, answer),
    pop: Effect.fnUntraced(function* ({ params }) {
      const popped = yield* popMessage(yield* messageIdOf(params.messageId))
      return Option.match(popped, {
        onNone: () => Responses.noContent,
        onSome: ({ content, size, verdict }) =>
          HttpServerResponse.stream(content, {
            contentType: "application/vnd.etsi.asic-e+zip",
            contentLength: size,
            headers: { "content-disposition": "attachment; filename=asic.zip", "x-dokumentpakke-verdict": verdict }
          })
      })
    }, answer),
    remove: Effect.fnUntraced(function* ({ params }) {
      yield* acceptsJson
      return Responses.plainJson(Sbd.encode(yield* deleteInMessage(yield* messageIdOf(params.messageId))))
    }, answer)
  })
)
