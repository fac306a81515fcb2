import { assert, layer } from "@effect/vitest"
import { MessageId } from "@eformidling/domain/MessageId"
import { decodeReceived } from "@eformidling/domain/StandardBusinessDocument"
import { receive } from "@eformidling/exchange/ReceiveMessage"
import { DokumentpakkeSealer } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import { Conversations } from "@eformidling/port-store/Conversations"
import { Incoming } from "@eformidling/port-transport/Incoming"
import { Effect, Option, Stream } from "effect"
import { randomUUID } from "node:crypto"
import { at } from "./internal/httpCall.testing.ts"
import { einnsynKvittering, idOf, innsynskrav } from "./internal/messages.testing.ts"
import * as TestServer from "./internal/testServer.testing.ts"

const { Client } = TestServer

const text = new TextEncoder().encode("Before the law")

/** A message of ours arrives, with a package when the type has one. */
const arrive = Effect.fnUntraced(function* (sbd: ReturnType<typeof innsynskrav>, withPackage = true) {
  const sealer = yield* DokumentpakkeSealer
  const sealed = yield* sealer.seal({
    flavour: "dpe",
    sender: "0192:910075935",
    receiver: "0192:910077473",
    documents: [{ filename: "before_the_law.txt", mimeType: "text/plain", content: () => Stream.make(text) }],
    recipientCertificate: "certificate"
  })
  const dokumentpakke = withPackage ? yield* Stream.mkUint8Array(sealed.content) : undefined
  const received = yield* Effect.fromResult(decodeReceived(sbd))
  yield* receive("DPE")(Incoming.Melding({ sbd: received, dokumentpakke }))
  return idOf(sbd)
}, Effect.scoped)

/** Each test has a sender of its own, so that none takes another's messages. */
const from = (parts: { readonly messageId?: string } = {}) => {
  const sender = String(100_000_000 + (Number.parseInt(randomUUID().slice(0, 7), 16) % 800_000_000))
  return {
    query: `senderIdentifier=${sender}&serviceIdentifier=DPE`,
    sbd: innsynskrav({ ...parts, sender: `0192:${sender}`, receiver: `0192:${TestServer.own}` })
  }
}

