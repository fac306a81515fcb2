import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Option, Result } from "effect"
import * as shared from "./internal/shared.test.support.ts"
import type { SbdError } from "./SbdError.ts"
import * as Sbd from "./StandardBusinessDocument.ts"
import * as testing from "./testing.ts"

type Json = { readonly [key: string]: unknown }

const identifier = (value: string) => [{ identifier: { value, authority: "iso6523-actorid-upis" } }]

const header = (type: string, more: Json = {}): Json => ({
  headerVersion: "1.0",
  sender: identifier("0192:991825827"),
  receiver: identifier("0192:910077473"),
  documentIdentification: {
    standard: `urn:no:difi:einnsyn:xsd::${type}`,
    typeVersion: "1.0",
    instanceIdentifier: "93f530e3-0d4f-4273-94cd-e0d64019ea83",
    type,
    creationDateAndTime: "2024-03-11T09:20:00.123456789+01:00"
  },
  businessScope: {
    scope: [
      {
        type: "ConversationId",
        instanceIdentifier: "e615f7ba-3089-46cb-9263-6c34f3b6769e",
        identifier: "urn:no:difi:profile:einnsyn:response:ver1.0",
        scopeInformation: [{ expectedResponseDateTime: "2024-03-12T09:20:00Z" }]
      }
    ]
  },
  ...more
})

const document = (type: string, body: unknown, more: Json = {}): Json => ({
  standardBusinessDocumentHeader: header(type, more),
  [type]: body
})

const draft = (json: unknown): Sbd.Draft => Result.getOrThrow(Sbd.decode(json))

const reason = (json: unknown): SbdError["reason"] => Result.getOrThrow(Result.flip(Sbd.decodeReceived(json))).reason

const text = (value: unknown): string => JSON.stringify(value)

