import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Result } from "effect"
import { problems } from "../DeliveryProblems.ts"
import { address, created, type Json, letter, now, party, printLetter } from "../internal/letters.test.support.ts"
import * as publishedSchemas from "../internal/publishedSchemas.test.support.ts"
import * as shared from "../internal/shared.test.support.ts"
import * as SbdDateTime from "../SbdDateTime.ts"
import type { StandardBusinessDocument } from "../StandardBusinessDocument.ts"
import * as testing from "../testing.ts"
import * as DpiMessage from "./DpiMessage.ts"
import * as DpiTransformation from "./DpiTransformation.ts"

const mailbox: DpiTransformation.DigitalMailbox = {
  orgnrPostkasse: "987464291",
  postkasseAdresse: "dummy",
  epostAdresse: undefined,
  mobilnummer: undefined
}
const reachable = { ...mailbox, epostAdresse: "kari@example.org", mobilnummer: "+4799999999" }
const sealing: DpiTransformation.Sealing = { fingeravtrykk: "dummy", maskinportentoken: "DummyMaskinportenToken", now }

/** The letter as it goes over the wire. */
const wire = (message: Result.Result<DpiMessage.DpiMessage, DpiTransformation.NotDeliverable>) => {
  const { standardBusinessDocument } = DpiMessage.encode(Result.getOrThrow(message)) as {
    readonly standardBusinessDocument: Json
  }
  return standardBusinessDocument
}

const digital = (body: Json, header: Json = {}, to = mailbox) => {
  const document = created("digital", body, header)
  const sent = wire(DpiTransformation.digital(document, to, sealing))
  return { document, header: sent["standardBusinessDocumentHeader"] as Json, body: sent["digital"] as Json }
}

const utskrift = (body: Json, header: Json = {}) => {
  const sent = wire(DpiTransformation.utskrift(created("print", body, header), "974761076", sealing))
  return { header: sent["standardBusinessDocumentHeader"] as Json, body: sent["utskrift"] as Json }
}

const identification = (header: Json) => header["documentIdentification"] as Json
const scopes = (header: Json) => (header["businessScope"] as { readonly scope: ReadonlyArray<Json> }).scope
const organisation = (value: string) => ({ value, authority: "iso6523-actorid-upis" })

