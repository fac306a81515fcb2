import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Option } from "effect"
import * as CreateDefaults from "./CreateDefaults.ts"
import type { Print } from "./forretningsmelding/Print.ts"
import {
  address,
  circumstances,
  created,
  draft,
  json,
  letter,
  now,
  own,
  party,
  printLetter
} from "./internal/letters.test.support.ts"
import { isMessageId } from "./MessageId.ts"
import * as Sbd from "./StandardBusinessDocument.ts"
import * as testing from "./testing.ts"

const registered = (street: string): CreateDefaults.RegisteredAddress => ({
  name: "Kari Nordmann",
  street,
  postalCode: "5005",
  postalArea: "BERGEN",
  country: "Norway"
})

const none = { postAddress: undefined, returnAddress: undefined }

const filledPrint = (body: object, addresses: Parameters<typeof CreateDefaults.fillAddresses>[1]): Print => {
  const { message } = CreateDefaults.fillAddresses(
    CreateDefaults.fill(draft("print", body), circumstances()),
    addresses
  )
  assert(message.type === "print")
  return message.body
}

describe("fill", () => {
  it("gives what a business system left out (API-8, API-9, API-10, DPE-16, DPI-27)", () => {
    const { header } = CreateDefaults.fill(draft("digital", letter), circumstances())
    assert.deepStrictEqual(header.sender, party(`0192:${own}`))
    assert.isTrue(isMessageId(header.documentIdentification?.instanceIdentifier ?? ""))
    assert.strictEqual(header.documentIdentification?.creationDateAndTime, "2019-03-25T12:38:23+01:00")
    const [scope] = header.businessScope?.scope ?? []
    assert.isTrue(isMessageId(scope?.instanceIdentifier ?? ""))
    assert.notStrictEqual(scope?.instanceIdentifier, header.documentIdentification?.instanceIdentifier)
    assert.strictEqual(scope?.scopeInformation?.[0]?.expectedResponseDateTime, "2019-03-26T12:38:23+01:00")
  })

  it("lets the channel say how long a message may take (API-11)", () => {
    const filled = CreateDefaults.fill(draft("digital", letter), circumstances(own, 48))
    assert.deepStrictEqual(Sbd.expectedResponse(filled), Option.some(DateTime.add(now, { hours: 48 })))
  })

  it("gives an id to every scope, and a time to the conversation's only", () => {
    const scope = [
      { type: "SenderRef", identifier: "saksnummer" },
      { type: "ConversationId", identifier: "p", instanceIdentifier: " ", scopeInformation: [] }
    ]
    const { header } = CreateDefaults.fill(draft("digital", letter, { businessScope: { scope } }), circumstances())
    const filled = header.businessScope?.scope ?? []
    assert.deepStrictEqual(
      filled.map(({ type }) => type),
      ["SenderRef", "ConversationId"]
    )
    assert.strictEqual(new Set(filled.map(({ instanceIdentifier }) => instanceIdentifier)).size, 2)
    assert.isUndefined(filled[0]?.scopeInformation)
    assert.strictEqual(filled[1]?.scopeInformation?.length, 1)
  })

  it.effect.prop(
    "keeps all that is given, and asks for no ids",
    [testing.standardBusinessDocument, testing.organisasjonsnummer],
    ([sbd, ownOrganisation]) =>
      Effect.sync(() => {
        const filled = CreateDefaults.fill(sbd, {
          ...circumstances(ownOrganisation),
          newId: () => assert.fail("asked for an id")
        })
        assert.deepStrictEqual(filled.header.documentIdentification, sbd.header.documentIdentification)
        assert.deepStrictEqual(filled.header.businessScope, sbd.header.businessScope)
        assert.deepStrictEqual(filled.header.receiver, sbd.header.receiver)
      })
  )

  it.effect.prop("changes nothing the second time", [testing.standardBusinessDocument], ([sbd]) =>
    Effect.sync(() => {
      const once = CreateDefaults.fill(sbd, circumstances())
      assert.deepStrictEqual(CreateDefaults.fill(once, circumstances()), once)
    })
  )

  it("echoes what was given, booleans as such, with metadataFiler always there (API-7, DPI-1)", () => {
    const metadataFiler = { "arkivmelding.xml": "test.txt" }
    const body = (more: object) => Sbd.encode(created("digital", { ...letter, ...more }))["digital"]
    const digitalPostInfo = { virkningsdato: "2019-05-12", aapningskvittering: false }
    assert.deepStrictEqual(body({ metadataFiler }), { ...letter, digitalPostInfo, metadataFiler })
    assert.deepStrictEqual(body({}), { ...letter, digitalPostInfo, metadataFiler: {} })
  })

  it("leaves a print letter without receiver with an empty one (API-18)", () => {
    const { receiver: _, ...header } = json("print", {})["standardBusinessDocumentHeader"] as Record<string, unknown>
    const sbd = CreateDefaults.fill(draft("print", printLetter, { ...header, receiver: null }), circumstances())
    assert.deepStrictEqual(sbd.header.receiver, [])
    assert.include(JSON.stringify(Sbd.encode(sbd)), '"receiver":[]')
  })

  it("prints in black and white and sends as B mail unless told otherwise (API-19)", () => {
    const { message } = created("print", printLetter)
    assert(message.type === "print")
    assert.strictEqual(message.body.utskriftsfarge, "SORT_HVIT")
    assert.strictEqual(message.body.posttype, "B_OEKONOMI")
    assert.deepStrictEqual(message.body.printinstruksjoner, {})
  })
})

