import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, DateTime, Effect, Option, Schema } from "effect"
import { decode, encode, isOf, type StandardBusinessDocument } from "../StandardBusinessDocument.ts"
import { created, type Json, party } from "../internal/letters.test.support.ts"
import * as shared from "../internal/shared.test.support.ts"
import * as PartyIdentifier from "../PartyIdentifier.ts"
import { complete } from "../StandardBusinessDocument.ts"
import * as testing from "../testing.ts"
import * as QueueName from "./QueueName.ts"
import * as StatusMessage from "./StatusMessage.ts"
import { Result } from "effect"

const receiver = { receiver: party("0192:910075935") }
const publisering = created("publisering", { orgnr: "986252932" }, receiver)
const status = created("status", { status: "MOTTATT" }, receiver)
const kvittering = (referanseType: string) =>
  created("einnsyn_kvittering", { dokumentId: "x", status: "y", referanseType }, receiver)

const own = (mode: QueueName.Mode, receiptQueue?: string): QueueName.Own => ({ mode, receiptQueue })

const queue = (document: StandardBusinessDocument, sender: QueueName.Own, endpointUrl?: string) =>
  Option.getOrUndefined(QueueName.destination(document, sender, endpointUrl))

describe("QueueName", () => {
  it.each([
    ["publisering", "nextbestqueue910075935innsyn"],
    ["innsynskrav", "nextbestqueue910075935data"]
  ])(
    "sends a kvittering about a %s by what it is about, whatever the registry says (DPE-7, DPE-12)",
    (about, expected) => {
      for (const endpointUrl of [undefined, "", "annet"]) {
        assert.strictEqual(queue(kvittering(about), own("innsyn"), endpointUrl), expected)
      }
    }
  )

  it.each([
    ["innsyn", "data"],
    ["data", "innsyn"],
    ["meeting", "innsyn"]
  ] as const)("sends a status from %s to %s (DPE-9)", (mode, suffix) => {
    assert.strictEqual(queue(status, own(mode)), `nextbestqueue910075935${suffix}`)
  })

  it("sends answers to the receipt queue where one is set (DPE-8, DPE-10)", () => {
    for (const answer of [status, kvittering("publisering"), kvittering("innsynskrav")]) {
      assert.strictEqual(queue(answer, own("innsyn", "xyz")), "nextbestqueue910075935xyz")
      assert.notStrictEqual(queue(answer, own("innsyn", "  ")), "nextbestqueue910075935  ")
    }
    assert.strictEqual(queue(publisering, own("innsyn", "xyz"), "data"), "nextbestqueue910075935data")
  })

  it("knows no queue when the registry names no suffix (DPE-11)", () => {
    assert.isUndefined(queue(publisering, own("innsyn"), undefined))
    assert.isUndefined(queue(publisering, own("innsyn"), " "))
  })

  it("reads a mode in upper or lower case, and no other", () => {
    assert.deepStrictEqual(QueueName.parseMode(" INNSYN "), Option.some("innsyn"))
    assert.isTrue(Option.isNone(QueueName.parseMode("innsyns")))
  })

  it.effect.prop(
    "names the receiving organisation itself, whomever it acts for (DPE-61)",
    [testing.standardBusinessDocument, QueueName.Mode],
    ([document, mode]) =>
      Effect.sync(() => {
        const organisation = PartyIdentifier.primaryIdentifier(document.receiver ?? "")
        const name = queue(document, own(mode), "data") ?? assert.fail("no queue")
        assert.match(name, new RegExp(`^nextbestqueue${organisation}(innsyn|data)$`))
      })
  )

  it.effect.prop(
    "needs the registry for no answer, and for all else",
    [testing.standardBusinessDocument],
    ([document]) =>
      Effect.sync(() =>
        assert.strictEqual(QueueName.isAnswer(document), queue(document, own("innsyn"), undefined) !== undefined)
      )
  )

  it("reads its own queue under its mode", () => {
    assert.strictEqual(QueueName.own("910077473", "innsyn"), "nextbestqueue910077473innsyn")
  })
})

const circumstances = (now: DateTime.Utc): StatusMessage.Circumstances => ({
  now,
  ttlHours: 24,
  documentType: StatusMessage.documentType,
  process: StatusMessage.responseProcess
})

const anyAnswered = Arbitrary.all({
  original: testing.standardBusinessDocument,
  now: testing.instant,
  said: Arbitrary.schema(Schema.Literals(["MOTTATT", "LEVERT"]))
})

describe("StatusMessage", () => {
  it.effect.prop("is a document of its own, complete and readable", [anyAnswered], ([{ now, original, said }]) =>
    Effect.sync(() => {
      // A person sends no message over DPE, so answers have an organisation as sender.
      const from = { ...original, receiver: original.sender }
      const answer = StatusMessage.answer(from, said, circumstances(now))
      assert.deepStrictEqual(Result.getOrThrow(complete(answer)), answer)
      const { header, message } = answer
      assert.deepStrictEqual(Result.getOrThrow(decode(encode(answer))), { header, message })
    })
  )

  it.effect.prop(
    "swaps the parties whole, and keeps both ids (DPE-34, DPE-61)",
    [anyAnswered],
    ([{ now, original, said }]) =>
      Effect.sync(() => {
        const answer = StatusMessage.answer(original, said, circumstances(now))
        assert.strictEqual(answer.sender, original.receiver)
        assert.strictEqual(answer.receiver, original.sender)
        assert.strictEqual(answer.messageId, original.messageId)
        assert.strictEqual(answer.conversationId, original.conversationId)
        assert(isOf("status")(answer))
        assert.strictEqual(answer.message.body.status, said)
      })
  )

  it.effect.prop("copies the channel, and no other scope (DPE-62)", [anyAnswered], ([{ now, original, said }]) =>
    Effect.sync(() => {
      const scopes = (document: StandardBusinessDocument) => document.header.businessScope?.scope ?? []
      const channels = scopes(original).filter(({ type }) => type === "MessageChannel")
      const [conversation, ...others] = scopes(StatusMessage.answer(original, said, circumstances(now)))
      assert.strictEqual(conversation?.type, "ConversationId")
      assert.deepStrictEqual(others, channels)
    })
  )

  it.skipIf(!shared.present)(
    `answers the published innsynskrav with the published status (DPE-33)${shared.note}`,
    () => {
      const incoming = Result.getOrThrow(decode(shared.json("examples/api/dpe-incoming-innsynskrav.sbd.json")))
      const expected = shared.json("examples/api/dpe-status.sbd.json") as {
        readonly standardBusinessDocumentHeader: Json
      }
      const answer = StatusMessage.answer(
        Result.getOrThrow(complete(incoming)),
        "MOTTATT",
        circumstances(DateTime.makeUnsafe("2019-03-25T11:38:23Z"))
      )
      assert.deepStrictEqual(encode(answer)["status"], { status: "MOTTATT" })
      const header = encode(answer)["standardBusinessDocumentHeader"] as Json
      assert.deepStrictEqual(Object.keys(header), Object.keys(expected.standardBusinessDocumentHeader))
      assert.deepStrictEqual(header["documentIdentification"], {
        ...(expected.standardBusinessDocumentHeader["documentIdentification"] as Json),
        instanceIdentifier: answer.messageId
      })
      assert.deepStrictEqual(
        (header["businessScope"] as { scope: Array<Json> }).scope.map(({ instanceIdentifier: _, ...scope }) => scope),
        (expected.standardBusinessDocumentHeader["businessScope"] as { scope: Array<Json> }).scope.map(
          ({ instanceIdentifier: _, ...scope }) => scope
        )
      )
    }
  )
})
