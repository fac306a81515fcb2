import { assert, describe, it, layer } from "@effect/vitest"
import { MessageId } from "@eformidling/domain/MessageId"
import { Documents } from "@eformidling/port-store/Documents"
import { OutMessages } from "@eformidling/port-store/OutMessages"
import { DateTime, Deferred, Duration, Effect, Exit, Fiber, Layer, Option, Scope } from "effect"
import { HttpServer } from "effect/http"
import * as Net from "node:net"
import { idOf, innsynskrav } from "./internal/messages.testing.ts"
import * as TestServer from "./internal/testServer.testing.ts"

const { Client, LogLines } = TestServer

const create = Effect.gen(function* () {
  const { call } = yield* Client
  const sbd = innsynskrav()
  yield* call("POST", "/api/messages/out", {
    headers: { "content-type": "application/json" },
    body: JSON.stringify(sbd)
  })
  return idOf(sbd)
})

/** Opens a connection, sends the text, and runs what is to be done with it. */
const connected = <A, E, R>(text: string, use: (socket: Net.Socket) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const { address } = yield* HttpServer.HttpServer
    const socket = yield* Effect.acquireRelease(
      Effect.callback<Net.Socket>((resume) => {
        const socket = Net.connect({ host: "127.0.0.1", port: "port" in address ? address.port : 0 }, () => {
          socket.write(text)
          resume(Effect.succeed(socket))
        })
      }),
      (socket) => Effect.sync(() => socket.destroy())
    )
    return yield* use(socket)
  }).pipe(Effect.scoped)

const closed = (socket: Net.Socket) =>
  Effect.callback<string>((resume) => {
    let received = ""
    socket.on("data", (chunk: Buffer) => (received += chunk.toString("latin1")))
    socket.on("error", () => {})
    socket.on("close", () => resume(Effect.succeed(received)))
  })

const beginning = (messageId: string) =>
  `PUT /api/messages/out/${messageId} HTTP/1.1\r\nHost: localhost\r\nContent-Disposition: attachment; filename=a.txt\r\n` +
  "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"

/** Waits until the server has logged that an upload is over; polls the log, since the server tells in no other way. */
const uploadIsOver = Effect.fnUntraced(function* (messageId: string) {
  const { lines } = yield* LogLines
  const found = Effect.sync(() => lines.some((line) => line.includes(`PUT /api/messages/out/${messageId} `)))
  yield* Effect.repeat(Effect.delay(found, "5 millis"), { until: (is) => is }).pipe(Effect.timeout("5 seconds"))
})

const leavesNothing = Effect.fnUntraced(function* (messageId: string) {
  const documents = yield* Documents
  const outMessages = yield* OutMessages
  assert.lengthOf(Option.getOrThrow(yield* outMessages.get(MessageId.make(messageId))).documents, 0)
  const orphans = yield* documents.sweep(DateTime.add(yield* DateTime.now, { days: 1 }))
  assert.strictEqual(orphans, 0)
})

layer(TestServer.layer({ settings: { idleTimeout: Duration.millis(200) } }), { excludeTestServices: true })(
  "a connection",
  (it) => {
    it.effect("that the client drops in the middle of an upload leaves nothing", () =>
      Effect.gen(function* () {
        const messageId = yield* create
        yield* connected(beginning(messageId), (socket) => Effect.sync(() => socket.destroySoon()))
        yield* uploadIsOver(messageId)
        yield* leavesNothing(messageId)
      })
    )

    it.effect("on which nothing moves in the middle of an upload is ended, and leaves nothing", () =>
      Effect.gen(function* () {
        const messageId = yield* create
        yield* connected(beginning(messageId), (socket) => Effect.timeout(closed(socket), "5 seconds"))
        yield* uploadIsOver(messageId)
        yield* leavesNothing(messageId)
      })
    )

    it.effect("on which no HTTP is spoken is answered and ended", () =>
      Effect.gen(function* () {
        const received = yield* connected("this is no HTTP\r\n\r\n", closed).pipe(Effect.timeout("5 seconds"))
        assert.match(received, /^HTTP\/1\.1 400 /)
      })
    )

    it.effect("whose headers are too large is answered and ended", () =>
      Effect.gen(function* () {
        const text = `GET /api/statuses HTTP/1.1\r\nHost: localhost\r\nX-Long: ${"x".repeat(20_000)}\r\n\r\n`
        const received = yield* connected(text, closed).pipe(Effect.timeout("5 seconds"))
        assert.match(received, /^HTTP\/1\.1 431 /)
      })
    )

    it.effect("is used for more than one request", () =>
      Effect.gen(function* () {
        const request = "GET /manage/info HTTP/1.1\r\nHost: localhost\r\n\r\n"
        const two = yield* Deferred.make<void>()
        yield* connected(request, (socket) =>
          Effect.gen(function* () {
            let received = ""
            const services = yield* Effect.context()
            socket.on("data", (chunk: Buffer) => {
              received += chunk.toString("latin1")
              const answers = received.split("HTTP/1.1 200 OK").length - 1
              if (answers === 1 && received.endsWith("}")) socket.write(request)
              if (answers === 2) Effect.runForkWith(services)(Deferred.succeed(two, undefined))
            })
            yield* Deferred.await(two).pipe(Effect.timeout("5 seconds"))
          })
        )
      })
    )
  }
)

layer(TestServer.layer(), { excludeTestServices: true })("a port", (it) => {
  it.effect("that is taken is told with what to write", () =>
    Effect.gen(function* () {
      const { address } = yield* HttpServer.HttpServer
      const port = "port" in address ? address.port : 0
      const error = yield* Effect.flip(Effect.scoped(Layer.build(TestServer.layer({ settings: { port } }))))
      assert.strictEqual(
        error.message,
        `Something else listens on port ${port}. End it, or write another port: server.port=<a free port>`
      )
    })
  )
})

describe("a server that is told to stop", () => {
  it.live("finishes the requests under way, and takes no more", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const server = yield* Layer.buildWithScope(TestServer.layer(), scope)
      yield* Effect.gen(function* () {
        const { call } = yield* Client
        const messageId = yield* create
        const text = yield* connected(beginning(messageId), (socket) =>
          Effect.gen(function* () {
            const stopping = yield* Effect.forkChild(Scope.close(scope, Exit.void))
            const refused = Effect.exit(call("GET", "/manage/info"))
            yield* Effect.repeat(Effect.delay(refused, "5 millis"), { until: Exit.isFailure })
            socket.write("0\r\n\r\n")
            const received = yield* closed(socket)
            yield* Fiber.join(stopping)
            return received
          })
        ).pipe(Effect.timeout("5 seconds"))
        assert.match(text, /^HTTP\/1\.1 200 OK/)
      }).pipe(Effect.provideContext(server))
    })
  )

  it.live("breaks off what takes longer than the grace period, and leaves nothing of it", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const settings = { gracePeriod: Duration.millis(100) }
      const server = yield* Layer.buildWithScope(TestServer.layer({ settings }), scope)
      yield* Effect.gen(function* () {
        const messageId = yield* create
        yield* connected(beginning(messageId), (socket) =>
          Effect.all([closed(socket), Scope.close(scope, Exit.void)], { concurrency: "unbounded" })
        ).pipe(Effect.timeout("5 seconds"))
        yield* leavesNothing(messageId)
      }).pipe(Effect.provideContext(server))
    })
  )
})
