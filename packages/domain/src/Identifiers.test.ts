import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { isConversationId } from "./ConversationId.ts"
import * as Iso6523 from "./Iso6523.ts"
import { isMessageId } from "./MessageId.ts"
import { hasCheckDigit, isOrganisasjonsnummer } from "./Organisasjonsnummer.ts"
import * as PartyIdentifier from "./PartyIdentifier.ts"
import { isPersonidentifikator } from "./Personidentifikator.ts"
import * as testing from "./testing.ts"

describe("Organisasjonsnummer", () => {
  it("takes nine digits, also with a wrong check digit, and nothing else", () => {
    assert.isTrue(isOrganisasjonsnummer("910075935"))
    assert.isFalse(hasCheckDigit("910075935"))
    assert.isTrue(hasCheckDigit("991825827"))
    for (const text of ["", "99182582", "9918258271", "99182582x", " 991825827", "٩٩١٨٢٥٨٢٧"]) {
      assert.isFalse(isOrganisasjonsnummer(text), text)
    }
  })

  it.effect.prop("tells the right check digit from the nine wrong ones", [testing.organisasjonsnummer], ([number]) =>
    Effect.sync(() => {
      const right = Array.from({ length: 10 }, (_, digit) => `${number.slice(0, 8)}${digit}`).filter(hasCheckDigit)
      assert.deepStrictEqual(right, [number])
    })
  )
})

describe("Personidentifikator", () => {
  it("takes fødselsnumre and synthetic numbers, whatever their date", () => {
    for (const number of ["06068700602", "07126700169", "04817197073", "09118532322", "17912099997"]) {
      assert.isTrue(isPersonidentifikator(number), number)
    }
  })

  it.effect.prop("finds any one digit that has been changed", [testing.personidentifikator], ([number]) =>
    Effect.sync(() => {
      for (let index = 0; index < 11; index++) {
        const changed = `${number.slice(0, index)}${(Number(number[index]) + 1) % 10}${number.slice(index + 1)}`
        assert.isFalse(isPersonidentifikator(changed), changed)
      }
    })
  )

  it("refuses ten and twelve digits", () => {
    assert.isFalse(isPersonidentifikator("0606870060"))
    assert.isFalse(isPersonidentifikator("060687006022"))
  })
})

describe("Iso6523", () => {
  it("reads the bare number as Norwegian", () => {
    const parsed = Option.getOrThrow(Iso6523.parse("910077473"))
    assert.strictEqual(Iso6523.format(parsed), "0192:910077473")
  })

  it("reads part and source", () => {
    assert.deepStrictEqual(Option.getOrThrow(Iso6523.parse("0192:910075918:111111111:4")), {
      icd: "0192",
      organisation: "910075918",
      part: "111111111",
      source: "4"
    })
  })

  it.each(["", "0192:", "192:910077473", "0192:910077473:", "0192:a:b c", "0192:a:b:c:d", "91007747", "iso:x"])(
    "refuses %j",
    (text) => {
      assert.isTrue(Option.isNone(Iso6523.parse(text)))
    }
  )

  it.effect.prop("writes what it read", [testing.organisation], ([text]) =>
    Effect.sync(() => assert.deepStrictEqual(Option.map(Iso6523.parse(text), Iso6523.format), Option.some(text)))
  )
})

describe("PartyIdentifier", () => {
  it("has the middle organisation for registries and queues, and the last one for clients", () => {
    assert.strictEqual(PartyIdentifier.primaryIdentifier("0192:111111111:222222222"), "111111111")
    assert.strictEqual(PartyIdentifier.shortIdentifier("0192:991825827:910077473"), "910077473")
    assert.strictEqual(PartyIdentifier.shortIdentifier("910077473"), "910077473")
  })

  it.effect.prop("is a person itself under both names", [testing.personidentifikator], ([number]) =>
    Effect.sync(() => {
      assert.strictEqual(PartyIdentifier.primaryIdentifier(number), number)
      assert.strictEqual(PartyIdentifier.shortIdentifier(number), number)
      assert.isFalse(PartyIdentifier.isOrganisation(number))
    })
  )

  it.effect.prop("reads no text it could not be asked about", [Schema.String], ([value]) =>
    Effect.sync(() => {
      if (Option.isSome(PartyIdentifier.parse(value))) assert.match(value, /^(\d{9}|\d{11}|\d{4}:.+)$/s)
      else assert.strictEqual(PartyIdentifier.primaryIdentifier(value), value)
    })
  )
})

describe("MessageId and ConversationId", () => {
  it("take what Java takes for a UUID, short groups included", () => {
    for (const id of ["ff88849c-e281-4809-8555-7cd54952b921", "FF88849C-E281-4809-8555-7CD54952B921", "1-2-3-4-5"]) {
      assert.isTrue(isMessageId(id), id)
      assert.isTrue(isConversationId(id), id)
    }
  })

  it.each([
    "abc",
    "",
    "../../etc/passwd",
    "ff88849c-e281-4809-8555-7cd54952b921x",
    "ff88849ce28148098555-7cd54952b921",
    "g-1-2-3-4",
    "1-2-3-4-5\n"
  ])("refuse %j", (id) => {
    assert.isFalse(isMessageId(id))
    assert.isFalse(isConversationId(id))
  })
})
