import { assert, layer } from "@effect/vitest"
import { MessageId } from "@eformidling/domain/MessageId"
import { Conversations } from "@eformidling/port-store/Conversations"
import { OutMessages } from "@eformidling/port-store/OutMessages"
import { Effect, Option } from "effect"
import { at } from "./internal/httpCall.testing.ts"
import { digital, idOf, innsynskrav } from "./internal/messages.testing.ts"
import * as TestServer from "./internal/testServer.testing.ts"

const { Client } = TestServer

interface Part {
  readonly disposition: string
  readonly type?: string
  readonly content: string | Uint8Array
}

const boundary = "6o2knFse3p53ty9dmcQvWAIx1zInP11uCfbm"

const bodyOf = (parts: ReadonlyArray<Part>): ReadonlyArray<Uint8Array> => [
  ...parts.flatMap(({ content, disposition, type }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: ${disposition}\r\n${type === undefined ? "" : `Content-Type: ${type}\r\n`}\r\n`
    ),
    Buffer.from(content),
    Buffer.from("\r\n")
  ]),
  Buffer.from(`--${boundary}--\r\n`)
]

const send = Effect.fnUntraced(function* (parts: ReadonlyArray<Part>) {
  const { call } = yield* Client
  return yield* call("POST", "/api/messages/out/multipart", {
    headers: { "content-type": `multipart/form-data;charset=UTF-8; boundary=${boundary}`, "user-agent": "eInnsyn/1" },
    body: bodyOf(parts)
  })
})

const sbdPart = (sbd: unknown): Part => ({ disposition: 'form-data; name="sbd"', content: JSON.stringify(sbd) })
const filePart = (name: string, filename: string, content: string | Uint8Array = "text"): Part => ({
  disposition: `form-data; name=${name}; filename=${filename}`,
  type: "text/plain",
  content
})

const remains = Effect.fnUntraced(function* (messageId: string) {
  const outMessages = yield* OutMessages
  const conversations = yield* Conversations
  const id = MessageId.make(messageId)
  return Option.isSome(yield* outMessages.get(id)) || Option.isSome(yield* conversations.byMessageId(id))
})

layer(TestServer.layer(), { excludeTestServices: true })("messages/out/multipart", (it) => {
  it.effect("creates, attaches and sends; parts with unquoted names are files with that title (API-48)", () =>
    Effect.gen(function* () {
      const outMessages = yield* OutMessages
      const sbd = innsynskrav()
      const answer = yield* send([
        { disposition: "form-data; name=sbd", type: "application/json", content: JSON.stringify(sbd) },
        filePart("Before The Law", "before_the_law.txt", "Before the law sits a gatekeeper."),
        filePart('"Order"', '"order.xml"')
      ])
      assert.strictEqual(answer.status, 200)
      assert.hasAllKeys(answer.json, ["standardBusinessDocumentHeader", "innsynskrav"])
      const stored = Option.getOrThrow(yield* outMessages.get(MessageId.make(idOf(sbd))))
      assert.isTrue(stored.queued)
      assert.deepStrictEqual(
        stored.documents.map(({ filename, title }) => [filename, title]),
        [
          ["before_the_law.txt", "Before The Law"],
          ["order.xml", "Order"]
        ]
      )
    })
  )

  it.effect("takes the message after its files, as a file, and with null members (API-51)", () =>
    Effect.gen(function* () {
      const sbd = innsynskrav({
        body: { orgnr: "910075935", epost: "a@b.no", sikkerhetsnivaa: null, hoveddokument: null }
      })
      const header = { ...sbd.standardBusinessDocumentHeader, manifest: null }
      const answer = yield* send([
        filePart("a", "a.txt"),
        { disposition: "form-data; name=note", content: "read over" },
        {
          disposition: "form-data; name=sbd; filename=sbd.json",
          content: JSON.stringify({ ...sbd, standardBusinessDocumentHeader: header })
        }
      ])
      assert.strictEqual(answer.status, 200)
      const outMessages = yield* OutMessages
      assert.lengthOf(Option.getOrThrow(yield* outMessages.get(MessageId.make(idOf(sbd)))).documents, 1)
    })
  )

  it.effect("refuses a file of one byte too many, and leaves nothing (API-49)", () =>
    Effect.gen(function* () {
      const sbd = digital()
      const answer = yield* send([sbdPart(sbd), filePart("Letter", "letter.pdf", Buffer.alloc(5 * 1024 * 1024 + 1))])
      assert.strictEqual(answer.status, 400)
      assert.strictEqual(
        at(answer.json, "exception"),
        "no.difi.meldingsutveksling.exceptions.MultipartFileToLargeException"
      )
      assert.strictEqual(
        at(answer.json, "message"),
        "The attachment named 'letter.pdf' is too large. The maximum size for multipart requests is 5,242,880 bytes. Please use the non-multipart API to avoid such problems."
      )
      assert.isFalse(yield* remains(idOf(sbd)))
    })
  )

  it.effect("takes a file of exactly the limit", () =>
    Effect.gen(function* () {
      const answer = yield* send([sbdPart(digital()), filePart("Letter", "letter.pdf", Buffer.alloc(5 * 1024 * 1024))])
      assert.strictEqual(answer.status, 200)
    })
  )

  it.effect("refuses two files of one name, and leaves nothing (API-50)", () =>
    Effect.gen(function* () {
      const sbd = innsynskrav()
      const answer = yield* send([sbdPart(sbd), filePart("a", "a.txt"), filePart("b", "a.txt")])
      assert.strictEqual(answer.status, 400)
      assert.strictEqual(
        at(answer.json, "exception"),
        "no.difi.meldingsutveksling.exceptions.DuplicateFilenameException"
      )
      assert.isFalse(yield* remains(idOf(sbd)))
    })
  )

  it.effect("leaves nothing of a message that may not be sent", () =>
    Effect.gen(function* () {
      const sbd = digital()
      const answer = yield* send([sbdPart(sbd), filePart("Other", "other.pdf")])
      assert.strictEqual(answer.status, 400)
      assert.strictEqual(
        at(answer.json, "exception"),
        "no.difi.meldingsutveksling.exceptions.MissingPrimaryDocumentException"
      )
      assert.isFalse(yield* remains(idOf(sbd)))
    })
  )

  it.effect("names the field of the message that breaks a rule", () =>
    Effect.gen(function* () {
      const answer = yield* send([sbdPart(innsynskrav({ conversationId: "abc" })), filePart("a", "a.txt")])
      assert.strictEqual(answer.status, 400)
      assert.strictEqual(at(answer.json, "exception"), "jakarta.validation.ConstraintViolationException")
      const field = "createAndSendMessage.sbd.standardBusinessDocumentHeader.businessScope.scope[0].instanceIdentifier"
      assert.strictEqual(at(answer.json, "message"), `${field}: 'abc' is not a UUID.`)
      assert.deepStrictEqual(at(answer.json, "errors", 0, "codes"), ["UUID"])
      assert.strictEqual(at(answer.json, "errors", 0, "field"), field)
    })
  )

  it.effect("asks for the message when there is none", () =>
    Effect.gen(function* () {
      const answer = yield* send([filePart("a", "a.txt")])
      assert.strictEqual(answer.status, 400)
      assert.strictEqual(at(answer.json, "message"), "createAndSendMessage.sbd: must not be null")
    })
  )

  it.effect("refuses what is no multipart request", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const path = "/api/messages/out/multipart"
      assert.strictEqual(
        (yield* call("POST", path, { headers: { "content-type": "application/json" }, body: "{}" })).status,
        415
      )
      const noBoundary = yield* call("POST", path, { headers: { "content-type": "multipart/form-data" }, body: "x" })
      assert.strictEqual(noBoundary.status, 400)
      assert.strictEqual(at(noBoundary.json, "message"), "Content-Type must name the boundary of the parts")
      const cut = yield* call("POST", path, {
        headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
        body: bodyOf([sbdPart(innsynskrav())]).slice(0, -1)
      })
      assert.strictEqual(cut.status, 400)
      assert.strictEqual(
        at(cut.json, "message"),
        "The multipart body cannot be read: the body ends before its closing boundary"
      )
    })
  )
})

layer(TestServer.layer({ settings: { maximumRequestBytes: 1000 } }), { excludeTestServices: true })(
  "a multipart request larger than allowed",
  (it) => {
    it.effect("is refused while it comes", () =>
      Effect.gen(function* () {
        const sbd = innsynskrav()
        const answer = yield* send([sbdPart(sbd), filePart("a", "a.txt", "x".repeat(2000))])
        assert.strictEqual(answer.status, 413)
        assert.strictEqual(at(answer.json, "message"), "The request is larger than the 1,000 bytes allowed")
        assert.isFalse(yield* remains(idOf(sbd)))
      })
    )
  }
)
