/** The part of the contract of `Conversations` that is about searching and paging. */
import type { NewConversation } from "@eformidling/domain/Conversation"
import { assert, type Vitest } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import {
  type ConversationFilter,
  Conversations,
  conversationSortProperties,
  type StatusFilter,
  statusSortProperties
} from "../Conversations.ts"
import type { PageRequest } from "../Page.ts"
import { at, conversation, conversationId, firstPage, messageId, status, unique } from "../StoreSamples.ts"

/** Conversations with a title of their own, a second apart. */
const titled = Effect.fnUntraced(function* (count: number, given: Partial<NewConversation> = {}) {
  const conversations = yield* Conversations
  const messageTitle = yield* unique("title")
  const opened = yield* Effect.forEach(Array.from({ length: count }), () =>
    Effect.tap(
      Effect.flatMap(conversation({ messageTitle, ...given }), (each) =>
        conversations.open(each, [status("OPPRETTET"), status("SENDT")])
      ),
      TestClock.adjust("1 second")
    )
  )
  return { conversations, messageTitle, opened, ids: opened.map(({ id }) => id) }
})

const page = (number: number, size: number, ...sort: PageRequest["sort"]): PageRequest => ({ page: number, size, sort })

export const suite = (it: Vitest.MethodsNonLive<Conversations>): void => {
  it.effect("finds what matches every filter given (API-74)", () =>
    Effect.gen(function* () {
      const { conversations, messageTitle, opened } = yield* titled(2, {
        sender: "0192:111111111:222222222",
        senderIdentifier: "222222222",
        receiver: "0192:333333333",
        receiverIdentifier: "333333333"
      })
      const [first, second] = opened
      if (first === undefined || second === undefined) return assert.fail()
      const matching = {
        id: first.id,
        conversationId: first.conversationId,
        messageId: first.messageId,
        sender: first.sender,
        senderIdentifier: first.senderIdentifier,
        receiver: first.receiver,
        receiverIdentifier: first.receiverIdentifier,
        serviceIdentifier: "DPI",
        messageReference: first.messageReference,
        messageTitle,
        pollable: true,
        finished: false,
        direction: "OUTGOING",
        lastUpdateFrom: first.lastUpdate,
        lastUpdateBefore: second.lastUpdate
      } satisfies ConversationFilter
      const others: Required<ConversationFilter> = {
        id: second.id,
        conversationId: second.conversationId,
        messageId: yield* messageId,
        sender: "0192:222222222",
        senderIdentifier: "111111111",
        receiver: "333333333",
        receiverIdentifier: "0192:333333333",
        serviceIdentifier: "DPE",
        messageReference: second.messageReference,
        messageTitle: messageTitle.toUpperCase(),
        pollable: false,
        finished: true,
        direction: "INCOMING",
        lastUpdateFrom: second.lastUpdate,
        lastUpdateBefore: first.lastUpdate
      }
      const found = (filter: ConversationFilter) =>
        Effect.map(conversations.search(filter, firstPage), ({ content, totalElements }) => {
          assert.strictEqual(totalElements, content.length)
          return content.map(({ id }) => id)
        })
      assert.deepStrictEqual(yield* found(matching), [first.id])
      for (const [member, other] of Object.entries(others)) {
        assert.deepStrictEqual(yield* found({ ...matching, [member]: other }), [], member)
      }
      assert.deepStrictEqual(yield* found({ messageTitle, senderIdentifier: "222222222" }), [second.id, first.id])
    })
  )

  it.effect("gives pages, the newest update first, and an empty one beyond the end", () =>
    Effect.gen(function* () {
      const { conversations, messageTitle, ids } = yield* titled(5)
      yield* conversations.setTitle(ids[0] ?? 0, messageTitle)
      const pages = yield* Effect.forEach([0, 1, 2, 3], (number) =>
        conversations.search({ messageTitle }, page(number, 2))
      )
      const [oldest, ...rest] = ids
      assert.deepStrictEqual(
        pages.flatMap(({ content }) => content.map(({ id }) => id)),
        [oldest, ...rest.toReversed()]
      )
      assert.deepStrictEqual(
        pages.map(({ content }) => content.length),
        [2, 2, 1, 0]
      )
      assert.deepStrictEqual(
        pages.map(({ totalElements }) => totalElements),
        [5, 5, 5, 5]
      )
    })
  )

  it.effect("keeps the order in which equal ones were stored", () =>
    Effect.gen(function* () {
      const conversations = yield* Conversations
      const messageTitle = yield* unique("title")
      const opened = yield* Effect.forEach(Array.from({ length: 5 }), () =>
        Effect.flatMap(conversation({ messageTitle }), (each) => conversations.open(each, []))
      )
      const ids = opened.map(({ id }) => id)
      const found = yield* Effect.forEach(
        [page(0, 10), page(0, 10, { property: "direction", direction: "desc" })],
        (request) => conversations.search({ messageTitle }, request)
      )
      assert.deepStrictEqual(
        found.map(({ content }) => content.map(({ id }) => id)),
        [ids, ids]
      )
    })
  )

  it.effect("sorts by every property it names, both ways", () =>
    Effect.gen(function* () {
      const { conversations, messageTitle, ids } = yield* titled(3)
      for (const property of conversationSortProperties) {
        const [up, down] = yield* Effect.forEach(["asc", "desc"] as const, (direction) =>
          Effect.map(
            conversations.search({ messageTitle }, page(0, 10, { property, direction }, { property: "id", direction })),
            ({ content }) => content
          )
        )
        assert.deepStrictEqual(up, down?.toReversed(), property)
        const values = (up ?? []).map((each) => String(each[property]))
        if (["messageId", "conversationId", "messageReference"].includes(property)) {
          assert.deepStrictEqual(values, values.toSorted(), property)
        } else {
          assert.deepStrictEqual(
            up?.map(({ id }) => id),
            ids,
            property
          )
        }
      }
    })
  )

  it.effect("counts all, and those of a kind, as they come, change and go", () =>
    Effect.gen(function* () {
      const conversations = yield* Conversations
      const filters: ReadonlyArray<ConversationFilter> = [
        {},
        { direction: "OUTGOING" },
        { serviceIdentifier: "DPI" },
        { finished: false },
        { pollable: true, direction: "OUTGOING" },
        { finished: true, serviceIdentifier: "DPI", direction: "OUTGOING" }
      ]
      const counts = Effect.forEach(filters, (filter) =>
        Effect.map(conversations.search(filter, page(0, 1)), ({ totalElements }) => totalElements)
      )
      const statusCounts = Effect.forEach([{}, { status: "SENDT" }, { status: "LEVERT" }] as const, (filter) =>
        Effect.map(conversations.statuses(filter, page(0, 1)), ({ totalElements }) => totalElements)
      )
      const change = (before: ReadonlyArray<number>, after: ReadonlyArray<number>) =>
        after.map((count, index) => count - (before[index] ?? 0))

      const before = yield* counts
      const statusesBefore = yield* statusCounts
      const { ids } = yield* titled(3)
      const [first = 0, second = 0, third = 0] = ids
      assert.deepStrictEqual(change(before, yield* counts), [3, 3, 3, 3, 3, 0])
      yield* conversations.register(first, [status("LEVERT")])
      assert.deepStrictEqual(change(before, yield* counts), [3, 3, 3, 2, 2, 1])
      assert.deepStrictEqual(change(statusesBefore, yield* statusCounts), [7, 3, 1])
      yield* Effect.forEach([first, second, third], conversations.remove, { concurrency: "unbounded" })
      assert.deepStrictEqual(yield* counts, before)
      assert.deepStrictEqual(yield* statusCounts, statusesBefore)
    })
  )

  it.effect("finds statuses by every filter given, both ends of a time included (API-70)", () =>
    Effect.gen(function* () {
      const { conversations, opened } = yield* titled(2)
      const [first] = opened
      if (first === undefined) return assert.fail()
      const [sent] = yield* conversations.register(first.id, [
        { ...status("LEST", "2021-03-04T05:06:07.008Z"), rawReceipt: "raw" }
      ])
      if (sent === undefined) return assert.fail()
      const when = sent.lastUpdate
      const matching = {
        id: sent.id,
        conversationId: first.conversationId,
        messageId: first.messageId,
        status: "LEST",
        between: { from: when, to: when }
      } satisfies StatusFilter
      const others: Required<StatusFilter> = {
        id: first.id,
        conversationId: yield* conversationId,
        messageId: yield* messageId,
        status: "LEVERT",
        between: { from: at("2021-03-04T05:06:07.009Z"), to: at("2022-01-01T00:00:00Z") }
      }
      const expected = { ...sent, convId: first.id, messageId: first.messageId, conversationId: first.conversationId }
      const found = yield* conversations.statuses(matching, firstPage)
      assert.deepStrictEqual(found, { content: [expected], totalElements: 1 })
      for (const [member, other] of Object.entries(others)) {
        const none = yield* conversations.statuses({ ...matching, [member]: other }, firstPage)
        assert.deepStrictEqual(none, { content: [], totalElements: 0 }, member)
      }
      const { between, messageId: id } = matching
      assert.strictEqual((yield* conversations.statuses({ between, messageId: id }, firstPage)).totalElements, 1)
    })
  )

  it.effect("answers for the statuses of an unknown message with an empty page (API-71)", () =>
    Effect.gen(function* () {
      const conversations = yield* Conversations
      const found = yield* conversations.statuses({ messageId: yield* messageId }, firstPage)
      assert.deepStrictEqual(found, { content: [], totalElements: 0 })
    })
  )

  it.effect("gives statuses in pages, by id or sorted as asked", () =>
    Effect.gen(function* () {
      const { conversations, opened } = yield* titled(1)
      const messageId = opened[0]?.messageId
      const ids = opened.flatMap(({ messageStatuses }) => messageStatuses.map(({ id }) => id))
      const found = (request: PageRequest) =>
        Effect.map(conversations.statuses({ messageId }, request), ({ content }) => content.map(({ id }) => id))
      assert.deepStrictEqual(yield* Effect.forEach([page(0, 1), page(1, 1), page(2, 1)], found), [
        ids.slice(0, 1),
        ids.slice(1),
        []
      ])
      for (const property of statusSortProperties) {
        const descending = yield* found(page(0, 9, { property, direction: "desc" }))
        assert.deepStrictEqual(descending, property === "lastUpdate" ? ids : ids.toReversed(), property)
      }
    })
  )
}
