import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import * as TolerantJson from "./TolerantJson.ts"

const controls = Schema.String.check(Schema.isPattern(/^[\u0000-\u001f"\\a-zæ ]{0,40}$/))

/** JSON as a careless writer makes it: quotes and backslashes escaped, control characters not. */
const careless = (text: string) => `"${text.replace(/["\\]/g, (unit) => `\\${unit}`)}"`

describe("TolerantJson", () => {
  it.prop("reads what JSON.stringify writes as JSON.parse does", [Schema.Json], ([value]) => {
    const text = JSON.stringify(value)
    assert.deepStrictEqual(TolerantJson.parse(text), Result.succeed(JSON.parse(text)))
  })

  it.prop("takes raw control characters in strings as they stand (DPE-44)", [controls, controls], ([key, value]) => {
    const text = `{\n\t${careless(`k${key}`)}: [${careless(value)}]\r\n}`
    assert.deepStrictEqual(TolerantJson.parse(text), Result.succeed({ [`k${key}`]: [value] }))
  })

  it("refuses what is not JSON without quoting it", () => {
    for (const text of ["", "{bad", '{"epost": "kari@example.no"', "\u0001", '"a" "b"', '{"a": \u00001}']) {
      const result = TolerantJson.parse(text)
      assert(Result.isFailure(result))
      assert.strictEqual(result.failure, "SyntaxError")
    }
  })
})
