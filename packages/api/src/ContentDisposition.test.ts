import { assert, describe, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"
import * as ContentDisposition from "./ContentDisposition.ts"

const parsed = (header: string) => Result.getOrThrow(ContentDisposition.parse(header))
const refused = (header: string) => Result.getOrThrow(Result.flip(ContentDisposition.parse(header))).message
const bytes = (text: string) => Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("")

describe("ContentDisposition", () => {
  it("reads unquoted values with spaces (API-34)", () => {
    assert.deepStrictEqual(parsed("attachment; name=Before The Law; filename=before_the_law.txt"), {
      type: "attachment",
      name: "Before The Law",
      filename: "before_the_law.txt"
    })
  })

  it.each([
    "attachment; filename*=UTF-8''%C3%A6.pdf; filename=a.pdf",
    "attachment; filename=a.pdf; filename*=UTF-8''%C3%A6.pdf"
  ])("prefers filename* wherever it stands: %s (API-35)", (header) => {
    assert.strictEqual(parsed(header).filename, "æ.pdf")
  })

  it.each([
    ["attachment; name=attachment; filename=test.pdf", "attachment", "test.pdf"],
    ['attachment; filename="a.pdf"; name="Vedtak"', "Vedtak", "a.pdf"],
    ["attachment; filename=test.txt", undefined, "test.txt"],
    ["attachment; name=attachment; filename=x.pdf; filename*=UTF-8''x.pdf", "attachment", "x.pdf"],
    ['attachment;filename="a; b.pdf";;size=12; creation-date="Wed, 12 Feb 1997 16:29:51 -0500"', undefined, "a; b.pdf"],
    ['attachment; filename="C:\\tmp\\a.pdf"', undefined, "C:\\tmp\\a.pdf"],
    ['attachment; filename="half.pdf', undefined, '"half.pdf'],
    ["attachment; FileName=a.pdf", undefined, undefined],
    ["attachment; filename*=iso-8859-1'no'%E6.pdf", undefined, "æ.pdf"]
  ])("reads %s as clients mean it", (header, name, filename) => {
    assert.deepStrictEqual(parsed(header), { type: "attachment", name, filename })
  })

  it("takes raw UTF-8 bytes for UTF-8 and other bytes for ISO-8859-1", () => {
    assert.strictEqual(parsed(`attachment; filename="${bytes("blåbær.pdf")}"`).filename, "blåbær.pdf")
    assert.strictEqual(parsed('attachment; filename="bl\u00e5b\u00e6r.pdf"').filename, "blåbær.pdf")
  })

  it("decodes encoded words of older .NET clients", () => {
    assert.strictEqual(parsed('attachment; filename="=?utf-8?B?YmzDpWLDpnIucGRm?="').filename, "blåbær.pdf")
    assert.strictEqual(parsed('attachment; filename="=?utf-8?Q?bl=C3=A5_b.pdf?="').filename, "blå b.pdf")
    assert.strictEqual(parsed('attachment; filename="=?utf-8?B?*?="').filename, "=?utf-8?B?*?=")
  })

  it.each([
    ["", "Content-Disposition header must not be empty"],
    ["; filename=a.pdf", "Content-Disposition header must not be empty"],
    ["attachment; filename", "Invalid content disposition format"],
    ["attachment; filename*=UTF-16''a", "The charset of filename* must be UTF-8 or ISO-8859-1"],
    ["attachment; filename*=a.pdf", "filename* must be written as charset'language'text, as in UTF-8''a.pdf"],
    ["attachment; name*=UTF-8''%C3", "name* is not valid percent-encoded UTF-8"],
    ["attachment; name*=UTF-8''%zz", "name* is not valid percent-encoded UTF-8"]
  ])("refuses %s and says why", (header, why) => {
    assert.strictEqual(refused(header), why)
  })

  const text = Schema.String.check(
    Schema.makeFilter((value) => value.isWellFormed() && value === value.trim(), {
      expected: "well-formed, trimmed text"
    })
  )

  it.effect.prop("reads back what it writes", { name: text, filename: text }, ({ filename, name }) =>
    Effect.sync(() => {
      const disposition = { type: "attachment", name, filename }
      assert.deepStrictEqual(parsed(ContentDisposition.format(disposition)), disposition)
    })
  )

  it.effect.prop("answers every text with a value or a reason", [Schema.String], ([header]) =>
    Effect.sync(() => {
      const result = ContentDisposition.parse(header)
      if (Result.isFailure(result)) assert.isNotEmpty(result.failure.message)
      else assert.isNotEmpty(result.success.type)
    })
  )
})
