import { assert, describe, layer } from "@effect/vitest"
import { MessageId } from "@eformidling/domain/MessageId"
import type { NewStatus } from "@eformidling/domain/Conversation"
import { registerStatuses } from "@eformidling/exchange/RegisterStatus"
import { Conversations } from "@eformidling/port-store/Conversations"
import { DateTime, Effect, Option } from "effect"
import { randomUUID } from "node:crypto"
import { at } from "./internal/httpCall.testing.ts"
import { digital, idOf, innsynskrav } from "./internal/messages.testing.ts"
import * as TestServer from "./internal/testServer.testing.ts"

const { Client } = TestServer

const create = Effect.fnUntraced(function* (sbd = digital()) {
  const { call } = yield* Client
  yield* call("POST", "/api/messages/out", {
    headers: { "content-type": "application/json" },
    body: JSON.stringify(sbd)
  })
  const conversations = yield* Conversations
  return Option.getOrThrow(yield* conversations.byMessageId(MessageId.make(idOf(sbd)), "OUTGOING"))
})

const time = (text: string) => DateTime.toUtc(DateTime.makeUnsafe(text))

const register = Effect.fnUntraced(function* (messageId: string, statuses: ReadonlyArray<NewStatus>) {
  const conversations = yield* Conversations
  const conversation = yield* conversations.byMessageId(MessageId.make(messageId), "OUTGOING")
  yield* registerStatuses(Option.getOrThrow(conversation), statuses)
})

const delivered = (raw: string): ReadonlyArray<NewStatus> => [
  { status: "SENDT", at: time("2026-01-14T09:00:00Z") },
  { status: "MOTTATT", at: time("2026-01-14T09:16:14.485Z") },
  { status: "LEVERT", at: time("2026-01-14T09:16:15.02Z"), description: "Kvittering på levering", rawReceipt: raw }
]

