import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { intervalMinutes, isDue } from "./StatusPollingBackoff.ts"

const backoff = { thresholdDays: 30, maxIntervalMinutes: 60 }
const Age = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100_000 }))

describe("StatusPollingBackoff", () => {
  it.each([
    ["DPI-92", 0, 1],
    ["DPI-93", 21_600, 30],
    ["DPI-94", 43_200, 60],
    ["DPI-94", 64_800, 60]
  ])("asks (%s) about a letter %d minutes old every %d minutes", (_, age, expected) => {
    assert.strictEqual(intervalMinutes(age, backoff), expected)
  })

  it.each([
    ["DPI-96", 86_400, 86_399, true],
    ["DPI-97", 86_399, 86_398, false],
    ["DPI-98", 86_402, 86_399, true],
    ["DPI-99", 86_395, 86_392, false]
  ])("at (%s) %d minutes, asked before at %d, says %s", (_, now, previous, expected) => {
    assert.strictEqual(isDue(now, previous, backoff), expected)
  })

  it.effect.prop("asks about everything in the first run (DPI-95)", [Age], ([age]) =>
    Effect.sync(() => assert.isTrue(isDue(age, undefined, backoff)))
  )

  it.effect.prop("asks no more seldom than the longest interval", [Age], ([age]) =>
    Effect.sync(() => {
      const run = Array.from({ length: 60 }, (_, minute) => isDue(age + minute + 1, age + minute, backoff))
      assert.include(run, true)
    })
  )

  it.effect.prop("never asks more often as the letter grows older", [Age, Age], ([one, other]) =>
    Effect.sync(() => {
      const [younger, older] = one <= other ? [one, other] : [other, one]
      assert.isAtMost(intervalMinutes(younger, backoff), intervalMinutes(older, backoff))
    })
  )

  it("asks about a letter that has changed since the previous run", () => {
    assert.isTrue(isDue(0, -1, backoff))
  })
})
