import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Result } from "effect"
import * as CreateChecks from "./CreateChecks.ts"
import * as CreateDefaults from "./CreateDefaults.ts"
import {
  address,
  circumstances,
  draft,
  type Json,
  letter,
  now,
  party,
  printLetter
} from "./internal/letters.test.support.ts"
import * as shared from "./internal/shared.test.support.ts"
import * as Sbd from "./StandardBusinessDocument.ts"
import * as testing from "./testing.ts"

const violations = (header: Json, type = "digital", body: unknown = letter) =>
  CreateChecks.violations(draft(type, body, header), now)

const codes = (header: Json) =>
  violations(header).map(({ code, field }) => [code, field.replace(/^standardBusinessDocumentHeader\./, "")])

const conversation: Json = { type: "ConversationId", identifier: "urn:no:difi:profile:digitalpost:info:ver1.0" }

describe("violations", () => {
  it.effect.prop("finds nothing in a document that is whole", [testing.standardBusinessDocument], ([sbd]) =>
    Effect.sync(() => {
      const before = DateTime.makeUnsafe("1999-01-01T00:00:00Z")
      const body: Json = sbd.message.body
      const lacks =
        sbd.message.type === "einnsyn_kvittering" &&
        (["dokumentId", "status", "referanseType"] as const).some((member) => body[member] === undefined)
      assert.strictEqual(CreateChecks.violations(sbd, before).length > 0, lacks)
    })
  )

  it("names a time that is not in the future (API-28)", () => {
    const scope = (expectedResponseDateTime: string) =>
      violations({ businessScope: { scope: [{ ...conversation, scopeInformation: [{ expectedResponseDateTime }] }] } })
    assert.deepStrictEqual(scope("2019-03-25T12:38:23.001+01:00"), [])
    const [violation] = scope("2019-03-25T12:38:23+01:00")
    assert.strictEqual(violation?.message, "must be a future date")
    assert.strictEqual(
      violation?.field,
      "standardBusinessDocumentHeader.businessScope.scope[0].scopeInformation[0].expectedResponseDateTime"
    )
  })

  it("names a conversation that is no UUID (API-29)", () => {
    const [violation] = violations({ businessScope: { scope: [{ ...conversation, instanceIdentifier: "abc" }] } })
    assert.strictEqual(violation?.message, "'abc' is not a UUID.")
  })

  it("takes any text as the id of a reference (API-30)", () => {
    const scope = [conversation, { type: "SenderRef", instanceIdentifier: "abc" }]
    assert.deepStrictEqual(violations({ businessScope: { scope } }), [])
  })

  it.each<[string, Json, ReadonlyArray<ReadonlyArray<string>>]>([
    ["a missing version", { headerVersion: null }, [["NotNull", "headerVersion"]]],
    [
      "a message id that is no UUID",
      {
        documentIdentification: { standard: "s", typeVersion: "1", type: "digital", instanceIdentifier: "../x" }
      },
      [["UUID", "documentIdentification.instanceIdentifier"]]
    ],
    [
      "missing document type",
      { documentIdentification: { type: "digital", typeVersion: "1.0" } },
      [["NotNull", "documentIdentification.standard"]]
    ],
    ["no scopes", { businessScope: null }, [["Size", "businessScope.scope"]]],
    [
      "an unknown scope",
      { businessScope: { scope: [{ type: "conversationid" }] } },
      [["OneOf", "businessScope.scope[0].type"]]
    ],
    [
      "a nameless scope",
      { businessScope: { scope: [{ identifier: "x" }] } },
      [["NotNull", "businessScope.scope[0].type"]]
    ],
    ["two receivers", { receiver: [...party("1"), ...party("2")] }, [["Size", "receiver"]]],
    ["an unreadable receiver", { receiver: party("09118532323") }, [["ReceiverValue", "receiver[0].identifier.value"]]],
    [
      "a sender that is no organisation",
      { sender: party("09118532322") },
      [["SenderValue", "sender[0].identifier.value"]]
    ]
  ])("names %s", (_, header, expected) => {
    assert.deepStrictEqual(codes(header), expected)
  })

  it("quotes no value that may name a person", () => {
    const [violation] = violations({ receiver: party("09118532323") })
    assert.notInclude(JSON.stringify(violation), "09118532323")
  })

  it.each([
    ["publisering", {}, ["publisering.orgnr"]],
    ["innsynskrav", { orgnr: "98625293" }, ["innsynskrav.epost"]],
    ["innsynskrav", { orgnr: "98625293", epost: "a@b" }, []],
    ["einnsyn_kvittering", { status: "x" }, ["einnsyn_kvittering.dokumentId", "einnsyn_kvittering.referanseType"]]
  ])("names what a created %s lacks (DPE-15, DPE-3)", (type, body, expected) => {
    assert.deepStrictEqual(
      violations({}, type, body).map(({ field }) => field),
      expected
    )
  })

  it("refuses a kvittering about anything else when it is read (DPE-15)", () => {
    const json = { dokumentId: "x", status: "y", referanseType: "annet" }
    assert.throws(() => draft("einnsyn_kvittering", json))
  })
})

