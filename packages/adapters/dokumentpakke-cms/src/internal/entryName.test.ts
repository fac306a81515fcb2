import { assert, describe, it } from "@effect/vitest"
import { formEncode, nameProblem, namesOfUri } from "./entryName.ts"

const encoded: ReadonlyArray<readonly [string, string]> = [
  ["Brev til innbygger æøå.pdf", "Brev+til+innbygger+%C3%A6%C3%B8%C3%A5.pdf"],
  ["vedlegg+1 (kopi).txt", "vedlegg%2B1+%28kopi%29.txt"],
  ["100%25 sikker.txt", "100%2525+sikker.txt"],
  ["a&b<c>.txt", "a%26b%3Cc%3E.txt"],
  ["under_strek*stjerne~tilde!.txt", "under_strek*stjerne%7Etilde%21.txt"]
]

describe("entryName", () => {
  it.each(encoded)("form-encodes %s as dokumentpakke 11 does, and reads it back", (name, uri) => {
    assert.strictEqual(formEncode(name), uri)
    assert.strictEqual(namesOfUri(uri)[0], name)
  })

  it("takes a reference that is the raw name, or its percent-encoding", () => {
    assert.include(namesOfUri("vedlegg+1 (kopi).txt"), "vedlegg+1 (kopi).txt")
    assert.include(namesOfUri("Brev%20til%20innbygger%20%C3%A6.pdf"), "Brev til innbygger æ.pdf")
    assert.include(namesOfUri("100%25 sikker.txt"), "100%25 sikker.txt")
  })

  it("decodes nothing that is not UTF-8", () => {
    assert.deepStrictEqual(namesOfUri("%E6.pdf"), ["%E6.pdf"])
  })

  it.each([
    "",
    "/etc/passwd",
    "../x",
    "a/../x",
    "a//b",
    "./x",
    "a\\b",
    "C:x",
    "a\u0000b",
    "a\nb",
    "a\u0085b",
    "\ud800.txt"
  ])("refuses the name %j", (name) => {
    assert.isDefined(nameProblem(name))
  })

  it.each(["brev.pdf", "mappe/brev.pdf", "Brev til innbygger æøå.pdf", "..brev..pdf", "😀.txt", "o\u0301.txt"])(
    "lets the name %j be",
    (name) => {
      assert.isUndefined(nameProblem(name))
    }
  )
})
