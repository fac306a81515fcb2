import { assert, describe, layer } from "@effect/vitest"
import { Conversations } from "@eformidling/port-store/Conversations"
import { Outbox } from "@eformidling/port-store/Outbox"
import { OutMessages } from "@eformidling/port-store/OutMessages"
import { MessageId } from "@eformidling/domain/MessageId"
import { Effect, Option } from "effect"
import { randomUUID } from "node:crypto"
import { at } from "./internal/httpCall.testing.ts"
import { digital, einnsynKvittering, idOf, innsynskrav, message } from "./internal/messages.testing.ts"
import * as TestServer from "./internal/testServer.testing.ts"

const { Client } = TestServer

const json = { "content-type": "application/json" }

const post = Effect.fnUntraced(function* (sbd: unknown, headers: Record<string, string> = json) {
  const { call } = yield* Client
  return yield* call("POST", "/api/messages/out", { headers, body: JSON.stringify(sbd) })
})

const put = Effect.fnUntraced(function* (
  messageId: string,
  disposition: string,
  options: { readonly query?: string; readonly type?: string; readonly body?: string | ReadonlyArray<Uint8Array> } = {}
) {
  const { call } = yield* Client
  return yield* call("PUT", `/api/messages/out/${messageId}${options.query ?? ""}`, {
    headers: { "content-type": options.type ?? "application/pdf", "content-disposition": disposition },
    body: options.body ?? "%PDF-1.7"
  })
})

const documentsOf = Effect.fnUntraced(function* (messageId: string) {
  const outMessages = yield* OutMessages
  const found = yield* outMessages.get(MessageId.make(messageId))
  return Option.getOrThrow(found).documents
})

const header = "standardBusinessDocumentHeader"

