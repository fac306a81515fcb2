import { assert, layer } from "@effect/vitest"
import { Conversations } from "@eformidling/port-store/Conversations"
import { MessageId } from "@eformidling/domain/MessageId"
import { registerStatuses } from "@eformidling/exchange/RegisterStatus"
import { DateTime, Effect, Option } from "effect"
import { at } from "./internal/httpCall.testing.ts"
import { digital, idOf, innsynskrav } from "./internal/messages.testing.ts"
import * as TestServer from "./internal/testServer.testing.ts"

const { Client } = TestServer

/** Creates a message, and registers SENDT for it. */
const sent = Effect.fnUntraced(function* (sbd: ReturnType<typeof digital>) {
  const { call } = yield* Client
  const conversations = yield* Conversations
  const headers = { "content-type": "application/json" }
  const created = yield* call("POST", "/api/messages/out", { headers, body: JSON.stringify(sbd) })
  assert.strictEqual(created.status, 200)
  const conversation = yield* conversations.byMessageId(MessageId.make(idOf(sbd)), "OUTGOING")
  yield* registerStatuses(Option.getOrThrow(conversation), [
    { status: "SENDT", at: DateTime.makeUnsafe("2026-01-14T09:16:15.485Z"), description: "Sendt" }
  ])
  return idOf(sbd)
})

const peek = Effect.flatMap(Client, ({ call }) => call("GET", "/api/statuses/peek"))
const remove = (id: unknown) => Effect.flatMap(Client, ({ call }) => call("DELETE", `/api/statuses/${String(id)}`))

layer(TestServer.layer({ exchange: { queuedStatuses: ["DPI"] } }), { excludeTestServices: true })(
  "the status queue",
  (it) => {
    it.effect("gives a status until it is removed, then the next, and at last none (API-72)", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        yield* sent(innsynskrav())
        const messageId = yield* sent(digital())
        const first = yield* peek
        assert.deepStrictEqual(
          [first.status, at(first.json, "status"), at(first.json, "messageId")],
          [200, "OPPRETTET", messageId]
        )
        assert.strictEqual((yield* peek).text, first.text)
        const removed = yield* remove(at(first.json, "id"))
        assert.deepStrictEqual([removed.status, removed.text], [200, ""])
        const second = yield* peek
        assert.deepStrictEqual(Object.keys(second.json as object), [
          "id",
          "lastUpdate",
          "status",
          "description",
          "convId",
          "messageId",
          "conversationId"
        ])
        assert.deepInclude(second.json as object, { status: "SENDT", messageId, description: "Sendt" })
        assert.strictEqual((yield* remove(at(second.json, "id"))).status, 200)
        const none = yield* peek
        assert.deepStrictEqual([none.status, none.text], [204, ""])
        const again = yield* remove(at(second.json, "id"))
        assert.deepStrictEqual([again.status, again.text], [404, ""])
        const history = yield* call("GET", `/api/statuses/${messageId}`)
        assert.strictEqual(at(history.json, "totalElements"), 2)
      })
    )

    it.effect("refuses to remove what is no id, and finds none beyond all ids", () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* remove("first")).status, 400)
        assert.strictEqual((yield* remove("99999999999")).status, 404)
      })
    )
  }
)

layer(TestServer.layer(), { excludeTestServices: true })("the status queue that nobody has asked for", (it) => {
  it.effect("is empty whatever is registered (API-73)", () =>
    Effect.gen(function* () {
      yield* sent(digital())
      yield* sent(innsynskrav())
      assert.strictEqual((yield* peek).status, 204)
    })
  )
})
