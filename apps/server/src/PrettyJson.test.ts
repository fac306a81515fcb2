import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as PrettyJson from "./PrettyJson.ts"

const withoutNulls = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(withoutNulls)
    : typeof value === "object" && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([, member]) => member !== null)
            .map(([name, member]) => [name, withoutNulls(member)])
        )
      : value

describe("PrettyJson", () => {
  it("lays out objects and lists as Jackson does", () => {
    assert.strictEqual(
      PrettyJson.stringify({ content: [{ id: 1, none: null, list: [1, "b"] }, {}], empty: [], last: true }),
      `{
  "content" : [ {
    "id" : 1,
    "list" : [ 1, "b" ]
  }, { } ],
  "empty" : [ ],
  "last" : true
}`
    )
  })

  it.effect.prop("keeps every value but members that are null", [Schema.Json], ([value]) =>
    Effect.sync(() => {
      const plain: unknown = JSON.parse(JSON.stringify(value))
      assert.deepStrictEqual(JSON.parse(PrettyJson.stringify(value)), withoutNulls(plain))
    })
  )
})