layer(TestServer.layer(), { excludeTestServices: true })("messages/out", (it) => {
  describe("create", () => {
    it.effect("answers with the message, completed and pretty, and nothing else (API-7)", () =>
      Effect.gen(function* () {
        const sbd = digital()
        const answer = yield* post(sbd)
        assert.strictEqual(answer.status, 200)
        assert.strictEqual(answer.headers["content-type"], "application/json")
        assert.isTrue(answer.text.startsWith(`{\n  "${header}" : {\n    "headerVersion" : "1.0",`))
        assert.hasAllKeys(answer.json, [header, "digital"])
        assert.strictEqual(at(answer.json, "digital", "digitalPostInfo", "aapningskvittering"), false)
        assert.deepStrictEqual(at(answer.json, "digital", "metadataFiler"), {})
        assert.strictEqual(at(answer.json, header, "documentIdentification", "instanceIdentifier"), idOf(sbd))
      })
    )

    it.effect("fills in sender, ids, creation time and expiry (API-8, API-9, API-10)", () =>
      Effect.gen(function* () {
        const answer = yield* post(digital({ sender: undefined, messageId: undefined, conversationId: undefined }))
        assert.strictEqual(answer.status, 200)
        const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
        assert.strictEqual(at(answer.json, header, "sender", 0, "identifier", "value"), `0192:${TestServer.own}`)
        assert.match(String(at(answer.json, header, "documentIdentification", "instanceIdentifier")), uuid)
        assert.match(
          String(at(answer.json, header, "documentIdentification", "creationDateAndTime")),
          /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?\+0[12]:00$/
        )
        const scope = at(answer.json, header, "businessScope", "scope", 0)
        assert.match(String(at(scope, "instanceIdentifier")), uuid)
        assert.match(String(at(scope, "scopeInformation", 0, "expectedResponseDateTime")), /\+0[12]:00$/)
      })
    )

    it.effect("takes a second message with the same id for neither new nor known (API-22)", () =>
      Effect.gen(function* () {
        const sbd = digital()
        yield* post(sbd)
        const answer = yield* post(sbd)
        assert.strictEqual(answer.status, 400)
        assert.strictEqual(
          at(answer.json, "exception"),
          "no.difi.meldingsutveksling.exceptions.MessageAlreadyExistsException"
        )
        assert.strictEqual(at(answer.json, "message"), `Message with messageId = ${idOf(sbd)} already exists`)
      })
    )

    it.effect("takes the business message before the header (API-32)", () =>
      Effect.gen(function* () {
        const { digital: body, [header]: head } = digital() as Record<string, unknown>
        assert.strictEqual((yield* post({ digital: body, [header]: head })).status, 200)
      })
    )

    it.effect("passes over unknown members inside the message (API-31)", () =>
      Effect.gen(function* () {
        const sbd = digital()
        const answer = yield* post({ ...sbd, [header]: { ...sbd[header], identfier: "x" } })
        assert.strictEqual(answer.status, 200)
        assert.isUndefined(at(answer.json, header, "identfier"))
      })
    )

    it.effect("takes any UUID for the reference of a SenderRef, and any text (API-30)", () =>
      Effect.gen(function* () {
        const sbd = digital()
        const [scope] = sbd[header].businessScope.scope
        const scopes = [scope, { type: "SenderRef", instanceIdentifier: "abc", identifier: "our-system" }]
        const answer = yield* post({ ...sbd, [header]: { ...sbd[header], businessScope: { scope: scopes } } })
        assert.strictEqual(answer.status, 200)
      })
    )

    it.effect("takes a letter to be printed without receiver, and returns an empty list of receivers (API-18)", () =>
      Effect.gen(function* () {
        const adress = { navn: "Ola", adresselinje1: "Vei 1", postnummer: "0001", poststed: "OSLO", land: "NO" }
        const answer = yield* post(
          message({
            type: "print",
            standard: "urn:no:difi:digitalpost:xsd:fysisk::print",
            process: "urn:no:difi:profile:digitalpost:info:ver1.0",
            conversationId: randomUUID(),
            body: {
              hoveddokument: "letter.pdf",
              mottaker: adress,
              retur: { mottaker: adress, returhaandtering: "DIREKTE_RETUR" }
            }
          })
        )
        assert.strictEqual(answer.status, 200)
        assert.deepStrictEqual(at(answer.json, header, "receiver"), [])
        assert.strictEqual(at(answer.json, "print", "utskriftsfarge"), "SORT_HVIT")
        assert.strictEqual(at(answer.json, "print", "posttype"), "B_OEKONOMI")
      })
    )

    it.effect("ignores tokens and keys that gateways add", () =>
      Effect.gen(function* () {
        const headers = {
          "content-type": "application/json; charset=utf-8",
          accept: "application/json",
          authorization: "Bearer abc",
          "ocp-apim-subscription-key": "key",
          "user-agent": "Sak 1.0"
        }
        assert.strictEqual((yield* post(innsynskrav(), headers)).status, 200)
      })
    )
  })

  describe("upload", () => {
    it.effect("keeps title and media type as given (API-34)", () =>
      Effect.gen(function* () {
        const sbd = innsynskrav()
        yield* post(sbd)
        const disposition = "attachment; name=Before The Law; filename=before_the_law.txt"
        const answer = yield* put(idOf(sbd), disposition, { type: "text/plain;charset=UTF-8" })
        assert.strictEqual(answer.status, 200)
        assert.strictEqual(answer.text, "")
        const [document] = yield* documentsOf(idOf(sbd))
        assert.deepInclude(document, {
          title: "Before The Law",
          filename: "before_the_law.txt",
          mimeType: "text/plain;charset=UTF-8",
          size: 8
        })
      })
    )

    it.effect("lets the query's title win, and files keep their order (API-13, API-36)", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const sbd = digital()
        yield* post(sbd)
        yield* put(idOf(sbd), "attachment; name=attachment; filename=letter.pdf", { query: "?title=T%20%C3%A6" })
        yield* put(idOf(sbd), 'attachment; filename="a.pdf"; name="Vedtak"')
        const documents = yield* documentsOf(idOf(sbd))
        assert.deepStrictEqual(
          documents.map(({ filename, number, primary, title }) => [number, filename, title, primary]),
          [
            [1, "letter.pdf", "T æ", true],
            [2, "a.pdf", "Vedtak", false]
          ]
        )
        assert.strictEqual((yield* call("POST", `/api/messages/out/${idOf(sbd)}`)).status, 200)
      })
    )

    it.effect("takes chunked bodies", () =>
      Effect.gen(function* () {
        const sbd = innsynskrav()
        yield* post(sbd)
        const body = [Buffer.from("one "), Buffer.from("two")]
        assert.strictEqual((yield* put(idOf(sbd), "attachment; filename=a.txt", { body })).status, 200)
        assert.strictEqual((yield* documentsOf(idOf(sbd)))[0]?.size, 7)
      })
    )

    it.effect("needs no title for DPE, and one for DPI (API-40, API-41)", () =>
      Effect.gen(function* () {
        const krav = innsynskrav()
        yield* post(krav)
        assert.strictEqual((yield* put(idOf(krav), "attachment; filename=a.txt")).status, 200)
        const letter = digital()
        yield* post(letter)
        const answer = yield* put(idOf(letter), "attachment; filename=other.pdf")
        assert.strictEqual(answer.status, 400)
        assert.strictEqual(at(answer.json, "message"), "Title is required for the following capabilities: DPI")
      })
    )

    it.effect("refuses a file name twice (API-38)", () =>
      Effect.gen(function* () {
        const sbd = innsynskrav()
        yield* post(sbd)
        yield* put(idOf(sbd), "attachment; filename=a.txt")
        const answer = yield* put(idOf(sbd), "attachment; filename=a.txt")
        assert.strictEqual(answer.status, 400)
        assert.strictEqual(at(answer.json, "message"), "Filename already exists in message: a.txt.")
        assert.lengthOf(yield* documentsOf(idOf(sbd)), 1)
      })
    )

    it.effect("finds no message that is unknown or has been sent (API-37)", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const unknown = yield* put(randomUUID(), "attachment; filename=a.txt")
        assert.strictEqual(unknown.status, 404)
        assert.strictEqual(
          at(unknown.json, "exception"),
          "no.difi.meldingsutveksling.exceptions.MessageNotFoundException"
        )
        const sbd = einnsynKvittering()
        yield* post(sbd)
        yield* call("POST", `/api/messages/out/${idOf(sbd)}`)
        assert.strictEqual((yield* put(idOf(sbd), "attachment; filename=a.txt")).status, 404)
      })
    )

    it.effect("counts the bytes that come, announced or not (API-39)", () =>
      Effect.gen(function* () {
        const megabyte = Buffer.alloc(1024 * 1024)
        const sbd = innsynskrav()
        yield* post(sbd)
        const refused = (answer: { readonly status: number; readonly json: unknown }) => {
          assert.strictEqual(answer.status, 400)
          assert.match(
            String(at(answer.json, "message")),
            /^The combined file size for all attachments \(\d+MB\) exceeds .* \(DPE, 2MB\)$/
          )
        }
        refused(yield* put(idOf(sbd), "attachment; filename=a.bin", { body: [megabyte, megabyte, Buffer.from("1")] }))
        refused(yield* put(idOf(sbd), "attachment; filename=a.bin", { body: "x".repeat(2 * 1024 * 1024 + 1) }))
        assert.lengthOf(yield* documentsOf(idOf(sbd)), 0)
        assert.strictEqual((yield* put(idOf(sbd), "attachment; filename=a.bin", { body: [megabyte] })).status, 200)
        refused(yield* put(idOf(sbd), "attachment; filename=b.bin", { body: [megabyte, Buffer.from("1")] }))
        assert.strictEqual((yield* put(idOf(sbd), "attachment; filename=b.bin", { body: [megabyte] })).status, 200)
      })
    )
  })

  describe("send", () => {
    it.effect("refuses a message that lacks its files (API-42)", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        for (const sbd of [digital(), innsynskrav()]) {
          yield* post(sbd)
          const answer = yield* call("POST", `/api/messages/out/${idOf(sbd)}`)
          assert.strictEqual(answer.status, 400)
          assert.strictEqual(at(answer.json, "message"), "There must always be at least one attachment")
        }
      })
    )

    it.effect("sends a receipt without files, whatever the body and its type; again is harmless (API-43)", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const outbox = yield* Outbox
        const sbd = einnsynKvittering()
        yield* post(sbd)
        const before = yield* outbox.size
        const form = { "content-type": "application/x-www-form-urlencoded" }
        for (const options of [{}, { body: "{}", headers: json }, { body: "a=b", headers: form }]) {
          const answer = yield* call("POST", `/api/messages/out/${idOf(sbd)}`, options)
          assert.strictEqual(answer.status, 200)
          assert.strictEqual(answer.text, "")
        }
        assert.strictEqual(yield* outbox.size, before + 1)
      })
    )

    it.effect("refuses a letter without its primary document (API-44)", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const sbd = digital()
        yield* post(sbd)
        yield* put(idOf(sbd), "attachment; name=Other; filename=other.pdf")
        const answer = yield* call("POST", `/api/messages/out/${idOf(sbd)}`)
        assert.strictEqual(answer.status, 400)
        assert.strictEqual(
          at(answer.json, "exception"),
          "no.difi.meldingsutveksling.exceptions.MissingPrimaryDocumentException"
        )
      })
    )

    it.effect("refuses metadata that names a file which is not there (API-45)", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const sbd = digital({ body: { hoveddokument: "letter.pdf", metadataFiler: { "letter.pdf": "missing.xml" } } })
        yield* post(sbd)
        yield* put(idOf(sbd), "attachment; name=Letter; filename=letter.pdf")
        const answer = yield* call("POST", `/api/messages/out/${idOf(sbd)}`)
        assert.strictEqual(answer.status, 404)
        assert.strictEqual(at(answer.json, "message"), "File(s) named missing.xml was not found")
      })
    )
  })

  describe("the store", () => {
    it.effect("shows a message, alone and in its page", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const sbd = innsynskrav()
        yield* post(sbd)
        const one = yield* call("GET", `/api/messages/out/${idOf(sbd)}/`)
        assert.strictEqual(one.status, 200)
        const page = yield* call("GET", `/api/messages/out/?messageId=${idOf(sbd)}&serviceIdentifier=DPE`)
        assert.strictEqual(page.status, 200)
        assert.deepStrictEqual(at(page.json, "content"), [one.json])
        assert.strictEqual(at(page.json, "totalElements"), 1)
        assert.deepStrictEqual(at(page.json, "sort"), { sorted: false, unsorted: true, empty: true })
        const sorted = yield* call("GET", "/api/messages/out?page=3&size=10&sort=lastUpdated,asc")
        assert.strictEqual(sorted.status, 200)
        assert.deepStrictEqual(at(sorted.json, "sort"), { sorted: true, unsorted: false, empty: false })
        assert.strictEqual(at(sorted.json, "number"), 3)
      })
    )

    it.effect("tells of a message that is not there (API-53)", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        for (const messageId of [randomUUID(), "abc", "multipart"]) {
          const answer = yield* call("GET", `/api/messages/out/${messageId}`)
          assert.strictEqual(answer.status, 404)
          assert.deepInclude(answer.json as object, {
            exception: "no.difi.meldingsutveksling.exceptions.MessageNotFoundException",
            message: `Message with messageId = ${messageId} was not found`,
            status: 404,
            error: "Not Found",
            path: `/api/messages/out/${messageId}`
          })
          assert.sameOrderedMembers(Object.keys(answer.json as object), [
            "timestamp",
            "exception",
            "message",
            "status",
            "error",
            "path"
          ])
        }
      })
    )

    it.effect("removes a message as often as asked, and keeps its conversation (API-54)", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const conversations = yield* Conversations
        const sbd = innsynskrav()
        yield* post(sbd)
        for (let turn = 0; turn < 2; turn++) {
          const answer = yield* call("DELETE", `/api/messages/out/${idOf(sbd)}`)
          assert.strictEqual(answer.status, 200)
          assert.strictEqual(answer.text, "")
        }
        assert.strictEqual((yield* call("GET", `/api/messages/out/${idOf(sbd)}`)).status, 404)
        assert.isTrue(Option.isSome(yield* conversations.byMessageId(MessageId.make(idOf(sbd)))))
      })
    )
  })
})
