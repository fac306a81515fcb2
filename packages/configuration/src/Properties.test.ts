import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Properties from "./Properties.ts"

const entries = (text: string) => Object.fromEntries(Properties.parse(text).entries)

/** Writes a key or value with every character that has a meaning escaped, and what is not ASCII by number. */
const escaped = (text: string): string =>
  Array.from({ length: text.length }, (_, index) => text[index] ?? "")
    .map((unit) => {
      if (/[A-Za-z0-9.]/.test(unit)) return unit
      if (unit === " ") return "\\ "
      return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
    })
    .join("")

describe("Properties.parse", () => {
  it("takes equals signs, colons and blanks as the end of a key", () => {
    const text = "a=1\nb:2\nc 3\nd = 4\ne : 5\nf\t6\n  g=7"
    assert.deepStrictEqual(entries(text), { a: "1", b: "2", c: "3", d: "4", e: "5", f: "6", g: "7" })
  })

  it("keeps further separators in the value", () => {
    assert.deepStrictEqual(entries("url=https://host/?a=b\nx==1"), { url: "https://host/?a=b", x: "=1" })
  })

  it("leaves out comments and blank lines, of every line ending", () => {
    assert.deepStrictEqual(entries("# a=1\r\n! b=2\r\n\r\n   # c=3\rd=4\n"), { d: "4" })
  })

  it("joins continued lines without the blanks the next begins with", () => {
    assert.deepStrictEqual(entries("a=one,\\\n    two,\\\r\n  three\nb=2"), { a: "one,two,three", b: "2" })
  })

  it("does not continue a line that ends in an escaped backslash", () => {
    assert.deepStrictEqual(entries("a=C:\\\\\nb=2"), { a: "C:\\", b: "2" })
  })

  it("does not read a comment's backslash as a continuation", () => {
    assert.deepStrictEqual(entries("# a\\\nb=2"), { b: "2" })
  })

  it("reads escapes in keys and values", () => {
    assert.deepStrictEqual(entries("a\\ b\\=c=\\u00e6\\t\\\\x"), { "a b=c": "æ\t\\x" })
  })

  it("trims blanks at the end of a value and names their keys, which Java would keep", () => {
    const parsed = Properties.parse("difi.move.org.number=910076787  \npassword=a b\t\nfine=1")
    assert.strictEqual(parsed.entries.get("difi.move.org.number"), "910076787")
    assert.strictEqual(parsed.entries.get("password"), "a b")
    assert.deepStrictEqual(parsed.trimmed, ["difi.move.org.number", "password"])
  })

  it("keeps a blank at the end that is escaped", () => {
    const parsed = Properties.parse("password=word\\ \n")
    assert.strictEqual(parsed.entries.get("password"), "word ")
    assert.deepStrictEqual(parsed.trimmed, [])
  })

  it("names keys whose backslashes are lost, as in a Windows path", () => {
    const parsed = Properties.parse("path=C:\\certs\\key.p12\nother=C:\\\\certs")
    assert.strictEqual(parsed.entries.get("path"), "C:certskey.p12")
    assert.deepStrictEqual(parsed.lostBackslashes, ["path"])
  })

  it("takes the last of a key that stands twice", () => {
    assert.deepStrictEqual(entries("a=1\na=2"), { a: "2" })
  })

  it("ignores a byte order mark", () => {
    assert.deepStrictEqual(entries("\uFEFFa=1"), { a: "1" })
  })

  const key = Schema.NonEmptyString
  it.effect.prop(
    "reads back what was written with every special character escaped",
    [key, Schema.String],
    ([name, value]) =>
      Effect.sync(() => {
        const parsed = Properties.parse(`${escaped(name)}=${escaped(value)}\nlast=1`)
        assert.deepStrictEqual(
          [...parsed.entries],
          name === "last"
            ? [["last", "1"]]
            : [
                [name, value],
                ["last", "1"]
              ]
        )
        assert.deepStrictEqual(parsed.trimmed, [])
      })
  )

  it.effect.prop("refuses no text", [Schema.String], ([text]) =>
    Effect.sync(() => assert.isDefined(Properties.parse(text).entries))
  )
})
