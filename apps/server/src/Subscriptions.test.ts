import { assert, layer } from "@effect/vitest"
import { WebhookDeliveries } from "@eformidling/port-store/WebhookDeliveries"
import { Duration, Effect } from "effect"
import { at } from "./internal/httpCall.testing.ts"
import * as TestServer from "./internal/testServer.testing.ts"

const { Client } = TestServer

const wanted = {
  name: "Incoming messages",
  pushEndpoint: "http://my.pushendpoint.no/messages/incoming",
  resource: "messages",
  event: "status",
  filter: "status=INNKOMMENDE_MOTTAT&direction=INCOMING"
}

const call = Effect.fnUntraced(function* (method: string, path = "", body?: unknown) {
  const client = yield* Client
  return yield* client.call(method, `/api/subscriptions${path}`, {
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
})

/** What is on its way, which nobody else gets then. */
const offered = Effect.gen(function* () {
  const leased = yield* (yield* WebhookDeliveries).lease({ limit: 100, leaseFor: Duration.hours(1) })
  return leased.map(({ body, pushEndpoint }) => [pushEndpoint, at(JSON.parse(body), "event")])
})

layer(TestServer.layer(), { excludeTestServices: true })("subscriptions", (it) => {
  it.effect("are created with an id, and pinged (API-79)", () =>
    Effect.gen(function* () {
      yield* call("DELETE")
      const created = yield* call("POST", "", wanted)
      const id = Number(at(created.json, "id"))
      assert.isAbove(id, 0)
      assert.deepStrictEqual([created.status, created.json], [200, { id, ...wanted }])
      assert.deepStrictEqual(yield* offered, [[wanted.pushEndpoint, "ping"]])
      assert.deepStrictEqual((yield* call("GET", `/${id}`)).json, created.json)
      const page = yield* call("GET")
      assert.deepStrictEqual([at(page.json, "totalElements"), at(page.json, "content", 0)], [1, created.json])
    })
  )

  it.effect("are refused with the field that breaks a rule (API-81, API-82)", () =>
    Effect.gen(function* () {
      const refused: ReadonlyArray<readonly [object, string, string]> = [
        [{ event: "nonexistent" }, "event", "'nonexistent' is not expected. Allowed values are: [all, status]"],
        [{ resource: "x" }, "resource", "'x' is not expected. Allowed values are: [all, messages]"],
        [{ filter: "foo=bar" }, "filter", "Must be a valid filter definition."],
        [{ filter: "status>X" }, "filter", "Must be a valid filter definition."],
        [{ pushEndpoint: "ftp://host/" }, "pushEndpoint", "must be a valid URL"],
        [{ name: null }, "name", "must not be null"],
        [{ id: 1 }, "id", "must be null"]
      ]
      for (const [members, field, detail] of refused) {
        const answer = yield* call("POST", "", { ...wanted, name: field, ...members })
        assert.strictEqual(answer.status, 400, field)
        assert.strictEqual(at(answer.json, "errors", 0, "field"), field)
        assert.strictEqual(at(answer.json, "errors", 0, "defaultMessage"), detail)
      }
      assert.strictEqual((yield* call("POST", "", [])).status, 400)
      assert.strictEqual((yield* call("POST", "", { ...wanted, name: 1 })).status, 400)
    })
  )

  it.effect("are refused when name and push endpoint are taken (API-83)", () =>
    Effect.gen(function* () {
      yield* call("DELETE")
      yield* call("POST", "", wanted)
      const again = yield* call("POST", "", wanted)
      assert.strictEqual(again.status, 400)
      assert.strictEqual(at(again.json, "message"), "Subscription with same name and push endpoint already exists.")
    })
  )

  it.effect("change in the members given alone, and are pinged at a new push endpoint (API-84)", () =>
    Effect.gen(function* () {
      yield* call("DELETE")
      const id = Number(at((yield* call("POST", "", wanted)).json, "id"))
      yield* offered
      const changed = yield* call("PUT", `/${id}`, { id: 7, name: "renamed", filter: null })
      assert.deepStrictEqual([changed.status, changed.text], [200, ""])
      assert.deepStrictEqual((yield* call("GET", `/${id}`)).json, { id, ...wanted, name: "renamed" })
      assert.deepStrictEqual(yield* offered, [])
      yield* call("PUT", `/${id}`, { pushEndpoint: "https://moved.example/" })
      assert.deepStrictEqual(yield* offered, [["https://moved.example/", "ping"]])
      assert.strictEqual((yield* call("PUT", `/${id}`, { event: "x" })).status, 400)
    })
  )

  it.effect("are not found once removed, one by one or all at once (API-85, API-86)", () =>
    Effect.gen(function* () {
      yield* call("DELETE")
      const id = Number(at((yield* call("POST", "", wanted)).json, "id"))
      assert.deepStrictEqual((yield* call("DELETE", `/${id}`)).status, 200)
      for (const method of ["GET", "DELETE"]) {
        const answer = yield* call(method, `/${id}`)
        assert.strictEqual(answer.status, 404)
        assert.strictEqual(at(answer.json, "message"), `Subscription with id = ${id} was not found`)
      }
      assert.strictEqual((yield* call("PUT", `/${id}`, { name: "x" })).status, 404)
      yield* call("POST", "", wanted)
      const all = yield* call("DELETE")
      assert.deepStrictEqual([all.status, all.text], [200, ""])
      assert.strictEqual(at((yield* call("GET")).json, "totalElements"), 0)
    })
  )
})