describe("missingAddress", () => {
  const lacks = (body: Json) => CreateChecks.missingAddress(draft("print", body))

  it.each<[string, Json, string | undefined]>([
    ["nothing", printLetter, undefined],
    ["the receiver", { retur: printLetter["retur"] }, "mottaker"],
    [
      "the receiver's place (API-16, DPI-15)",
      { ...printLetter, mottaker: { navn: "N", land: "Norway" } },
      "mottaker.postnummer/poststed/adresselinje1"
    ],
    [
      "the receiver's postnummer",
      { ...printLetter, mottaker: { ...address, postnummer: "", land: "norge" } },
      "mottaker.postnummer/poststed/adresselinje1"
    ],
    ["the receiver's name", { ...printLetter, mottaker: { ...address, navn: " " } }, "mottaker.navn"],
    ["the return", { mottaker: address }, "retur"],
    ["the return's address", { mottaker: address, retur: {} }, "retur.mottaker"],
    [
      "the return's first line",
      { mottaker: address, retur: { mottaker: { ...address, adresselinje1: "" } } },
      "retur.postnummer/poststed/adresselinje1"
    ]
  ])("finds that the letter lacks %s", (_, body, expected) => {
    assert.strictEqual(lacks(body), expected)
  })

  it("asks no postnummer abroad (API-21)", () => {
    assert.isUndefined(lacks({ ...printLetter, mottaker: { navn: "N", adresselinje1: "a", land: "Sweden" } }))
  })

  it("takes a letter without land for a Norwegian one (DPI-22)", () => {
    const { land: _, ...norwegian } = address
    assert.isUndefined(lacks({ ...printLetter, mottaker: norwegian }))
  })

  it("takes NO for Norway, and without a postnummer for a country as the reference does", () => {
    assert.isUndefined(lacks({ ...printLetter, mottaker: { ...address, land: "NO" } }))
    assert.isUndefined(lacks({ ...printLetter, mottaker: { navn: "N", adresselinje1: "a", land: "NO" } }))
  })

  it("still misses what the registry does not have (API-15, DPI-14)", () => {
    const body = { ...printLetter, retur: { mottaker: { ...address, postnummer: "", poststed: "", land: "Norge" } } }
    const filled = CreateDefaults.fillAddresses(CreateDefaults.fill(draft("print", body), circumstances()), {
      postAddress: undefined,
      returnAddress: undefined
    })
    assert.strictEqual(CreateChecks.missingAddress(filled), "retur.postnummer/poststed/adresselinje1")
  })

  it.skipIf(!shared.present).each(["receiver", "return"])(
    `misses what the published letter without %s postcode misses${shared.note}`,
    (side) => {
      const json = shared.json(`examples/api/create-print-missing-${side}-postcode.400.request.json`)
      const field = CreateChecks.missingAddress(Result.getOrThrow(Sbd.decode(json)))
      assert.strictEqual(field, `${side === "return" ? "retur" : "mottaker"}.postnummer/poststed/adresselinje1`)
    }
  )
})

describe("fitsDocumentType", () => {
  const fits = (type: string, standard: string) =>
    CreateChecks.fitsDocumentType(draft(type, {}, { documentIdentification: { standard, typeVersion: "1.0", type } }))

  it("compares the end of the document type with the type (API-23, DPE-14, DPI-32)", () => {
    assert.isTrue(fits("publisering", "urn:no:difi:einnsyn:xsd::publisering"))
    assert.isFalse(fits("digital", "urn:no:difi:digitalpost:xsd:fysisk::print"))
    assert.isFalse(fits("print", "urn:no:difi:digitalpost:xsd:digital::digital"))
    assert.isFalse(fits("publisering", "urn:no:difi:einnsyn:xsd::innsynskrav"))
    assert.isFalse(fits("print", "urn:no:difi:blueprint"))
  })
})
