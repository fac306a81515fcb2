import { Api } from "@eformidling/api/Api"
import * as Page from "@eformidling/api/Page"
import { StatusBody } from "@eformidling/api/StatusBody"
import { Conversations, type StatusFilter, type StatusOfMessage } from "@eformidling/port-store/Conversations"
import { StatusQueue } from "@eformidling/port-store/StatusQueue"
import { Effect, Option } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "./Answer.ts"
import { rowId } from "./Ids.ts"
import { acceptsJson } from "./Negotiation.ts"
import * as Paging from "./Paging.ts"
import * as Responses from "./Responses.ts"

const sorting: Paging.Sorting = {
  properties: ["id", "lastUpdate", "status"],
  unlessSaid: [{ property: "id", direction: "asc" }]
}

const one = Responses.json(StatusBody)
const page = Responses.json(Page.Page(StatusBody))
const pageOfMessage = Responses.json(Page.Page(StatusBody), { contentType: "application/json; charset=utf-8" })

const toBody = (status: StatusOfMessage): StatusBody => status

const search = Effect.fnUntraced(function* (filter: StatusFilter, query: Parameters<typeof Paging.request>[0]) {
  yield* acceptsJson
  const conversations = yield* Conversations
  const asked = yield* Paging.request(query, sorting)
  return Paging.respond(asked, yield* conversations.statuses(filter, asked), toBody)
})

/** Source: nextmove-api 1.12. */
export const layer = HttpApiBuilder.group(Api, "statuses", (handlers) =>
  handlers.handleAll({
    search: ({ query: { fromDateTime: from, id, page: number, size, sort, toDateTime: to, ...filter } }) =>
      search(
        {
          ...filter,
          id: id === undefined ? undefined : rowId(id),
          between: from === undefined || to === undefined ? undefined : { from, to }
        },
        { page: number, size, sort }
      ).pipe(Effect.flatMap(page), answer),
    peek: Effect.fnUntraced(function* () {
      yield* acceptsJson
      const queue = yield* StatusQueue
      const head = yield* queue.peek
      return yield* Option.match(head, {
        onNone: () => Effect.succeed(Responses.noContent),
        onSome: (status) => one(toBody(status))
      })
    }, answer),
    remove: Effect.fnUntraced(function* ({ params: { id } }) {
      const queue = yield* StatusQueue
      return (yield* queue.remove(rowId(id))) ? Responses.empty : Responses.notThere
    }, answer),
    ofMessage: ({ params: { messageId }, query }) =>
      search({ messageId }, query).pipe(Effect.flatMap(pageOfMessage), answer)
  })
)