describe("decode", () => {
  it.effect.prop("reads what encode wrote", [testing.standardBusinessDocument], ([original]) =>
    Effect.sync(() => {
      const json: unknown = JSON.parse(text(Sbd.encode(original)))
      assert.deepStrictEqual(Result.getOrThrow(Sbd.decodeReceived(json)), original)
    })
  )

  it.effect.prop("writes what it read, byte for byte", [testing.standardBusinessDocument], ([original]) =>
    Effect.sync(() => {
      const written = text(Sbd.encode(original))
      assert.strictEqual(text(Sbd.encode(draft(JSON.parse(written)))), written)
    })
  )

  it.effect.prop(
    "takes the members in either order (API-32, DPE-49)",
    [testing.standardBusinessDocument],
    ([original]) =>
      Effect.sync(() => {
        const reversed = Object.fromEntries(Object.entries(Sbd.encode(original)).reverse())
        assert.deepStrictEqual(draft(reversed), draft(Sbd.encode(original)))
      })
  )

  it("passes over unknown members inside header, scope and business message (API-31)", () => {
    const plain = document("publisering", { orgnr: "986252932" })
    const strange = {
      standardBusinessDocumentHeader: {
        ...header("publisering"),
        extra: { deep: [1] },
        businessScope: {
          scope: [{ ...(header("publisering")["businessScope"] as { scope: Array<object> }).scope[0], identfier: "x" }]
        }
      },
      publisering: { orgnr: "986252932", securityLevel: 3 }
    }
    assert.deepStrictEqual(draft(strange), draft(plain))
  })

  it("passes over an unknown member however deep it goes", () => {
    const depth = 100_000
    const deep: unknown = JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`)
    const json = document("publisering", { orgnr: "986252932", deep })
    assert.strictEqual(draft(json).message.body.hoveddokument, undefined)
  })

  it("takes null for absent, and leaves it out (DPE-45)", () => {
    const kvittering = { dokumentId: "x", status: "ok", referanseType: "publisering" }
    const json = document(
      "einnsyn_kvittering",
      { ...kvittering, sikkerhetsnivaa: null, hoveddokument: null },
      { manifest: null }
    )
    assert.deepStrictEqual(Sbd.encode(draft(json)), document("einnsyn_kvittering", kvittering))
  })

  it("keeps line breaks and tabs inside a kvittering's status (DPE-44)", () => {
    const status = '{"publisert": true,\n\t"enhetsnavn": "Æ"}'
    const { message } = draft(document("einnsyn_kvittering", { dokumentId: "x", status, referanseType: "publisering" }))
    assert(message.type === "einnsyn_kvittering")
    assert.strictEqual(message.body.status, status)
  })

  it("takes a received innsynskrav without its required members, and an orgnr of eight digits (DPE-3)", () => {
    assert.deepStrictEqual(draft(document("innsynskrav", { securityLevel: 3 })).message.body, {})
    assert.deepStrictEqual(draft(document("innsynskrav", { orgnr: "98625293" })).message.body, { orgnr: "98625293" })
  })

  it("takes the type in upper case, and the business message's name in lower case only", () => {
    const upper = { ...document("publisering", {}), standardBusinessDocumentHeader: header("Publisering") }
    assert.strictEqual(draft(upper).message.type, "publisering")
    assert.strictEqual(reason(document("Publisering", {}))._tag, "Misshapen")
  })

  it("takes true, false and numbers as text, and numbers for text", () => {
    const json = document("digital", {
      sikkerhetsnivaa: "3",
      avsenderId: 42,
      digitalPostInfo: { virkningsdato: "2019-05-12", aapningskvittering: "true" }
    })
    assert.deepStrictEqual(draft(json).message.body, {
      sikkerhetsnivaa: 3,
      avsenderId: "42",
      digitalPostInfo: { virkningsdato: "2019-05-12", aapningskvittering: true }
    })
  })

  it("gives a time without offset Oslo's, and keeps every other text", () => {
    const json = document(
      "publisering",
      {},
      {
        documentIdentification: {
          ...(header("publisering")["documentIdentification"] as object),
          creationDateAndTime: "2019-05-01T11:38:23"
        }
      }
    )
    assert.strictEqual(draft(json).header.documentIdentification?.creationDateAndTime, "2019-05-01T11:38:23+02:00")
    assert.strictEqual(
      draft(document("publisering", {})).header.documentIdentification?.creationDateAndTime,
      "2024-03-11T09:20:00.123456789+01:00"
    )
  })
})

describe("decode refuses", () => {
  it("a third member beside header and business message (API-33, DPE-50)", () => {
    assert.strictEqual(
      reason({ ...document("publisering", {}), extra: 1 }).message,
      "Expected token END_OBJECT, but found FIELD_NAME: extra"
    )
  })

  it("a business message named otherwise than its type", () => {
    const json = { standardBusinessDocumentHeader: header("digital"), print: {} }
    assert.strictEqual(reason(json).message, "Expected to find field named digital, but found print")
  })

  it("a type nobody knows, by its name (API-24)", () => {
    assert.match(
      reason(document("strange", {})).message,
      /^Unknown BusinessMessageType = strange\. Expecting one of status,/
    )
  })

  it("feil, and a business message that is a text (DPE-51)", () => {
    assert.strictEqual(reason(document("feil", {}))._tag, "UnknownType")
    const asText = reason(document("publisering", "tekst"))
    assert(asText._tag === "InvalidMember")
    assert.strictEqual(asText.field, "publisering")
  })

  it("a missing type, a missing business message and a missing header", () => {
    assert.strictEqual(reason({ standardBusinessDocumentHeader: {}, digital: {} })._tag, "MissingType")
    assert.strictEqual(
      reason({ standardBusinessDocumentHeader: header("digital") }).message,
      "digital: must not be null"
    )
    for (const json of [undefined, null, 1, "x", [], {}])
      assert.include(["Misshapen", "MissingType"], reason(json)._tag)
  })

  it("a referanseType, a status and a date that do not exist, by the field", () => {
    const field = (json: unknown) => {
      const why = reason(json)
      return why._tag === "InvalidMember" ? why.field : why._tag
    }
    assert.strictEqual(
      field(document("einnsyn_kvittering", { referanseType: "annet" })),
      "einnsyn_kvittering.referanseType"
    )
    assert.strictEqual(field(document("status", { status: "UKJENT" })), "status.status")
    assert.strictEqual(
      field(document("digital", { digitalPostInfo: { virkningsdato: "2019-02-30" } })),
      "digital.digitalPostInfo.virkningsdato"
    )
  })

  it("an object where a kvittering's status is text, and an object where scopes are an array", () => {
    assert.strictEqual(reason(document("einnsyn_kvittering", { status: {} }))._tag, "InvalidMember")
    assert.strictEqual(reason(document("publisering", {}, { businessScope: { scope: {} } }))._tag, "InvalidMember")
  })

  it("an authority nobody knows", () => {
    const why = reason(document("publisering", {}, { receiver: [{ identifier: { value: "1", authority: "x" } }] }))
    assert(why._tag === "InvalidMember")
    assert.strictEqual(why.field, "standardBusinessDocumentHeader.receiver[0].identifier.authority")
  })

  it.effect.prop("without quoting the value that is wrong", [testing.personidentifikator], ([number]) =>
    Effect.sync(() => {
      const wrong = [
        document("status", { status: number }),
        document("digital", { digitalPostInfo: { virkningsdato: number } }),
        document("publisering", {}, { receiver: identifier(`${number}0`) }),
        document("publisering", {}, { receiver: [{ identifier: { value: "x", authority: number } }] })
      ]
      for (const json of wrong) assert.notInclude(reason(json).message, number)
    })
  )
})

describe("complete", () => {
  const scopeWith = (scope: object) => ({ businessScope: { scope: [scope] } })

  it("demands a process, and says so in the words clients know", () => {
    const why = reason(document("publisering", {}, scopeWith({ type: "SenderRef", identifier: "x" })))
    assert.strictEqual(why.message, "SBD missing process")
  })

  it("demands UUIDs of message and conversation", () => {
    const why = reason(
      document("publisering", {}, scopeWith({ type: "ConversationId", identifier: "p", instanceIdentifier: "abc" }))
    )
    assert.strictEqual(why._tag, "InvalidMember")
  })

  it("demands an organisation as sender, and takes a person as receiver", () => {
    assert.strictEqual(reason(document("publisering", {}, { sender: identifier("06068700602") }))._tag, "InvalidMember")
    const received = Sbd.decodeReceived(document("publisering", {}, { receiver: identifier("06068700602") }))
    assert.strictEqual(Result.getOrThrow(received).receiver, "06068700602")
  })

  it("takes any scope types and any receiver when a document comes in (DPE-57)", () => {
    const scopes = [
      { type: "Ukjent", identifier: "x" },
      ...(header("status")["businessScope"] as { scope: Array<object> }).scope
    ]
    const received = Sbd.decodeReceived(document("status", { status: "MOTTATT" }, { businessScope: { scope: scopes } }))
    assert.isTrue(Result.isSuccess(received))
  })
})

describe("isExpired", () => {
  const of = draft(document("publisering", {}))
  it.each([
    ["2024-03-12T09:19:59.999Z", false],
    ["2024-03-12T09:20:00Z", false],
    ["2024-03-12T09:20:00.001Z", true]
  ])("at %s is %s", (now, expected) => {
    assert.strictEqual(Sbd.isExpired(of, DateTime.makeUnsafe(now)), expected)
  })

  it("never comes when no time is named", () => {
    const open = draft(document("publisering", {}, { businessScope: { scope: [{ type: "ConversationId" }] } }))
    assert.isTrue(Option.isNone(Sbd.expectedResponse(open)))
    assert.isFalse(Sbd.isExpired(open, DateTime.makeUnsafe("2999-01-01T00:00:00Z")))
  })
})

describe.skipIf(!shared.present)(`the published examples${shared.note}`, () => {
  const sbds = [
    ...shared.files("examples/api", ".request.json"),
    ...shared.files("examples/dpe", ".sbd.json"),
    ...shared.files("examples/api", ".sbd.json")
  ].filter((path) => /create-|dpe/.test(path))

  it.each(sbds)("%s is read, and read again after it was written", (path) => {
    const once = draft(shared.json(path))
    assert.deepStrictEqual(draft(Sbd.encode(once)), once)
  })

  it.each(shared.files("examples/api", ".response.json").filter((path) => path.includes("/create-")))(
    "%s is written as it stands, members in order",
    (path) => {
      const json = shared.json(path)
      assert.strictEqual(text(Sbd.encode(draft(json))), text(json))
    }
  )

  it.each(["einnsyn_kvittering-publisert", "status-mottatt", "publisering-journalpost", "innsynskrav"])(
    "examples/dpe/%s.sbd.json loses nothing but null members",
    (name) => {
      const json = shared.json(`examples/dpe/${name}.sbd.json`)
      const withoutNulls: unknown = JSON.parse(text(json), (_, value: unknown) => (value === null ? undefined : value))
      const { sikkerhetsnivaa: _, ...kvittering } = ((withoutNulls as Json)["einnsyn_kvittering"] ?? {}) as Json
      const expected =
        "einnsyn_kvittering" in (withoutNulls as Json)
          ? { ...(withoutNulls as Json), einnsyn_kvittering: kvittering }
          : withoutNulls
      assert.deepStrictEqual(Sbd.encode(draft(json)), expected)
    }
  )
})
