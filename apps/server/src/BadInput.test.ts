import { assert, describe, layer } from "@effect/vitest"
import { MessageId } from "@eformidling/domain/MessageId"
import { Conversations } from "@eformidling/port-store/Conversations"
import { OutMessages } from "@eformidling/port-store/OutMessages"
import { Effect, Option } from "effect"
import { at } from "./internal/httpCall.testing.ts"
import { digital, idOf, innsynskrav, message } from "./internal/messages.testing.ts"
import * as TestServer from "./internal/testServer.testing.ts"

const { Client } = TestServer

const header = "standardBusinessDocumentHeader"
const exceptions = "no.difi.meldingsutveksling.exceptions"

const post = Effect.fnUntraced(function* (body: string) {
  const { call } = yield* Client
  return yield* call("POST", "/api/messages/out", { headers: { "content-type": "application/json" }, body })
})

/** Nothing of the message is in the store. */
const leavesNothing = Effect.fnUntraced(function* (messageId: string) {
  const outMessages = yield* OutMessages
  const conversations = yield* Conversations
  const id = MessageId.make(messageId)
  assert.isTrue(Option.isNone(yield* outMessages.get(id)))
  assert.isTrue(Option.isNone(yield* conversations.byMessageId(id)))
})

interface Case {
  readonly name: string
  readonly sbd: ReturnType<typeof message>
  readonly exception: string
  readonly message: string | RegExp
  readonly field?: string
  readonly reason?: string | RegExp
}

const invalid = "org.springframework.web.bind.MethodArgumentNotValidException"
const count = (number: number) => `Validation failed for object='standardBusinessDocument'. Error count: ${number}`

const cases: ReadonlyArray<Case> = [
  {
    name: "a conversationId that is no UUID (API-29)",
    sbd: digital({ conversationId: "abc" }),
    exception: invalid,
    message: count(1),
    field: `${header}.businessScope.scope[0].instanceIdentifier`,
    reason: "'abc' is not a UUID."
  },
  {
    name: "an expiry that has passed (API-28)",
    sbd: digital({ expires: "2019-04-25T11:38:23+02:00" }),
    exception: invalid,
    message: count(1),
    field: `${header}.businessScope.scope[0].scopeInformation[0].expectedResponseDateTime`,
    reason: "must be a future date"
  },
  {
    name: "a receiver that is no identifier",
    sbd: digital({ receiver: "0192" }),
    exception: invalid,
    message: count(1),
    field: `${header}.receiver[0].identifier.value`,
    reason: /^Unable to parse identifier/
  },
  {
    name: "a fødselsnummer with wrong check digits",
    sbd: digital({ receiver: "09118532323" }),
    exception: invalid,
    message: count(1),
    field: `${header}.receiver[0].identifier.value`,
    reason: /^Unable to parse identifier/
  },
  {
    name: "a type nobody knows (API-24)",
    sbd: digital({ type: "strange", standard: "urn:x::strange" }),
    exception: "java.lang.IllegalArgumentException",
    message: /^Unknown BusinessMessageType = strange\. Expecting one of status,arkivmelding,/,
    field: `${header}.documentIdentification.type`,
    reason: "Must be a NextMove message type"
  },
  {
    name: "a type of a channel that is not part of this server",
    sbd: digital({ type: "arkivmelding", standard: "urn:no:difi:arkivmelding:xsd::arkivmelding" }),
    exception: `${exceptions}.ServiceNotEnabledException`,
    message: "Service DPO is not enabled"
  },
  {
    name: "a receiver the registry does not know",
    sbd: digital({ receiver: "0192:999999999" }),
    exception: `${exceptions}.ReceiverDoesNotAcceptProcessException`,
    message: "Receiver do not accept the document process urn:no:difi:profile:digitalpost:info:ver1.0"
  },
  {
    name: "a document type the receiver does not take (API-26)",
    sbd: digital({ standard: "urn:no:difi:digitalpost:xsd:other::digital" }),
    exception: `${exceptions}.ReceiverDoesNotAcceptProcessException`,
    message: "Receiver do not accept the document process urn:no:difi:profile:digitalpost:info:ver1.0"
  },
  {
    name: "a type that does not fit its document type (API-23)",
    sbd: digital({ standard: "urn:no:difi:digitalpost:xsd:fysisk::print" }),
    exception: `${exceptions}.MessageTypeDoesNotFitDocumentTypeException`,
    message: "Message type digital does not match the document type urn:no:difi:digitalpost:xsd:fysisk::print"
  },
  {
    name: "a letter without receiver (API-27)",
    sbd: digital({ receiver: undefined }),
    exception: `${exceptions}.ServiceNotEnabledException`,
    message: "Service UNKNOWN is not enabled"
  },
  {
    name: "a letter to be printed whose address lacks postnummer (API-16)",
    sbd: message({
      messageId: "11111111-2222-3333-4444-555555555555",
      conversationId: "11111111-2222-3333-4444-555555555555",
      type: "print",
      standard: "urn:no:difi:digitalpost:xsd:fysisk::print",
      process: "urn:no:difi:profile:digitalpost:info:ver1.0",
      body: { hoveddokument: "a.pdf", mottaker: { navn: "Ola", adresselinje1: "Vei 1", land: "Norway" } }
    }),
    exception: `${exceptions}.MissingAddressInformationException`,
    message: /mottaker\.postnummer\/poststed\/adresselinje1/
  }
]

