import { MessageId } from "@eformidling/domain/MessageId"
import { NodeHttpClient } from "@effect/platform-node"
import type { TransportError } from "@eformidling/port-transport/TransportError"
import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect, Layer, Redacted, Stream } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import * as Listener from "@eformidling/simulated-network/Listener"
import { NodeHttpServerRequest } from "@effect/platform-node"
import { Context } from "effect"
import * as Corner2 from "./Corner2.ts"
import { describe as describeRefusal } from "./Corner2Failure.ts"
import { settings } from "./internal/network.testing.ts"

interface Seen {
  readonly method: string
  readonly url: string
  readonly authorization: string | undefined
  readonly contentType: string | undefined
  readonly body: string
}

/** A corner 2 that gives one answer to everything and keeps what it was asked. */
class Script extends Context.Service<
  Script,
  { answer: Effect.Effect<HttpServerResponse.HttpServerResponse>; readonly seen: Array<Seen> }
>()("test/Script") {}

const empty = (status: number) => Effect.succeed(HttpServerResponse.empty({ status }))
const body = (text: string, status = 200, contentType = "application/json") =>
  Effect.succeed(HttpServerResponse.text(text, { status, contentType }))

const script = Layer.effect(
  Script,
  Effect.gen(function* () {
    const router = yield* HttpRouter.HttpRouter
    const service: Script["Service"] = { answer: empty(200), seen: [] }
    yield* router.add(
      "*",
      "/dpi/*",
      Effect.gen(function* () {
        const request = yield* HttpServerRequest.HttpServerRequest
        service.seen.push({
          method: request.method,
          url: NodeHttpServerRequest.toIncomingMessage(request).url ?? "",
          authorization: request.headers["authorization"],
          contentType: request.headers["content-type"],
          body: yield* Effect.orDie(request.text)
        })
        return yield* service.answer
      })
    )
    return service
  })
)

const peer = HttpRouter.serve(script, { disableLogger: true, disableListenLog: true }).pipe(
  Layer.provideMerge(Listener.layer()),
  Layer.provideMerge(NodeHttpClient.layerUndici)
)

const token = Redacted.make("token")
const messageId = MessageId.make("0a7b1c52-5f0a-4a0e-9b7e-3a1d3c0f6a11")
const submission: Corner2.Submission = {
  type: "digital",
  kanal: "kanal",
  token,
  forretningsmelding: "a.b.c",
  dokumentpakke: { size: 5, content: Stream.make(Buffer.from("pa"), Buffer.from("kke")) }
}
const query = { kanal: "kanal", avsenderidentifikator: undefined, page: 0 }