describe("a digital letter", () => {
  it("becomes the message of the reference's first check (DPI-1)", () => {
    const { body, document, header } = digital(letter)
    assert.deepStrictEqual(header["sender"], party("0192:910077473"))
    assert.deepStrictEqual(header["receiver"], party("0192:987464291"))
    assert.deepStrictEqual(
      [identification(header)["standard"], identification(header)["type"], identification(header)["typeVersion"]],
      [
        "urn:fdc:digdir.no:2020:innbyggerpost:xsd::innbyggerpost##urn:fdc:digdir.no:2020:innbyggerpost:schema:digital::1.0",
        "digital",
        "1.0"
      ]
    )
    assert.strictEqual(identification(header)["instanceIdentifier"], document.messageId)
    assert.strictEqual(
      scopes(header)[0]?.["identifier"],
      "urn:fdc:digdir.no:2020:profile:egovernment:innbyggerpost:digital:ver1.0"
    )
    assert.deepStrictEqual(body, {
      avsender: {
        virksomhetsidentifikator: organisation("0192:910077473"),
        avsenderidentifikator: "avsender910077473",
        fakturaReferanse: "faktura910077473"
      },
      mottaker: { postkasseadresse: "dummy" },
      dokumentpakkefingeravtrykk: { digestMethod: "http://www.w3.org/2001/04/xmlenc#sha256", digestValue: "dummy" },
      maskinportentoken: "DummyMaskinportenToken",
      sikkerhetsnivaa: 3,
      virkningstidspunkt: "2019-05-12T00:00:00+02:00",
      aapningskvittering: false,
      ikkesensitivtittel: "Min supertittel",
      spraak: "NO",
      varsler: {}
    })
  })

  it("expires at the instant its sender named, in the same offset (DPI-2)", () => {
    const expectedResponseDateTime = "2019-05-10T00:31:52+01:00"
    const scope = { type: "ConversationId", identifier: "p", scopeInformation: [{ expectedResponseDateTime }] }
    const { header } = digital(letter, { businessScope: { scope: [scope] } })
    assert.deepStrictEqual(scopes(header)[0]?.["scopeInformation"], [{ expectedResponseDateTime }])
  })

  it("is dated when it is sent (DPI-3)", () => {
    const documentIdentification = {
      standard: "urn:no:difi:digitalpost:xsd:digital::digital",
      typeVersion: "1.0",
      type: "digital",
      creationDateAndTime: "2019-03-25T11:35:00+01:00"
    }
    const created = String(identification(digital(letter, { documentIdentification }).header)["creationDateAndTime"])
    assert.strictEqual(SbdDateTime.instant(created).epochMilliseconds, now.epochMilliseconds)
  })

  it("takes effect at midnight in Oslo, without virkningsdato (DPI-4)", () => {
    const { body } = digital(letter)
    assert.strictEqual(
      SbdDateTime.instant(String(body["virkningstidspunkt"])).epochMilliseconds,
      Date.UTC(2019, 4, 11, 22)
    )
    assert.notProperty(body, "virkningsdato")
  })

  it("notifies nobody whose address is not known (DPI-5)", () => {
    assert.deepStrictEqual(digital(letter, {}, { ...mailbox, epostAdresse: "", mobilnummer: "" }).body["varsler"], {})
  })

  it("notifies by e-mail and SMS on day 0 and 7 (DPI-6)", () => {
    assert.deepStrictEqual(digital(letter, {}, reachable).body["varsler"], {
      epostvarsel: { epostadresse: "kari@example.org", varslingstekst: "Du har post", repetisjoner: [0, 7] },
      smsvarsel: { mobiltelefonnummer: "+4799999999", varslingstekst: "Du har post", repetisjoner: [0, 7] }
    })
  })

  it("notifies only where a text is given (DPI-7)", () => {
    const { body } = digital({ ...letter, varsler: { smsTekst: "Du har post" } }, {}, reachable)
    assert.deepStrictEqual(Object.keys(body["varsler"] as Json), ["smsvarsel"])
    assert.deepStrictEqual(digital({ ...letter, varsler: {} }, {}, reachable).body["varsler"], {})
  })

  it("carries one scope, whatever else was given (DPI-11)", () => {
    const scope = [
      { type: "SenderRef", identifier: "x" },
      { type: "ConversationId", identifier: "p" },
      { type: "MessageChannel", identifier: "y" }
    ]
    const { header } = digital(letter, { businessScope: { scope } })
    assert.deepStrictEqual(
      scopes(header).map(({ type }) => type),
      ["ConversationId"]
    )
  })

  it("leaves out what was not given (DPI-12)", () => {
    const { avsenderId: _, digitalPostInfo: __, fakturaReferanse: ___, ...bare } = letter
    const { body } = digital(bare)
    assert.deepStrictEqual(body["avsender"], { virksomhetsidentifikator: organisation("0192:910077473") })
    assert.notProperty(body, "virkningstidspunkt")
    assert.notProperty(body, "aapningskvittering")
  })

  it.each([
    ["sikkerhetsnivaa", 2],
    ["tittel", ""],
    ["tittel", null],
    ["tittel", "a".repeat(256)],
    ["spraak", "nob"]
  ])("is not made when its %s is %j, and says so in the sender's words (DPI-57)", (member, value) => {
    const made = DpiTransformation.digital(created("digital", { ...letter, [member]: value }), mailbox, sealing)
    assert.strictEqual(Result.getOrThrow(Result.flip(made)).field, `digital.${member}`)
  })
})

describe("a letter on another's behalf", () => {
  it.each([
    ["0192:910075918", "0192:910075918", "910075918"],
    ["0192:111111111", "0192:111111111", "111111111"],
    ["0192:910075918:111111111", "0192:111111111", "111111111"]
  ])("from %s is avsender %s (DPI-28, DPI-29, DPI-30)", (sender, behandlingsansvarlig, organisasjonsnummer) => {
    const document = created("digital", letter, { sender: party(sender) }, "910075918")
    assert.deepStrictEqual(DpiTransformation.avsenderOf(document), {
      databehandler: "0192:910075918",
      behandlingsansvarlig,
      organisasjonsnummer
    })
    const sent = wire(DpiTransformation.digital(document, mailbox, sealing))
    assert.deepStrictEqual((sent["standardBusinessDocumentHeader"] as Json)["sender"], party("0192:910075918"))
    assert.deepStrictEqual(
      ((sent["digital"] as Json)["avsender"] as Json)["virksomhetsidentifikator"],
      organisation(behandlingsansvarlig)
    )
  })

  it("from a bare number has the prefix", () => {
    const document = created("digital", letter, { sender: party("910077473") })
    assert.strictEqual(DpiTransformation.avsenderOf(document).databehandler, "0192:910077473")
  })
})

