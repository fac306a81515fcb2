import { assert, it } from "@effect/vitest"
import { Schema } from "effect"
import { escapeText, unescapeText } from "./storableText.ts"

it.prop("gives back any text", [Schema.String], ([text]) => {
  assert.strictEqual(unescapeText(escapeText(text)), text)
})

it.prop("leaves nothing that a database refuses", [Schema.String], ([text]) => {
  const stored = escapeText(text)
  assert.isTrue(stored.isWellFormed())
  assert.notInclude(stored, "\0")
})

it.prop("keeps different texts apart", [Schema.String, Schema.String], ([one, other]) => {
  assert.strictEqual(escapeText(one) === escapeText(other), one === other)
})

it("leaves ordinary text as it is", () => {
  const text = "Blåbærsyltetøy 🫐\r\n\t\\ \u001B[0m"
  assert.strictEqual(escapeText(text), text)
})

it("escapes NUL, the escape itself and halves of characters", () => {
  assert.strictEqual(escapeText("a\0b\u001A\uD83Fc"), "a\u001A0000b\u001A001a\u001Ad83fc")
})
