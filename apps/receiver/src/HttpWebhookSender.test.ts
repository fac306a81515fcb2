import { WebhookSender } from "@eformidling/port-transport/WebhookSender"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Redacted } from "effect"
import { createHmac } from "node:crypto"
import * as Http from "node:http"
import * as HttpWebhookSender from "./HttpWebhookSender.ts"
import { isPublic } from "./PublicAddress.ts"

interface Received {
  readonly headers: Http.IncomingHttpHeaders
  readonly body: string
}

/** A target on a free port that answers every push with `status`. */
const target = Effect.fnUntraced(function* (status: number) {
  const received: Array<Received> = []
  const server = Http.createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString("utf8") })
      response.writeHead(status, { location: "/elsewhere" }).end("thanks")
    })
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () => Effect.callback<void>((resume) => void server.close(() => resume(Effect.void)))
  )
  const address = server.address()
  return { received, port: typeof address === "object" && address !== null ? address.port : 0 }
})

const settings = { secret: undefined, allowPrivateTargets: true, timeout: Duration.seconds(10) }

const push = (given: Partial<HttpWebhookSender.Settings>, url: string, body = '{"event":"ping"}') =>
  Effect.flatMap(WebhookSender, (sender) => sender.push({ url, body })).pipe(
    Effect.provide(HttpWebhookSender.layer({ ...settings, ...given }))
  )

describe("HttpWebhookSender", () => {
  it.effect("posts JSON, signed with the secret", () =>
    Effect.gen(function* () {
      const { port, received } = yield* target(204)
      const body = '{"description":"på vei"}'
      assert.strictEqual(yield* push({ secret: Redacted.make("s3cret") }, `http://127.0.0.1:${port}/in`, body), 204)
      const expected = createHmac("sha256", "s3cret").update(body).digest("hex")
      assert.strictEqual(received[0]?.body, body)
      assert.strictEqual(received[0]?.headers["content-type"], "application/json")
      assert.strictEqual(received[0]?.headers["x-eformidling-signature"], `sha256=${expected}`)
    })
  )

  it.effect("signs nothing without a secret", () =>
    Effect.gen(function* () {
      const { port, received } = yield* target(200)
      yield* push({}, `http://127.0.0.1:${port}/`)
      assert.isUndefined(received[0]?.headers["x-eformidling-signature"])
    })
  )

  it.effect("fails with the status unless it is 2xx, and follows nobody elsewhere", () =>
    Effect.gen(function* () {
      for (const status of [302, 404, 503]) {
        const { port, received } = yield* target(status)
        assert.strictEqual((yield* Effect.flip(push({}, `http://127.0.0.1:${port}/`))).status, status)
        assert.lengthOf(received, 1)
      }
    })
  )

  it.effect("does not speak to private networks unless that is allowed, by address or by name", () =>
    Effect.gen(function* () {
      const { port, received } = yield* target(200)
      for (const host of ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433"]) {
        const error = yield* Effect.flip(push({ allowPrivateTargets: false }, `http://${host}:${port}/`))
        assert.include(error.detail, "allow-private-targets")
      }
      assert.lengthOf(received, 0)
    })
  )

  it("knows public addresses from others", () => {
    for (const address of ["8.8.8.8", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"]) {
      assert.isTrue(isPublic(address), address)
    }
    for (const address of [
      "10.1.2.3",
      "172.16.0.1",
      "192.168.1.1",
      "169.254.169.254",
      "100.64.0.1",
      "fd00::1",
      "fe80::1",
      "::",
      "::ffff:10.0.0.1",
      "64:ff9b::a00:1"
    ]) {
      assert.isFalse(isPublic(address), address)
    }
  })
})