describe("normaliseSender", () => {
  it.each([
    ["0192:910075918", "0192:910075918"],
    ["0192:111111111", "0192:910075918:111111111"],
    ["0192:910075918:111111111", "0192:910075918:111111111"],
    ["0192:222222222:111111111", "0192:222222222:111111111"],
    ["910075918", "910075918"],
    ["strange", "strange"]
  ])("makes %s into %s for 910075918 (API-12, DPI-28, DPI-29, DPI-30)", (sender, expected) => {
    assert.strictEqual(CreateDefaults.normaliseSender(sender, "910075918"), expected)
  })

  it.effect.prop(
    "changes nothing the second time",
    [testing.party, testing.organisasjonsnummer],
    ([sender, ownOrganisation]) =>
      Effect.sync(() => {
        const once = CreateDefaults.normaliseSender(sender, ownOrganisation)
        assert.strictEqual(CreateDefaults.normaliseSender(once, ownOrganisation), once)
      })
  )

  it("stores another organisation as the one we act for (DPI-29, DPE-17)", () => {
    const sbd = created("digital", letter, { sender: party("0192:111111111") })
    assert.strictEqual(sbd.sender, `0192:${own}:111111111`)
  })
})

describe("fillAddresses", () => {
  it("takes the receiver's address where none is given (DPI-17)", () => {
    const { mottaker } = filledPrint({}, { ...none, postAddress: registered("C/O Bar;Bergensgata 42") })
    assert.deepStrictEqual(mottaker, {
      navn: "Kari Nordmann",
      adresselinje1: "C/O Bar",
      adresselinje2: "Bergensgata 42",
      postnummer: "5005",
      poststed: "BERGEN",
      land: "Norway"
    })
  })

  it("takes four lines of a street, beside the name that is given (DPI-18, API-17)", () => {
    const { mottaker } = filledPrint({ mottaker: { navn: "Gitt" } }, { ...none, postAddress: registered("a;b;c;d;e") })
    assert.deepStrictEqual(
      [
        mottaker?.navn,
        mottaker?.adresselinje1,
        mottaker?.adresselinje2,
        mottaker?.adresselinje3,
        mottaker?.adresselinje4
      ],
      ["Gitt", "a", "b", "c", "d"]
    )
  })

  it("makes the return address, returned directly (DPI-23, API-20)", () => {
    const { retur } = filledPrint({ mottaker: address }, { ...none, returnAddress: registered("Gata 1") })
    assert.strictEqual(retur?.returhaandtering, "DIREKTE_RETUR")
    assert.strictEqual(retur?.mottaker?.adresselinje1, "Gata 1")
  })

  it("lets a given return keep its handling", () => {
    const { retur } = filledPrint({ retur: { returhaandtering: "MAKULERING_MED_MELDING" } }, none)
    assert.strictEqual(retur?.returhaandtering, "MAKULERING_MED_MELDING")
  })

  it.effect.prop("never changes what is given", [testing.address, testing.address], ([mottaker, returned]) =>
    Effect.sync(() => {
      const addresses = { postAddress: registered("x;y;z;w"), returnAddress: registered("x;y;z;w") }
      const filled = filledPrint({ mottaker, retur: { mottaker: returned } }, addresses)
      assert.deepStrictEqual({ ...filled.mottaker, ...mottaker }, filled.mottaker)
      assert.deepStrictEqual({ ...filled.retur?.mottaker, ...returned }, filled.retur?.mottaker)
    })
  )
})
