import { assert, describe, it } from "@effect/vitest"
import { Duration } from "effect"
import { promises } from "./Promises.ts"
import { delayAfter, isLast } from "./Redelivery.ts"

const retry = { first: promises.retryFirst, factor: promises.retryFactor, cap: promises.retryCap, redeliveries: 105 }

describe("Redelivery", () => {
  it("waits 20 s, then three times as long each time, and never more than an hour", () => {
    const waits = Array.from({ length: 7 }, (_, index) => Duration.toSeconds(delayAfter(index + 1, retry)))
    assert.deepStrictEqual(waits, [20, 60, 180, 540, 1620, 3600, 3600])
  })

  it("keeps to an hour however many attempts there have been", () => {
    assert.strictEqual(Duration.toHours(delayAfter(100_000, retry)), 1)
  })

  it("gives up after 105 redeliveries, about a hundred hours", () => {
    assert.isFalse(isLast(105, retry))
    assert.isTrue(isLast(106, retry))
    const hours = Array.from({ length: 105 }, (_, index) => Duration.toHours(delayAfter(index + 1, retry)))
    const total = hours.reduce((sum, wait) => sum + wait, 0)
    assert.isTrue(total > 100 && total < 102)
  })
})