layer(TestServer.layer(), { excludeTestServices: true })("bad input", (it) => {
  for (const one of cases) {
    it.effect(`is refused: ${one.name}`, () =>
      Effect.gen(function* () {
        const answer = yield* post(JSON.stringify(one.sbd))
        assert.strictEqual(answer.status, 400)
        assert.strictEqual(at(answer.json, "exception"), one.exception)
        const text = String(at(answer.json, "message"))
        if (typeof one.message === "string") assert.strictEqual(text, one.message)
        else assert.match(text, one.message)
        if (one.field !== undefined) assert.strictEqual(at(answer.json, "errors", 0, "field"), one.field)
        const reason = String(at(answer.json, "errors", 0, "defaultMessage"))
        if (typeof one.reason === "string") assert.strictEqual(reason, one.reason)
        else if (one.reason !== undefined) assert.match(reason, one.reason)
        yield* leavesNothing(idOf(one.sbd))
      })
    )
  }

  it.effect("is told with the registry's own words when the receiver is not known", () =>
    Effect.gen(function* () {
      const answer = yield* post(JSON.stringify(digital({ receiver: "0192:999999999" })))
      assert.match(
        String(at(answer.json, "description")),
        /^Service record not found for parameters: SRParameter\(identifier=999999999, process=urn:/
      )
    })
  )

  it.effect("is refused: a messageId that is no UUID", () =>
    Effect.gen(function* () {
      const answer = yield* post(JSON.stringify(digital({ messageId: "not-a-uuid" })))
      assert.strictEqual(answer.status, 400)
      assert.strictEqual(at(answer.json, "errors", 0, "field"), `${header}.documentIdentification.instanceIdentifier`)
      assert.strictEqual(at(answer.json, "errors", 0, "rejectedValue"), "not-a-uuid")
    })
  )

  describe("JSON", () => {
    const sbd = digital()
    const { digital: body, [header]: head } = sbd as Record<string, unknown>
    it.effect.each([
      ["", /^Required request body is missing/],
      ['{ "standardBusinessDocumentHeader" : ', /^JSON parse error/],
      ["[]", /^JSON parse error: Expected an object/],
      [JSON.stringify({ ...sbd, extra: {} }), /Expected token END_OBJECT, but found FIELD_NAME/],
      [JSON.stringify({ [header]: head, print: body }), /Expected to find field named digital, but found print/],
      [JSON.stringify({ digital: body }), /^I\/O error while reading input message/],
      [
        JSON.stringify({ [header]: head, digital: { ...(body as object), sikkerhetsnivaa: "four" } }),
        /digital\.sikkerhetsnivaa/
      ],
      [
        JSON.stringify({ [header]: { ...(head as object), sender: "0192:910077473" }, digital: body }),
        /standardBusinessDocumentHeader\.sender/
      ]
    ] as const)("that is no message is refused with its place (API-33) (%#)", ([text, why]) =>
      Effect.gen(function* () {
        const answer = yield* post(text)
        assert.strictEqual(answer.status, 400)
        assert.strictEqual(
          at(answer.json, "exception"),
          "org.springframework.http.converter.HttpMessageNotReadableException"
        )
        assert.match(String(at(answer.json, "message")), why)
      })
    )

    it.effect("without a process is refused", () =>
      Effect.gen(function* () {
        const scope = [{ type: "SenderRef", instanceIdentifier: "x", identifier: "y" }]
        const answer = yield* post(
          JSON.stringify({ ...sbd, [header]: { ...(head as object), businessScope: { scope } } })
        )
        assert.strictEqual(answer.status, 400)
      })
    )
  })

  describe("Content-Disposition", () => {
    it.effect.each([
      [
        undefined,
        "org.springframework.web.bind.MissingRequestHeaderException",
        "Required header 'Content-Disposition' is not present."
      ],
      ["", "java.lang.IllegalArgumentException", "Content-Disposition header must not be empty"],
      ["attachment; filename", "java.lang.IllegalArgumentException", "Invalid content disposition format"],
      [
        "attachment; filename*=UTF-16''a",
        "java.lang.IllegalArgumentException",
        "The charset of filename* must be UTF-8 or ISO-8859-1"
      ],
      ["attachment; name=x", invalid, "Validation failed for object='file'. Error count: 1"],
      ["attachment; filename*=UTF-8''a%00b", invalid, "Validation failed for object='file'. Error count: 1"]
    ] as const)("%s is refused with its reason", ([disposition, exception, why]) =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const sbd = innsynskrav()
        yield* post(JSON.stringify(sbd))
        const answer = yield* call("PUT", `/api/messages/out/${idOf(sbd)}`, {
          headers: disposition === undefined ? {} : { "content-disposition": disposition },
          body: "x"
        })
        assert.strictEqual(answer.status, 400)
        assert.strictEqual(at(answer.json, "exception"), exception)
        assert.strictEqual(at(answer.json, "message"), why)
        const outMessages = yield* OutMessages
        assert.lengthOf(Option.getOrThrow(yield* outMessages.get(MessageId.make(idOf(sbd)))).documents, 0)
      })
    )
  })

  describe("a parameter", () => {
    it.effect.each([
      ["/api/conversations?finished=maybe", "finished"],
      ["/api/conversations?direction=SIDEWAYS", "direction"],
      ["/api/conversations?serviceIdentifier=DPX", "serviceIdentifier"],
      ["/api/conversations?lastUpdateFrom=yesterday", "lastUpdateFrom"],
      ["/api/conversations?sort=secret", "sort"],
      ["/api/statuses?status=SENT", "status"],
      ["/api/statuses?fromDateTime=2019-03-25T12:38:23+01:00&toDateTime=2019-03-25T12:38:23Z", "fromDateTime"],
      ["/api/statuses?id=x", "id"],
      ["/api/messages/in/peek?serviceIdentifier=DPX", "serviceIdentifier"],
      ["/api/messages/out?serviceIdentifier=DPX", "serviceIdentifier.0"]
    ] as const)("%s is refused and named", ([path, field]) =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const answer = yield* call("GET", path)
        assert.strictEqual(answer.status, 400)
        assert.strictEqual(at(answer.json, "errors", 0, "field"), field)
      })
    )

    it.effect("of a path that is no number is refused and named", () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const answer = yield* call("GET", "/api/conversations/x1")
        assert.strictEqual(answer.status, 400)
        assert.strictEqual(
          at(answer.json, "exception"),
          "org.springframework.web.method.annotation.MethodArgumentTypeMismatchException"
        )
        assert.match(String(at(answer.json, "message")), /^Method parameter 'id': /)
      })
    )
  })
})
