import { assert, describe, layer } from "@effect/vitest"
import { Effect, Option, Redacted } from "effect"
import { at } from "./internal/httpCall.testing.ts"
import { digital, innsynskrav } from "./internal/messages.testing.ts"
import * as TestServer from "./internal/testServer.testing.ts"

const { Client, LogLines } = TestServer

const always = {
  "x-content-type-options": "nosniff",
  "x-xss-protection": "0",
  "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
  pragma: "no-cache",
  expires: "0",
  "x-frame-options": "DENY"
}

layer(TestServer.layer(), { excludeTestServices: true })("every request", (it) => {
  it.effect("is answered with the headers that are always sent", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      for (const path of ["/api/statuses", "/nowhere", "/manage/health", "/openapi.json"]) {
        assert.deepInclude((yield* call("GET", path)).headers, always)
      }
    })
  )

  it.effect("is taken with and without a slash at the end (API-93)", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      for (const path of [
        "/api/messages/out",
        "/api/messages/in",
        "/api/conversations",
        "/api/conversations/queue",
        "/api/statuses",
        `/api/capabilities/${TestServer.eInnsyn}`,
        "/manage/health",
        "/manage/info"
      ]) {
        assert.strictEqual((yield* call("GET", path)).status, 200, path)
        assert.strictEqual((yield* call("GET", `${path}/?page=0`)).status, 200, path)
      }
      const headers = { "content-type": "application/json" }
      const created = yield* call("POST", "/api/messages/out/", { headers, body: JSON.stringify(innsynskrav()) })
      assert.strictEqual(created.status, 200)
    })
  )

  it.effect("leads somewhere or is answered 404, with a method that fits or 405", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const nowhere = yield* call("GET", "/api/nothing/here?x=1")
      assert.strictEqual(nowhere.status, 404)
      assert.deepInclude(nowhere.json as object, {
        exception: "org.springframework.web.servlet.resource.NoResourceFoundException",
        message: "No static resource api/nothing/here.",
        path: "/api/nothing/here"
      })
      const method = yield* call("PATCH", "/api/messages/out")
      assert.strictEqual(method.status, 405)
      assert.strictEqual(method.headers["allow"], "HEAD, GET, POST")
      assert.deepInclude(method.json as object, {
        exception: "org.springframework.web.HttpRequestMethodNotSupportedException",
        message: "Method 'PATCH' is not supported.",
        error: "Method Not Allowed"
      })
      const options = yield* call("OPTIONS", "/api/statuses/")
      assert.strictEqual(options.status, 200)
      assert.strictEqual(options.headers["allow"], "HEAD,GET,OPTIONS")
      assert.strictEqual((yield* call("HEAD", "/api/statuses")).status, 200)
    })
  )

  it.effect("says what it sends and what it reads, or is answered 415 or 406", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const body = JSON.stringify(digital())
      const xml = yield* call("POST", "/api/messages/out", { headers: { "content-type": "application/xml" }, body })
      assert.strictEqual(xml.status, 415)
      assert.deepInclude(xml.json as object, {
        exception: "org.springframework.web.HttpMediaTypeNotSupportedException",
        message: "Content-Type 'application/xml' is not supported."
      })
      assert.strictEqual((yield* call("POST", "/api/messages/out", { body })).status, 415)
      const unreadable = yield* call("GET", "/api/statuses", { headers: { accept: "application/xml" } })
      assert.strictEqual(unreadable.status, 406)
      for (const accept of ["*/*", "application/json", "text/html, application/*;q=0.5", "application/hal+json"]) {
        assert.strictEqual((yield* call("GET", "/api/statuses", { headers: { accept } })).status, 200, accept)
      }
    })
  )

  it.effect("leaves no number of a person in the log (API-96)", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const { lines } = yield* LogLines
      const before = lines.length
      const { citizen } = TestServer
      yield* call("GET", `/api/capabilities/${citizen}`, { headers: { "user-agent": `Sak ${citizen}` } })
      yield* call("GET", `/api/capabilities/%30${citizen.slice(1)}?process=${citizen}`)
      yield* call("GET", `/api/conversations?receiver=${citizen}`)
      yield* call("POST", "/api/messages/out", {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(digital())
      })
      const written = lines.slice(before).join("\n")
      assert.include(written, "GET /api/capabilities/********** 200")
      assert.include(written, "Sak **********")
      assert.notInclude(written, citizen)
      assert.notMatch(written, /"Brev"|letter\.pdf/)
    })
  )

  it.effect("may ask what the API is, and gets a page that asks nobody else", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const spec = yield* call("GET", "/openapi.json")
      assert.strictEqual(spec.status, 200)
      assert.strictEqual(at(spec.json, "openapi"), "3.1.0")
      assert.property(at(spec.json, "paths"), "/api/messages/out/{messageId}")
      for (const path of ["/swagger", "/swagger/"]) {
        const page = yield* call("GET", path)
        assert.strictEqual(page.status, 200)
        assert.include(page.text, "Integrasjonspunkt Documentation")
        assert.notMatch(page.text, /<(?:script|link|img)[^>]*(?:src|href)="https?:/)
      }
    })
  )
})

describe("with Basic authentication", () => {
  const credentials = Option.some({ username: "sak", password: Redacted.make("hemmelig æ") })
  layer(TestServer.layer({ settings: { credentials } }), { excludeTestServices: true })((it) => {
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` })

    it.effect("lets in who knows the password, and anybody to health and info (API-95)", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        assert.strictEqual((yield* call("GET", "/api/statuses", { headers: basic("sak:hemmelig æ") })).status, 200)
        for (const headers of [
          {},
          basic("sak:feil"),
          basic("sak"),
          { authorization: "Bearer abc" },
          { authorization: "Basic %%%" }
        ]) {
          for (const path of ["/api/statuses", "/nowhere", "/openapi.json", "/manage/shutdown"]) {
            const answer = yield* call("GET", path, { headers })
            assert.strictEqual(answer.status, 401, path)
            assert.strictEqual(answer.headers["www-authenticate"], 'Basic realm="Realm"')
            assert.sameOrderedMembers(Object.keys(answer.json as object), [
              "timestamp",
              "message",
              "status",
              "error",
              "path"
            ])
            assert.strictEqual(at(answer.json, "message"), "Unauthorized")
          }
        }
        for (const path of ["/manage/health", "/manage/health/liveness", "/manage/health/readiness/", "/manage/info"]) {
          assert.strictEqual((yield* call("GET", path)).status, 200, path)
        }
      })
    )

    it.effect("writes no password to the log", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const { lines } = yield* LogLines
        yield* call("GET", "/api/statuses", { headers: basic("sak:hemmelig æ") })
        assert.notInclude(lines.join("\n"), "hemmelig")
      })
    )
  })
})
