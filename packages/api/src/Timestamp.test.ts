import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Option, Schema } from "effect"
import * as Timestamp from "./Timestamp.ts"

const utc = (text: string) => DateTime.toUtc(DateTime.makeUnsafe(text))

describe("Timestamp", () => {
  it.each([
    ["2019-03-25T11:38:23Z", "2019-03-25T12:38:23+01:00"],
    ["2022-05-19T21:03:36.146Z", "2022-05-19T23:03:36.146+02:00"],
    ["2022-05-19T21:01:56.020Z", "2022-05-19T23:01:56.02+02:00"],
    ["2022-05-19T21:01:00.500Z", "2022-05-19T23:01:00.5+02:00"]
  ])("writes %s in Norwegian time with the digits it needs", (instant, text) => {
    assert.strictEqual(Timestamp.format(utc(instant)), text)
  })

  it.each([
    ["2019-03-25T11:38:23", "2019-03-25T11:38:23+01:00"],
    ["2019-05-01T11:38:23", "2019-05-01T11:38:23+02:00"],
    ["2019-05-01T11:38:23Z", "2019-05-01T13:38:23+02:00"],
    ["2019-05-01T11:38:23+02:00", "2019-05-01T11:38:23+02:00"]
  ])("reads %s as %s", (text, same) => {
    assert.deepStrictEqual(Timestamp.parse(text), Option.some(utc(same)))
  })

  it.each(["2019-03-25", "tomorrow", "2019-03-25T12:38:23 01:00", "2019-13-25T12:38:23Z", ""])("refuses %s", (text) => {
    assert.isTrue(Option.isNone(Timestamp.parse(text)))
  })

  it.effect.prop(
    "reads back what it writes",
    [Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4_000_000_000_000 }))],
    ([millis]) =>
      Effect.sync(() => {
        const at = DateTime.makeUnsafe(millis)
        assert.deepStrictEqual(Timestamp.parse(Timestamp.format(at)), Option.some(at))
      })
  )

  it.effect("reads a day as its first moment in Norway, and finds the next across a change of clocks", () =>
    Effect.gen(function* () {
      const day = yield* Schema.decodeEffect(Timestamp.Day)("2019-03-31")
      assert.deepStrictEqual(day, utc("2019-03-31T00:00:00+01:00"))
      assert.deepStrictEqual(Timestamp.dayAfter(day), utc("2019-04-01T00:00:00+02:00"))
      assert.strictEqual(yield* Schema.encodeEffect(Timestamp.Day)(day), "2019-03-31")
    })
  )
})