layer(TestServer.layer(), { excludeTestServices: true })("messages/in", (it) => {
  it.effect(
    "gives a message to the first who peeks, its package as often as asked, and takes its leave on DELETE (API-55, API-63)",
    () =>
      Effect.gen(function* () {
        const { call } = yield* Client
        const { query, sbd } = from()
        const messageId = yield* arrive(sbd)

        const peeked = yield* call("GET", `/api/messages/in/peek/?${query}`)
        assert.strictEqual(peeked.status, 200)
        assert.deepStrictEqual(peeked.json, JSON.parse(JSON.stringify(sbd)))
        assert.strictEqual((yield* call("GET", `/api/messages/in/peek?${query}`)).status, 204)

        for (let turn = 0; turn < 2; turn++) {
          const popped = yield* call("GET", `/api/messages/in/pop/${messageId}`)
          assert.strictEqual(popped.status, 200)
          assert.strictEqual(popped.headers["content-type"], "application/vnd.etsi.asic-e+zip")
          assert.strictEqual(popped.headers["content-disposition"], "attachment; filename=asic.zip")
          assert.strictEqual(popped.headers["content-length"], String(popped.bytes.length))
          assert.include(popped.text, "before_the_law.txt")
        }

        const waiting = yield* call("GET", `/api/messages/in?${query}`)
        assert.strictEqual(at(waiting.json, "totalElements"), 1)

        const deleted = yield* call("DELETE", `/api/messages/in/${messageId}`)
        assert.strictEqual(deleted.status, 200)
        assert.deepStrictEqual(deleted.json, peeked.json)
        assert.strictEqual(at((yield* call("GET", `/api/messages/in?${query}`)).json, "totalElements"), 0)

        const statuses = yield* call("GET", `/api/statuses/${messageId}`)
        assert.deepStrictEqual(
          [0, 1, 2].map((index) => at(statuses.json, "content", index, "status")),
          ["OPPRETTET", "INNKOMMENDE_MOTTATT", "INNKOMMENDE_LEVERT"]
        )
      })
  )

  it.effect("has nothing to peek when nothing waits, and says so without a body (API-57)", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const answer = yield* call("GET", `/api/messages/in/peek?messageId=${randomUUID()}`)
      assert.strictEqual(answer.status, 204)
      assert.strictEqual(answer.text, "")
    })
  )

  it.effect("never gives a message to two at once (API-59)", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const { query, sbd } = from()
      const sender = sbd.standardBusinessDocumentHeader.sender?.[0]?.identifier.value
      const ids = yield* Effect.forEach([1, 2, 3], () =>
        arrive(innsynskrav({ sender, receiver: `0192:${TestServer.own}` }))
      )
      const answers = yield* Effect.all(
        Array.from({ length: 6 }, () => call("GET", `/api/messages/in/peek?${query}`)),
        { concurrency: "unbounded" }
      )
      const given = answers
        .filter(({ status }) => status === 200)
        .map(({ json }) => at(json, "standardBusinessDocumentHeader", "documentIdentification", "instanceIdentifier"))
      assert.sameMembers(given, ids)
    })
  )

  it.effect("holds filters together (API-60)", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const { query, sbd } = from()
      const messageId = yield* arrive(sbd)
      const process = "urn:no:difi:profile:einnsyn:innsynskrav:ver1.0"
      assert.strictEqual((yield* call("GET", `/api/messages/in/peek?${query}&process=urn:other`)).status, 204)
      assert.strictEqual((yield* call("GET", `/api/messages/in/peek?${query}&messageId=${randomUUID()}`)).status, 204)
      const all = `${query}&messageId=${messageId}&receiverIdentifier=${TestServer.own}&process=${process}`
      assert.strictEqual((yield* call("GET", `/api/messages/in/peek?${all}`)).status, 200)
    })
  )

  it.effect("neither gives nor removes a message that nobody has locked (API-61)", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const messageId = yield* arrive(from().sbd)
      for (const [method, path] of [
        ["GET", `/api/messages/in/pop/${messageId}`],
        ["DELETE", `/api/messages/in/${messageId}`]
      ] as const) {
        const answer = yield* call(method, path)
        assert.strictEqual(answer.status, 400)
        assert.strictEqual(
          at(answer.json, "exception"),
          "no.difi.meldingsutveksling.exceptions.MessageNotLockedException"
        )
        assert.strictEqual(at(answer.json, "message"), `Message with messageId = ${messageId} was not locked`)
      }
      for (const unknown of [randomUUID(), "abc"]) {
        assert.strictEqual((yield* call("GET", `/api/messages/in/pop/${unknown}`)).status, 404)
        assert.strictEqual((yield* call("DELETE", `/api/messages/in/${unknown}`)).status, 404)
      }
    })
  )

  it.effect("has no package for a receipt (API-62)", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const sbd = einnsynKvittering({ receiver: `0192:${TestServer.own}` })
      const messageId = yield* arrive(sbd, false)
      assert.strictEqual((yield* call("GET", `/api/messages/in/peek?messageId=${messageId}`)).status, 200)
      const popped = yield* call("GET", `/api/messages/in/pop/${messageId}`)
      assert.strictEqual(popped.status, 204)
      assert.strictEqual((yield* call("DELETE", `/api/messages/in/${messageId}`)).status, 200)
    })
  )

  it.effect("stores a message that is delivered twice once (API-65)", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const conversations = yield* Conversations
      const { query, sbd } = from()
      const messageId = yield* arrive(sbd)
      yield* arrive(sbd)
      assert.strictEqual(at((yield* call("GET", `/api/messages/in?${query}`)).json, "totalElements"), 1)
      assert.isTrue(Option.isSome(yield* conversations.byMessageId(MessageId.make(messageId), "INCOMING")))
    })
  )
})
