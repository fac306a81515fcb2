import { assert, describe, it } from "@effect/vitest"
import { isDay } from "./calendar.ts"

describe("isDay", () => {
  it.each(["2024-02-29", "2000-02-29", "2019-12-31", "2019-04-30"])("takes %s", (text) => {
    assert.isTrue(isDay(text))
  })

  it.each([
    "2023-02-29",
    "1900-02-29",
    "2100-02-29",
    "2019-04-31",
    "2019-00-10",
    "2019-01-00",
    "2019-1-1",
    "2019-01-01T"
  ])("refuses %s", (text) => {
    assert.isFalse(isDay(text))
  })
})
