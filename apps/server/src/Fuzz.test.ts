import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { digital, einnsynKvittering, idOf, innsynskrav } from "./internal/messages.testing.ts"
import * as TestServer from "./internal/testServer.testing.ts"

const { Client } = TestServer

/** No request of these may take longer, nor be answered with a fault of ours. */
const judged = <A extends { readonly status: number; readonly text: string }, E, R>(
  call: Effect.Effect<A, E, R>,
  what: string
) =>
  call.pipe(
    Effect.timeout("10 seconds"),
    Effect.tap(({ status, text }) => Effect.sync(() => assert.isBelow(status, 500, `${what} -> ${text}`)))
  )

type Path = ReadonlyArray<string | number>

const leaves = (value: unknown, path: Path = []): ReadonlyArray<Path> =>
  typeof value === "object" && value !== null
    ? [path, ...Object.entries(value).flatMap(([key, member]) => leaves(member, [...path, key]))]
    : [path]

const replaced = (value: unknown, path: Path, change: (old: unknown) => unknown): unknown => {
  const [head, ...rest] = path
  if (head === undefined) return change(value)
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => (String(index) === head ? replaced(item, rest, change) : item))
  }
  return Object.fromEntries(
    Object.entries(value as object).flatMap(([key, member]: [string, unknown]) => {
      if (key !== head) return [[key, member]]
      const next = replaced(member, rest, change)
      return next === undefined ? [] : [[key, next]]
    })
  )
}

const index = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100_000 }))

const Mutation = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("drop"), at: index }),
  Schema.Struct({ kind: Schema.Literal("replace"), at: index, value: Schema.Json }),
  Schema.Struct({ kind: Schema.Literal("wrap"), at: index }),
  Schema.Struct({ kind: Schema.Literal("lengthen"), at: index, times: index })
])

const mutate = (sbd: unknown, mutation: typeof Mutation.Type): unknown => {
  const paths = leaves(sbd)
  const path = paths[mutation.at % paths.length]!
  return replaced(sbd, path, (old) => {
    switch (mutation.kind) {
      case "drop":
        return path.length === 0 ? null : undefined
      case "replace":
        return mutation.value
      case "wrap":
        return [old]
      case "lengthen":
        return JSON.stringify(old)
          .slice(0, 100)
          .repeat(1 + (mutation.times % 2000))
    }
  })
}

const makers = [() => digital(), () => innsynskrav(), () => einnsynKvittering()]

const parameters = [
  "page",
  "size",
  "sort",
  "id",
  "status",
  "messageId",
  "conversationId",
  "direction",
  "finished",
  "serviceIdentifier",
  "lastUpdateFrom",
  "lastUpdateTo",
  "fromDateTime",
  "toDateTime",
  "securityLevel",
  "process",
  "title"
]

const paths = [
  "/api/capabilities/{}",
  "/api/messages/out",
  "/api/messages/out/{}",
  "/api/messages/in",
  "/api/messages/in/peek",
  "/api/messages/in/pop/{}",
  "/api/conversations",
  "/api/conversations/{}",
  "/api/conversations/messageId/{}",
  "/api/conversations/queue",
  "/api/statuses",
  "/api/statuses/{}",
  "/manage/health",
  "/manage/info",
  "/{}"
]

/** Anything a client can put on the wire. */
const Text = Schema.String.check(Schema.makeFilter((text: string) => text.isWellFormed(), { expected: "well-formed" }))

