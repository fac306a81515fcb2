import { Api } from "@eformidling/api/Api"
import { ConversationBody } from "@eformidling/api/ConversationBody"
import * as Page from "@eformidling/api/Page"
import { dayAfter } from "@eformidling/api/Timestamp"
import type { Conversation } from "@eformidling/domain/Conversation"
import { isMessageId } from "@eformidling/domain/MessageId"
import { Conversations, type ConversationFilter } from "@eformidling/port-store/Conversations"
import { Effect, Option } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "./Answer.ts"
import { conversationNotFound, messageNotFound } from "./ErrorTable.ts"
import { rowId } from "./Ids.ts"
import { acceptsJson } from "./Negotiation.ts"
import * as Paging from "./Paging.ts"
import * as Responses from "./Responses.ts"

const sorting: Paging.Sorting = {
  properties: [
    "id",
    "conversationId",
    "messageId",
    "sender",
    "senderIdentifier",
    "receiver",
    "receiverIdentifier",
    "processIdentifier",
    "documentIdentifier",
    "messageReference",
    "messageTitle",
    "lastUpdate",
    "finished",
    "expiry",
    "direction",
    "serviceIdentifier"
  ],
  unlessSaid: [{ property: "lastUpdate", direction: "desc" }]
}

const toBody = (conversation: Conversation): ConversationBody => ({
  ...conversation,
  messageStatuses: [...conversation.messageStatuses].sort((a, b) => a.id - b.id)
})

const conversation = Responses.json(ConversationBody)
const conversationPage = Responses.json(Page.Page(ConversationBody))

const search = Effect.fnUntraced(function* (filter: ConversationFilter, query: Parameters<typeof Paging.request>[0]) {
  yield* acceptsJson
  const conversations = yield* Conversations
  const asked = yield* Paging.request(query, sorting)
  return yield* conversationPage(Paging.respond(asked, yield* conversations.search(filter, asked), toBody))
})

/** Nothing is found by an id that is no messageId. */
const outgoingByMessageId = Effect.fnUntraced(function* (messageId: string) {
  const conversations = yield* Conversations
  return isMessageId(messageId) ? yield* conversations.byMessageId(messageId, "OUTGOING") : Option.none<Conversation>()
})

/** Source: nextmove-api 1.11. */
export const layer = HttpApiBuilder.group(Api, "conversations", (handlers) =>
  handlers.handleAll({
    search: ({ query }) => {
      const { lastUpdateFrom, lastUpdateTo, page, size, sort, ...filter } = query
      const lastUpdateBefore = lastUpdateTo === undefined ? undefined : dayAfter(lastUpdateTo)
      return answer(search({ ...filter, lastUpdateFrom, lastUpdateBefore }, { page, size, sort }))
    },
    queue: ({ query }) => answer(search({ pollable: true }, query)),
    byId: Effect.fnUntraced(function* ({ params: { id } }) {
      yield* acceptsJson
      const conversations = yield* Conversations
      const one = { page: 0, size: 1, sort: [] }
      const found = yield* conversations.search({ id: rowId(id), direction: "OUTGOING" }, one)
      const first = found.content[0]
      if (first === undefined) return yield* conversationNotFound(id)
      return yield* conversation(toBody(first))
    }, answer),
    byMessageId: Effect.fnUntraced(function* ({ params: { messageId } }) {
      yield* acceptsJson
      const found = yield* outgoingByMessageId(messageId)
      if (Option.isNone(found)) return yield* messageNotFound(messageId)
      return yield* conversation(toBody(found.value))
    }, answer),
    remove: Effect.fnUntraced(function* ({ params: { id } }) {
      const conversations = yield* Conversations
      yield* conversations.remove(rowId(id))
      return Responses.empty
    }, answer),
    removeByMessageId: Effect.fnUntraced(function* ({ params: { messageId } }) {
      const conversations = yield* Conversations
      if (!isMessageId(messageId)) return Responses.empty
      for (const direction of ["OUTGOING", "INCOMING"] as const) {
        const found = yield* conversations.byMessageId(messageId, direction)
        if (Option.isSome(found)) yield* conversations.remove(found.value.id)
      }
      return Responses.empty
    }, answer)
  })
)
