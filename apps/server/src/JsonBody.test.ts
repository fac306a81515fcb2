import { assert, describe, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"
import * as JsonBody from "./JsonBody.ts"

describe("JsonBody", () => {
  it("takes control characters inside strings as they stand", () => {
    assert.deepStrictEqual(JsonBody.parse('{ "a": "line\nnext\t\\"x\\"" }'), Result.succeed({ a: 'line\nnext\t"x"' }))
  })

  it.effect.each([
    ["", "Required request body is missing: expected a JSON object"],
    ['{ "a": ', "JSON parse error: the text is not valid JSON"],
    ['{ "fnr": 09118532322 }', "JSON parse error: the text is not valid JSON at position 10 (line 1 column 11)"]
  ])("refuses %s, naming the place and quoting nothing", ([text, why]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(JsonBody.parseBody(text!))
      assert.strictEqual(error.message, why)
      assert.strictEqual(error.exception, "org.springframework.http.converter.HttpMessageNotReadableException")
    })
  )

  it.effect("reads the charset that the content type names, UTF-8 unless it does", () =>
    Effect.gen(function* () {
      const bytes = Uint8Array.from([0xe6])
      assert.strictEqual(yield* JsonBody.decodeText(bytes, "application/json; charset=ISO-8859-1"), "æ")
      const error = yield* Effect.flip(JsonBody.decodeText(bytes, "application/json"))
      assert.strictEqual(error.message, "JSON parse error: the text is not valid in its charset")
    })
  )

  it.effect.prop("reads whatever JSON.stringify writes", [Schema.Json], ([value]) =>
    Effect.sync(() => {
      const text = JSON.stringify(value)
      assert.deepStrictEqual(JsonBody.parse(text), Result.succeed(JSON.parse(text) as unknown))
    })
  )
})
