import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import * as MultipartBody from "./MultipartBody.ts"
import * as MultipartParser from "./MultipartParser.ts"

const read = (body: string | Uint8Array, boundary: string, size = 7) => {
  const bytes = typeof body === "string" ? Buffer.from(body) : body
  const chunks: Array<Uint8Array> = []
  for (let start = 0; start < bytes.length; start += size) chunks.push(bytes.subarray(start, start + size))
  const parts: Array<{ name: string; filename: string | undefined; contentType: string | undefined; text: string }> = []
  return MultipartBody.parts(Stream.fromIterable(chunks), boundary).pipe(
    Stream.runForEach((part) =>
      Effect.map(Stream.runCollect(part.content), (content) => {
        const { contentType, filename, name } = part
        parts.push({ name, filename, contentType, text: Buffer.concat(content).toString("latin1") })
      })
    ),
    Effect.as(parts)
  )
}

const documented = [
  "--6o2kn",
  "Content-Disposition: form-data; name=sbd",
  "Content-Type: application/json",
  "",
  '{ "a": 1 }',
  "--6o2kn",
  "Content-Disposition: form-data; name=Before The Law; filename=before_the_law.txt",
  "Content-Type: text/plain",
  "",
  "Before the law\r\nsits a gatekeeper.\r\n",
  "--6o2kn--",
  ""
].join("\r\n")

describe("MultipartBody", () => {
  it.effect("reads unquoted names with spaces, and text with line breaks, as documented", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* read(documented, "6o2kn"), [
        { name: "sbd", filename: undefined, contentType: "application/json", text: '{ "a": 1 }' },
        {
          name: "Before The Law",
          filename: "before_the_law.txt",
          contentType: "text/plain",
          text: "Before the law\r\nsits a gatekeeper.\r\n"
        }
      ])
    })
  )

  it.each([
    ["multipart/form-data;charset=UTF-8; boundary=6o2kn", "6o2kn"],
    ['multipart/form-data; boundary="a b"; charset=utf-8', "a b"],
    ["multipart/form-data", undefined]
  ])("finds the boundary in %s", (contentType, boundary) => {
    assert.strictEqual(MultipartBody.boundaryOf(contentType), boundary)
  })

  it.effect.each([
    [documented.slice(0, 200), "The multipart body cannot be read: the body ends before its closing boundary"],
    ["no parts at all", "The multipart body cannot be read: the body ends before its closing boundary"],
    [
      "--6o2kntext\r\n\r\n\r\n--6o2kn--",
      "The multipart body cannot be read: a boundary is followed by text on its line"
    ],
    ["--6o2kn\r\n\r\nx\r\n--6o2kn--", "A part has no Content-Disposition"],
    [
      "--6o2kn\r\nContent-Disposition: form-data; name\r\n\r\nx\r\n--6o2kn--",
      "A part's Content-Disposition cannot be read: Invalid content disposition format"
    ],
    [
      `--6o2kn\r\nContent-Disposition: ${"x".repeat(MultipartParser.maximumHeaderBytes)}\r\n\r\nx\r\n--6o2kn--`,
      "The multipart body cannot be read: the headers of a part are longer than 16384 bytes"
    ]
  ])("refuses a broken body with its reason (%#)", ([body, why]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(read(body!, "6o2kn"))
      assert.strictEqual(error.message, why)
    })
  )

  it.effect("hands on the next part when a part is left unread, and ends what was left", () =>
    Effect.gen(function* () {
      const parts = yield* MultipartBody.parts(Stream.make(Buffer.from(documented)), "6o2kn").pipe(Stream.runCollect)
      assert.deepStrictEqual(
        parts.map(({ name }) => name),
        ["sbd", "Before The Law"]
      )
      assert.deepStrictEqual(yield* Stream.runCollect(parts[0]!.content), [])
    })
  )

  it.effect.prop(
    "gives every part back whole, however the bytes are cut",
    {
      contents: Schema.Array(
        Schema.Array(Schema.Literals(["\r", "\n", "-", "--b", "\r\n--", "\r\n--bo", "x", "\u00ff"]))
      ),
      size: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 20 }))
    },
    ({ contents, size }) =>
      Effect.gen(function* () {
        const texts = contents.map((pieces) => pieces.join(""))
        const parts = texts.map(
          (text, index) => `--boundary\r\nContent-Disposition: form-data; name=${index}\r\n\r\n${text}\r\n`
        )
        const body = Buffer.from(`${parts.join("")}--boundary--\r\nepilogue`, "latin1")
        const found = yield* read(body, "boundary", size)
        assert.deepStrictEqual(
          found.map((part) => part.text),
          texts
        )
      })
  )
})