layer(TestServer.layer(), { excludeTestServices: true })("history", (it) => {
  describe("conversations", () => {
    it.effect("shows every member, and statuses without receipts", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const { id, messageId } = yield* create()
        yield* register(messageId, delivered("jws"))
        const answer = yield* call("GET", `/api/conversations/messageId/${messageId}`)
        assert.strictEqual(answer.status, 200)
        assert.sameOrderedMembers(Object.keys(answer.json as object), [
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
          "serviceIdentifier",
          "messageStatuses"
        ])
        assert.deepInclude(answer.json as object, {
          id,
          messageId,
          sender: `0192:${TestServer.own}`,
          senderIdentifier: TestServer.own,
          receiver: TestServer.citizen,
          receiverIdentifier: TestServer.citizen,
          finished: true,
          direction: "OUTGOING",
          serviceIdentifier: "DPI"
        })
        const last = at(answer.json, "messageStatuses", 3)
        assert.sameOrderedMembers(Object.keys(last as object), ["id", "lastUpdate", "status", "description"])
        assert.deepInclude(last as object, {
          lastUpdate: "2026-01-14T10:16:15.02+01:00",
          status: "LEVERT",
          description: "Kvittering på levering"
        })
        assert.deepStrictEqual((yield* call("GET", `/api/conversations/${id}/`)).json, answer.json)
      })
    )

    it.effect("finds by each filter, all together, days included at both ends (API-74)", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const { conversationId, messageId } = yield* create()
        const today = (yield* DateTime.now).pipe(
          DateTime.setZone(DateTime.zoneMakeNamedUnsafe("Europe/Oslo")),
          DateTime.formatIsoDate
        )
        const found = (query: string) =>
          Effect.map(call("GET", `/api/conversations/?messageId=${messageId}&${query}`), ({ json }) =>
            at(json, "totalElements")
          )
        for (const [filter, count] of [
          [`conversationId=${conversationId}&direction=OUTGOING&finished=false&pollable=false`, 1],
          [`receiver=${TestServer.citizen}&senderIdentifier=${TestServer.own}&serviceIdentifier=DPI`, 1],
          [`lastUpdateFrom=${today}&lastUpdateTo=${today}`, 1],
          ["lastUpdateTo=2020-01-01", 0],
          ["direction=INCOMING", 0],
          ["finished=true", 0],
          [`receiverIdentifier=${TestServer.own}`, 0],
          ["messageTitle=other", 0]
        ] as const) {
          assert.strictEqual(yield* found(filter), count, filter)
        }
        const page = yield* call("GET", `/api/conversations?messageId=${messageId}`)
        assert.strictEqual(at(page.json, "content", 0, "direction"), "OUTGOING")
        assert.deepStrictEqual(at(page.json, "sort"), { sorted: true, unsorted: false, empty: false })
      })
    )

    it.effect("tells what is not there by id and by messageId (API-75, API-76)", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const byId = yield* call("GET", "/api/conversations/123456")
        assert.strictEqual(byId.status, 404)
        assert.deepInclude(byId.json as object, {
          exception: "no.difi.meldingsutveksling.exceptions.ConversationNotFoundException",
          message: "Conversation with id = 123456 was not found"
        })
        const messageId = randomUUID()
        const byMessageId = yield* call("GET", `/api/conversations/messageId/${messageId}`)
        assert.strictEqual(byMessageId.status, 404)
        assert.deepInclude(byMessageId.json as object, {
          exception: "no.difi.meldingsutveksling.exceptions.MessageNotFoundException",
          message: `Message with messageId = ${messageId} was not found`
        })
        for (const id of ["99999999999", "-5"]) {
          assert.strictEqual((yield* call("GET", `/api/conversations/${id}`)).status, 404)
        }
      })
    )

    it.effect("lists in the queue what is being asked about (API-77)", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const { messageId } = yield* create()
        const queued = Effect.map(call("GET", "/api/conversations/queue?size=2000"), ({ json }) =>
          (at(json, "content") as ReadonlyArray<unknown>).some((item) => at(item, "messageId") === messageId)
        )
        const at0 = time("2026-01-14T09:00:00Z")
        assert.isFalse(yield* queued)
        yield* register(messageId, [{ status: "SENDT", at: at0 }])
        assert.isTrue(yield* queued)
        yield* register(messageId, [{ status: "MOTTATT", at: at0 }])
        assert.isFalse(yield* queued)
      })
    )

    it.effect("removes a conversation and its statuses, known or not (API-78)", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const first = yield* create()
        const second = yield* create(innsynskrav())
        for (const path of [
          `${first.id}`,
          `messageId/${second.messageId}`,
          "1234567",
          `messageId/${randomUUID()}`,
          "messageId/x"
        ]) {
          const answer = yield* call("DELETE", `/api/conversations/${path}`)
          assert.strictEqual(answer.status, 200)
          assert.strictEqual(answer.text, "")
        }
        for (const { messageId } of [first, second]) {
          assert.strictEqual(at((yield* call("GET", `/api/statuses/${messageId}`)).json, "totalElements"), 0)
          assert.strictEqual((yield* call("GET", `/api/conversations/messageId/${messageId}`)).status, 404)
        }
      })
    )
  })

  describe("statuses", () => {
    it.effect("shows the statuses of a message, oldest first, with receipt and ids", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const { conversationId, id, messageId } = yield* create()
        yield* register(messageId, delivered("raw jws"))
        const answer = yield* call("GET", `/api/statuses/${messageId}`)
        assert.strictEqual(answer.status, 200)
        assert.strictEqual(answer.headers["content-type"], "application/json; charset=utf-8")
        const names = (at(answer.json, "content") as ReadonlyArray<unknown>).map((status) => at(status, "status"))
        assert.deepStrictEqual(names, ["OPPRETTET", "SENDT", "MOTTATT", "LEVERT"])
        const last = at(answer.json, "content", 3)
        assert.sameOrderedMembers(Object.keys(last as object), [
          "id",
          "lastUpdate",
          "status",
          "description",
          "rawReceipt",
          "convId",
          "messageId",
          "conversationId"
        ])
        assert.deepInclude(last as object, { rawReceipt: "raw jws", convId: id, messageId, conversationId })
        const listed = yield* call("GET", `/api/statuses?messageId=${messageId}`)
        assert.deepStrictEqual(at(listed.json, "content"), at(answer.json, "content"))
        assert.strictEqual(listed.headers["content-type"], "application/json")
      })
    )

    it.effect("finds by each filter; a time range needs both its ends (API-70)", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const { messageId } = yield* create()
        yield* register(messageId, delivered("raw"))
        const found = (query: string) =>
          Effect.map(call("GET", `/api/statuses?messageId=${messageId}&${query}`), ({ json }) =>
            at(json, "totalElements")
          )
        const from = "fromDateTime=2026-01-14T10:16:14.485%2B01:00"
        const id = at(
          (yield* call("GET", `/api/statuses?messageId=${messageId}&status=LEVERT`)).json,
          "content",
          0,
          "id"
        )
        for (const [filter, count] of [
          ["status=LEVERT", 1],
          [`id=${String(id)}`, 1],
          ["id=99999999999", 0],
          [`${from}&toDateTime=2026-01-14T09:16:15.02Z`, 2],
          [`${from}&toDateTime=2026-01-14T09:16:15Z`, 1],
          [from, 4],
          ["toDateTime=2020-01-01T00:00:00Z", 4]
        ] as const) {
          assert.strictEqual(yield* found(filter), count, filter)
        }
      })
    )

    it.effect("has an empty page for a message nobody knows (API-71)", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        for (const messageId of [randomUUID(), "abc"]) {
          const answer = yield* call("GET", `/api/statuses/${messageId}`)
          assert.strictEqual(answer.status, 200)
          assert.deepInclude(answer.json as object, { content: [], totalElements: 0, empty: true, last: true })
        }
      })
    )

    it.effect("turns pages, to the last and beyond", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const { messageId } = yield* create()
        yield* register(messageId, delivered("raw"))
        const page = (number: number) => call("GET", `/api/statuses/${messageId}?size=3&page=${number}&sort=id,desc`)
        const first = yield* page(0)
        assert.deepInclude(first.json as object, { last: false, totalPages: 2, numberOfElements: 3, first: true })
        assert.strictEqual(at(first.json, "content", 0, "status"), "LEVERT")
        assert.deepInclude((yield* page(1)).json as object, { last: true, numberOfElements: 1, number: 1 })
        assert.deepInclude((yield* page(7)).json as object, { last: true, numberOfElements: 0, empty: true })
      })
    )
  })
})