layer(peer, { excludeTestServices: true })("Corner2", (it) => {
  const answering = Effect.fnUntraced(function* (answer: Script["Service"]["answer"]) {
    const { baseUrl } = yield* Listener.Listener
    const service = yield* Script
    service.answer = answer
    service.seen.length = 0
    const corner2 = yield* Corner2.make({ ...settings(`${baseUrl}/dpi/`), timeout: Duration.millis(250) })
    return { corner2, baseUrl, seen: service.seen }
  })

  const operations = (corner2: Corner2.Corner2) => ({
    send: corner2.send(submission),
    list: Effect.asVoid(corner2.receipts(query, token)),
    statuses: Effect.asVoid(corner2.statuses(messageId, token)),
    read: corner2.markRead("id", token)
  })

  const failure = <A>(effect: Effect.Effect<A, TransportError>) =>
    Effect.map(Effect.flip(effect), ({ reason }) => reason)

  it.effect("posts the message and the package as two parts, in order, with the token (DPI-65)", () =>
    Effect.gen(function* () {
      const { corner2, seen } = yield* answering(empty(201))
      yield* corner2.send(submission)
      const [request] = seen
      assert.strictEqual(request?.method, "POST")
      assert.strictEqual(request?.url, "/dpi/messages/out?kanal=kanal")
      assert.strictEqual(request?.authorization, "Bearer token")
      const boundary = /^multipart\/form-data;boundary=(\S+)$/.exec(request?.contentType ?? "")?.[1]
      assert.strictEqual(
        request?.body,
        [
          `--${boundary}`,
          'Content-Disposition: form-data; name="forretningsmelding"; filename="sbd.jwt"',
          "Content-Type: application/jwt",
          "",
          "a.b.c",
          `--${boundary}`,
          'Content-Disposition: form-data; name="dokumentpakke"; filename="asic.cms"',
          "Content-Type: application/cms",
          "",
          "pakke",
          `--${boundary}--`,
          ""
        ].join("\r\n")
      )
    })
  )

  it.effect("tells a refusal with its status line, address and body, and whose fault it is (DPI-66)", () =>
    Effect.gen(function* () {
      const { baseUrl, corner2 } = yield* answering(body("{}", 400))
      const reason = yield* failure(corner2.send(submission))
      assert(reason._tag === "Rejected")
      assert.strictEqual(reason.code, "400 CLIENT")
      assert.strictEqual(reason.detail, `400 Bad Request from POST ${baseUrl}/dpi/messages/out:\n{}\nBlame: CLIENT`)
      assert.isTrue(
        describeRefusal({
          status: 400,
          method: "POST",
          url: "http://localhost:8900/dpi/messages/out",
          body: "{}"
        }).startsWith("400 Bad Request from POST http://localhost:8900/dpi/messages/out:\n{}\n")
      )
    })
  )

  it.effect("adds what a problem document says, and takes any other body as text", () =>
    Effect.gen(function* () {
      const problem = '{"type":"about:blank","title":"Bad Request","status":400,"detail":"kanal is wrong"}'
      const { corner2 } = yield* answering(body(problem, 400, "application/problem+json"))
      const reason = yield* failure(corner2.send(submission))
      assert.isTrue(reason.detail.endsWith(`\n${problem}\nBlame: CLIENT, Bad Request: kanal is wrong`))
      const { corner2: html } = yield* answering(body("<h1>No</h1>", 422, "text/html"))
      assert.isTrue((yield* failure(html.send(submission))).detail.endsWith(":\n<h1>No</h1>\nBlame: CLIENT"))
    })
  )

  it.effect("blames the server for a server error, to be tried again and of unknown outcome (DPI-67)", () =>
    Effect.gen(function* () {
      const { corner2 } = yield* answering(body("oops", 500))
      for (const operation of Object.values(operations(corner2))) {
        const reason = yield* failure(operation)
        assert(reason._tag === "Unavailable")
        assert.isTrue(reason.ambiguous)
        assert.isTrue(reason.detail.endsWith("Blame: SERVER"))
      }
    })
  )

  describe("sorts answers by what can be done", () => {
    const cases: ReadonlyArray<readonly [status: number, reason: string, ambiguous?: boolean]> = [
      [302, "Unavailable", false],
      [400, "Rejected"],
      [401, "NotAuthorized"],
      [403, "NotAuthorized"],
      [404, "Unavailable", false],
      [408, "Unavailable", true],
      [413, "Rejected"],
      [422, "Rejected"],
      [429, "Unavailable", false],
      [502, "Unavailable", true],
      [503, "Unavailable", true]
    ]
    for (const [status, tag, ambiguous] of cases) {
      it.effect(
        `${status} to a letter is ${tag}${ambiguous === undefined ? "" : ambiguous ? ", outcome unknown" : ", not taken"}`,
        () =>
          Effect.gen(function* () {
            const { corner2 } = yield* answering(empty(status))
            const reason = yield* failure(corner2.send(submission))
            assert.strictEqual(reason._tag, tag)
            if (reason._tag === "Unavailable") assert.strictEqual(reason.ambiguous, ambiguous)
          })
      )
    }
  })

  it.effect("takes any 2xx for success (DPI-68)", () =>
    Effect.gen(function* () {
      for (const status of [200, 201, 202, 204]) {
        const { corner2 } = yield* answering(empty(status))
        yield* corner2.send(submission)
      }
    })
  )

  it.effect("does not follow redirects", () =>
    Effect.gen(function* () {
      const { baseUrl, corner2, seen } = yield* answering(
        Effect.suspend(() =>
          Effect.succeed(HttpServerResponse.empty({ status: 307, headers: { location: "/dpi/messages/elsewhere" } }))
        )
      )
      const reason = yield* failure(corner2.receipts(query, token))
      assert.include(reason.detail, `307 Temporary Redirect from GET ${baseUrl}/dpi/messages/in:`)
      assert.strictEqual(seen.length, 1)
    })
  )

  it.effect("gives up on a peer that never answers, or never ends its answer (DPI-69)", () =>
    Effect.gen(function* () {
      const endless = Effect.succeed(
        HttpServerResponse.stream(Stream.concat(Stream.make(Buffer.from("[")), Stream.never))
      )
      for (const answer of [Effect.never, endless]) {
        const { corner2 } = yield* answering(answer)
        for (const operation of Object.values(operations(corner2))) {
          const reason = yield* failure(operation)
          assert(reason._tag === "Unavailable")
          assert.isTrue(reason.ambiguous)
          assert.include(reason.detail, "No answer in time")
        }
      }
    })
  )

  it.effect("leaves out a channel it has not (DPI-71)", () =>
    Effect.gen(function* () {
      const { corner2, seen } = yield* answering(empty(204))
      yield* corner2.send({ ...submission, kanal: undefined })
      yield* corner2.receipts({ ...query, kanal: undefined }, token)
      assert.deepStrictEqual(
        seen.map(({ url }) => url),
        ["/dpi/messages/out", "/dpi/messages/in?page_size=100"]
      )
    })
  )

  it.effect("asks for receipts by avsenderidentifikator, channel and page size, in that order (DPI-72)", () =>
    Effect.gen(function* () {
      const { corner2, seen } = yield* answering(empty(204))
      yield* corner2.receipts({ ...query, avsenderidentifikator: "X" }, token)
      yield* corner2.receipts({ ...query, page: 2 }, token)
      assert.deepStrictEqual(
        seen.map(({ method, url }) => `${method} ${url}`),
        [
          "GET /dpi/messages/in?avsenderidentifikator=X&kanal=kanal&page_size=100",
          "GET /dpi/messages/in?kanal=kanal&page_size=100&page=2"
        ]
      )
    })
  )

  it.effect("finds no receipts in 204 or an empty list (DPI-73)", () =>
    Effect.gen(function* () {
      for (const answer of [empty(204), body("[]")]) {
        const { corner2 } = yield* answering(answer)
        assert.deepStrictEqual(yield* corner2.receipts(query, token), [])
      }
    })
  )

  it.effect("takes one receipt that is not in a list, and lists with items that are none", () =>
    Effect.gen(function* () {
      const { corner2: single } = yield* answering(body('{"forretningsmelding":"a.b.c","downloadurl":"http://x"}'))
      assert.deepStrictEqual(yield* single.receipts(query, token), [{ forretningsmelding: "a.b.c" }])
      const { corner2: mixed } = yield* answering(
        body('[null,7,{"forretningsmelding":null},{"forretningsmelding":"a"}]')
      )
      assert.deepStrictEqual(yield* mixed.receipts(query, token), [
        {},
        {},
        { forretningsmelding: null },
        { forretningsmelding: "a" }
      ])
    })
  )

  it.effect("never takes an answer that makes no sense for an empty list, nor for a refusal of a letter", () =>
    Effect.gen(function* () {
      const { corner2 } = yield* answering(body("<html>"))
      for (const operation of [corner2.receipts(query, token), corner2.statuses(messageId, token)]) {
        assert.strictEqual((yield* failure(operation as Effect.Effect<unknown, TransportError>))._tag, "Unavailable")
      }
    })
  )

  it.effect("gives statuses in corner 2's order (DPI-74)", () =>
    Effect.gen(function* () {
      const { corner2, seen } = yield* answering(
        body('[{"status":"OPPRETTET"},{"status":"SENDT","timestamp":"2026-03-01T09:30:05+01:00"}]')
      )
      assert.deepStrictEqual(
        (yield* corner2.statuses(messageId, token)).map(({ status }) => status),
        ["OPPRETTET", "SENDT"]
      )
      assert.strictEqual(seen[0]?.url, `/dpi/messages/out/${messageId}/statuses`)
    })
  )

  it.effect("takes a receipt that corner 2 does not know for read (DPI-75)", () =>
    Effect.gen(function* () {
      const { corner2, seen } = yield* answering(empty(404))
      yield* corner2.markRead("an id", token)
      assert.deepStrictEqual(
        seen.map(({ body, method, url }) => [method, url, body]),
        [["POST", "/dpi/messages/in/an%20id/read", ""]]
      )
    })
  )

  it.effect("tells when it may not mark a receipt as read (DPI-76)", () =>
    Effect.gen(function* () {
      const { corner2 } = yield* answering(empty(403))
      assert.strictEqual((yield* failure(corner2.markRead("id", token)))._tag, "NotAuthorized")
    })
  )
})