layer(TestServer.layer(), { excludeTestServices: true })("whatever comes", (it) => {
  it.effect.prop(
    "a changed message is taken or refused, and never a fault",
    { maker: index, mutations: Schema.NonEmptyArray(Mutation).check(Schema.isMaxLength(3)) },
    ({ maker, mutations }) =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const sbd = mutations.reduce<unknown>(mutate, makers[maker % makers.length]!())
        const body = JSON.stringify(sbd)
        yield* judged(
          call("POST", "/api/messages/out", { headers: { "content-type": "application/json" }, body }),
          body
        )
      }),
    { arbitrary: { runs: 150 } }
  )

  it.effect.prop(
    "a text cut or spoilt anywhere is refused, and never a fault",
    { at: index, noise: Text },
    ({ at, noise }) =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const text = JSON.stringify(digital())
        const cut = at % text.length
        const body = text.slice(0, cut) + noise + text.slice(cut + (at % 7))
        yield* judged(
          call("POST", "/api/messages/out", { headers: { "content-type": "application/json" }, body }),
          body
        )
      })
  )

  it.effect.prop(
    "any path and parameters are answered, and never with a fault",
    { path: index, method: index, segment: Text, pairs: Schema.Array(Schema.Struct({ name: index, value: Text })) },
    ({ method, pairs, path, segment }) =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const methods = ["GET", "GET", "DELETE", "PUT", "POST", "PATCH", "OPTIONS", "HEAD"]
        const query = pairs.map(
          ({ name, value }) => `${parameters[name % parameters.length]}=${encodeURIComponent(value)}`
        )
        const target = `${paths[path % paths.length]!.replace("{}", encodeURIComponent(segment))}?${query.join("&")}`
        yield* judged(call(methods[method % methods.length]!, target), target)
      }),
    { arbitrary: { runs: 300 } }
  )

  it.effect.prop(
    "any headers of an upload are taken or refused, and never a fault",
    { disposition: Text, type: Text, title: Text },
    ({ disposition, title, type }) =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const sbd = innsynskrav()
        const headers = { "content-type": "application/json" }
        yield* call("POST", "/api/messages/out", { headers, body: JSON.stringify(sbd) })
        /** What a header can carry at all. */
        const line = (text: string) =>
          Buffer.from(text, "utf8")
            .toString("latin1")
            .replace(/[^\t\u0020-\u007e\u0080-\u00ff]/g, "")
        const answer = call("PUT", `/api/messages/out/${idOf(sbd)}?title=${encodeURIComponent(title)}`, {
          headers: { "content-disposition": line(`attachment; filename=${disposition}`), "content-type": line(type) },
          body: "x"
        })
        yield* judged(answer, disposition)
      })
  )

  it.effect.prop(
    "a multipart body spoilt anywhere is taken or refused, and never a fault",
    { at: index, noise: Text },
    ({ at, noise }) =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const part = (disposition: string, content: string) =>
          `--b\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`
        const text = `${part("name=sbd", JSON.stringify(innsynskrav()))}${part("name=A; filename=a.txt", "text")}--b--\r\n`
        const cut = at % text.length
        const body = text.slice(0, cut) + noise + text.slice(cut + (at % 9))
        const headers = { "content-type": "multipart/form-data; boundary=b" }
        yield* judged(call("POST", "/api/messages/out/multipart", { headers, body }), body)
      })
  )

  it.effect.each([
    "/api/statuses/%zz",
    "/api/statuses/%",
    "/api/statuses?messageId=%zz",
    "/api/statuses?page=1&page=2",
    "/api/statuses?status=LEVERT&status=FEIL",
    "/%2e%2e/%2e%2e/etc/passwd",
    "//api//statuses",
    "/api/statuses;jsessionid=1",
    "/api/statuses#x",
    `/api/statuses/${"x".repeat(5000)}`,
    "/api/conversations/1e3",
    "/api/conversations?lastUpdateTo=9999-12-31",
    "/api/statuses?fromDateTime=0001-01-01T00:00:00Z&toDateTime=9999-12-31T23:59:59.999999999Z"
  ])("an odd path is answered, and never with a fault (%#)", (path) =>
    Effect.gen(function* () {
      const { call } = yield* Client
      yield* judged(call("GET", path), path)
    })
  )

  it.effect("refuses a message nested deeper than anybody can mean", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      for (const body of ["[".repeat(100_000), `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`]) {
        const headers = { "content-type": "application/json" }
        const answer = yield* judged(call("POST", "/api/messages/out", { headers, body }), "nested")
        assert.strictEqual(answer.status, 400)
      }
    })
  )

  it.effect("refuses a message larger than any", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const body = [Buffer.alloc(6 * 1024 * 1024, " "), Buffer.alloc(6 * 1024 * 1024, " ")]
      const headers = { "content-type": "application/json" }
      const answer = yield* judged(call("POST", "/api/messages/out", { headers, body }), "large")
      assert.strictEqual(answer.status, 413)
    })
  )
})
