import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Schema } from "effect"
import * as SbdDateTime from "./SbdDateTime.ts"
import * as testing from "./testing.ts"

const isSbdDateTime = Schema.is(SbdDateTime.SbdDateTime)

describe("SbdDateTime", () => {
  it.each([
    ["2019-03-25T11:38:23", "2019-03-25T11:38:23+01:00"],
    ["2019-05-01T11:38:23", "2019-05-01T11:38:23+02:00"],
    ["2019-05-01T11:38:23+02:00", "2019-05-01T11:38:23+02:00"],
    ["2019-05-01T11:38:23Z", "2019-05-01T11:38:23Z"],
    ["2024-03-11T09:20:00.123456789+01:00", "2024-03-11T09:20:00.123456789+01:00"],
    ["2024-03-11T09:20:00.123456789", "2024-03-11T09:20:00.123456789+01:00"]
  ])("reads %s as %s (API-88)", (text, expected) => {
    assert.strictEqual(Schema.decodeUnknownSync(SbdDateTime.SbdDateTimeWithOffset)(text), expected)
  })

  it("reads an hour that summer time skips as Oslo's clock shows it", () => {
    assert.strictEqual(SbdDateTime.withOffset("2019-03-31T02:30:00"), "2019-03-31T03:30:00+02:00")
  })

  it.each([
    "2019-02-30T10:00:00Z",
    "2019-02-29T10:00:00",
    "2019-13-01T10:00:00Z",
    "2019-05-01T24:00:00Z",
    "2019-05-01T10:00:00+0100",
    "2019-05-01T10:00:00+19:00",
    "2019-05-01",
    "i går"
  ])("refuses %s", (text) => {
    assert.isFalse(isSbdDateTime(text))
  })

  it.effect.prop("is the same instant after writing and reading", [testing.instant], ([at]) =>
    Effect.sync(() => {
      const text = SbdDateTime.format(at)
      assert.isTrue(isSbdDateTime(text))
      assert.strictEqual(SbdDateTime.instant(text).epochMilliseconds, at.epochMilliseconds)
      assert.notMatch(text, /\.\d*0[+-]/)
    })
  )

  it.effect.prop("keeps a text that has an offset", [testing.sbdDateTime], ([text]) =>
    Effect.sync(() => assert.strictEqual(SbdDateTime.withOffset(text), text))
  )

  it.effect.prop("gives a local text the offset that keeps its instant", [testing.sbdDateTime], ([text]) =>
    Effect.sync(() => {
      const local = text.replace(/(Z|[+-]\d{2}:\d{2})$/, "")
      assert.strictEqual(
        SbdDateTime.instant(SbdDateTime.withOffset(local)).epochMilliseconds,
        SbdDateTime.instant(local).epochMilliseconds
      )
    })
  )

  it.effect.prop("begins a day at midnight in Oslo", [testing.day], ([day]) =>
    Effect.sync(() => {
      const at = DateTime.setZone(SbdDateTime.instant(SbdDateTime.startOfDay(day)), SbdDateTime.zone)
      assert.isTrue(DateTime.formatIsoOffset(at).startsWith(`${day}T00:00:00`))
    })
  )
})