describe("a print letter", () => {
  it.each(["Norway", "Norge", " NORGE ", "NO", "", null])("within %j has no land (DPI-13, DPI-22, API-14)", (land) => {
    const { body, header } = utskrift({ ...printLetter, mottaker: { ...address, land } })
    assert.deepStrictEqual(body["mottaker"], {
      navn: "Ola Nordmann",
      adresselinje1: "Fjellveien 1",
      postnummer: "3400",
      poststed: "FJELLET"
    })
    assert.deepStrictEqual(header["receiver"], party("0192:974761076"))
    assert.strictEqual(identification(header)["type"], "utskrift")
    assert.strictEqual(
      scopes(header)[0]?.["identifier"],
      "urn:fdc:digdir.no:2020:profile:egovernment:innbyggerpost:utskrift:ver1.0"
    )
  })

  const choices = ({ body }: { readonly body: Json }) => [
    body["utskriftstype"],
    body["posttype"],
    (body["retur"] as Json)["returposthaandtering"]
  ]

  it("goes as B mail in black and white, returned directly, unless told otherwise (DPI-24, DPI-13)", () => {
    assert.deepStrictEqual(choices(utskrift(printLetter)), ["SORT_HVIT", "B", "DIREKTE_RETUR"])
  })

  it("goes as it is told (DPI-25)", () => {
    const told = {
      ...printLetter,
      utskriftsfarge: "FARGE",
      posttype: "A_PRIORITERT",
      retur: { ...(printLetter["retur"] as Json), returhaandtering: "MAKULERING_MED_MELDING" }
    }
    assert.deepStrictEqual(choices(utskrift(told)), ["FARGE", "A", "MAKULERING_MED_MELDING"])
  })

  it("goes abroad with the postal line in the first free line (DPI-19, DPI-20, DPI-21)", () => {
    const abroad = { navn: "N N", adresselinje1: "1 Main St", postnummer: "10115", poststed: "Berlin", land: "Germany" }
    const mottaker = (more: Json) => utskrift({ ...printLetter, mottaker: { ...abroad, ...more } }).body["mottaker"]
    const { postnummer: _, poststed: __, ...laidOut } = abroad
    assert.deepStrictEqual(mottaker({}), { ...laidOut, adresselinje2: "10115 Berlin" })
    assert.deepStrictEqual(mottaker({ adresselinje3: "x" }), {
      ...laidOut,
      adresselinje2: "10115 Berlin",
      adresselinje3: "x"
    })
    const full = { adresselinje2: "a", adresselinje3: "b", adresselinje4: "c" }
    assert.deepStrictEqual(mottaker(full), { ...laidOut, ...full, adresselinje4: "c 10115 Berlin" })
    assert.deepStrictEqual(mottaker({ postnummer: "" }), { ...laidOut, adresselinje2: "Berlin" })
  })

  it("is not made when its receiver has no name, and says so in the sender's words", () => {
    const { navn: _, ...nameless } = address
    const document = created("print", { ...printLetter, mottaker: nameless })
    const made = DpiTransformation.utskrift(document, "974761076", sealing)
    assert.strictEqual(Result.getOrThrow(Result.flip(made)).field, "print.mottaker.navn")
  })
})

const digitalLetters = testing.documentAbout(Arbitrary.map(testing.digital, (body) => ({ type: "digital", body })))
const printLetters = testing.documentAbout(Arbitrary.map(testing.print, (body) => ({ type: "print", body })))
const letters = testing.oneOf(digitalLetters, printLetters)

const transformed = (document: StandardBusinessDocument) =>
  document.message.type === "digital"
    ? DpiTransformation.digital(document, reachable, sealing)
    : DpiTransformation.utskrift(document, "974761076", sealing)

describe("any letter without problems", () => {
  it.effect.prop("can be made into a DPI message", [letters], ([document]) =>
    Effect.sync(() => {
      assert.deepStrictEqual(problems(document.message), [])
      assert.isTrue(Result.isSuccess(transformed(document)))
    })
  )

  it.effect.prop("never carries the citizen's number", [letters, testing.personidentifikator], ([document, number]) =>
    Effect.sync(() => {
      const sent = JSON.stringify(wire(transformed({ ...document, receiver: number })))
      assert.notInclude(sent, number)
    })
  )

  it.effect.prop(
    `meets the published schema${shared.note}`,
    [letters],
    ([document]) =>
      Effect.sync(() => {
        if (!shared.present) return
        const message = Result.getOrThrow(transformed(document))
        assert.strictEqual(publishedSchemas.fault(message.type, DpiMessage.encode(message)), undefined)
      }),
    { skip: !shared.present }
  )
})

const spoiled = Arbitrary.map(
  Arbitrary.all([letters, testing.partial({ tittel: testing.text, spraak: testing.text, mottaker: testing.address })]),
  ([document, body]) => ({ ...document, message: { type: document.message.type, body } }) as StandardBusinessDocument
)

describe("a letter that cannot be made", () => {
  it.effect.prop("has a problem that says why", [spoiled], ([document]) =>
    Effect.sync(() => {
      const made = transformed(document)
      if (Result.isFailure(made)) assert.strictEqual(made.failure.field, problems(document.message)[0]?.field)
    })
  )
})
