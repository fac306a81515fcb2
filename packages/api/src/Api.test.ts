import { assert, describe, it } from "@effect/vitest"
import { OpenApi } from "effect/http-api"
import { Api } from "./Api.ts"

const spec = OpenApi.fromApi(Api)

describe("Api", () => {
  it("describes every endpoint of DPI and DPE that the server has", () => {
    const operations = Object.entries(spec.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`)
    )
    assert.sameMembers(operations, [
      "GET /api/capabilities/{receiverIdentifier}",
      "GET /api/messages/out",
      "POST /api/messages/out",
      "POST /api/messages/out/multipart",
      "GET /api/messages/out/{messageId}",
      "PUT /api/messages/out/{messageId}",
      "POST /api/messages/out/{messageId}",
      "DELETE /api/messages/out/{messageId}",
      "GET /api/messages/in",
      "GET /api/messages/in/peek",
      "GET /api/messages/in/pop/{messageId}",
      "DELETE /api/messages/in/{messageId}",
      "GET /api/conversations",
      "GET /api/conversations/queue",
      "GET /api/conversations/{id}",
      "GET /api/conversations/messageId/{messageId}",
      "DELETE /api/conversations/{id}",
      "DELETE /api/conversations/messageId/{messageId}",
      "GET /api/statuses",
      "GET /api/statuses/peek",
      "GET /api/statuses/{messageId}",
      "DELETE /api/statuses/{id}",
      "GET /api/subscriptions",
      "POST /api/subscriptions",
      "DELETE /api/subscriptions",
      "GET /api/subscriptions/{id}",
      "PUT /api/subscriptions/{id}",
      "DELETE /api/subscriptions/{id}",
      "GET /manage/health",
      "GET /manage/health/liveness",
      "GET /manage/health/readiness",
      "POST /manage/shutdown",
      "GET /manage/info"
    ])
  })

  it("describes the members of messages, pages and errors", () => {
    const schemas = spec.components.schemas
    const membersOf = (name: string) => Object.keys((schemas[name] as { properties: object }).properties)
    assert.includeMembers(membersOf("StandardBusinessDocument"), [
      "standardBusinessDocumentHeader",
      "digital",
      "innsynskrav"
    ])
    assert.deepStrictEqual(membersOf("BadRequest"), [
      "timestamp",
      "exception",
      "message",
      "errors",
      "description",
      "status",
      "error",
      "path"
    ])
    assert.deepStrictEqual(membersOf("StatusPage"), [
      "content",
      "pageable",
      "last",
      "totalElements",
      "totalPages",
      "size",
      "number",
      "sort",
      "numberOfElements",
      "first",
      "empty"
    ])
  })

  it("lets through members that it does not name", () => {
    assert.notInclude(JSON.stringify(spec), '"additionalProperties":false')
  })
})
