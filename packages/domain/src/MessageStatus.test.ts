import { assert, describe, it } from "@effect/vitest"
import * as MessageStatus from "./MessageStatus.ts"

describe("MessageStatus", () => {
  it.each([
    ["OPPRETTET", false, undefined],
    ["SENDT", false, true],
    ["MOTTATT", false, false],
    ["LEVERT", true, false],
    ["LEST", true, false],
    ["FEIL", true, false],
    ["ANNET", false, undefined],
    ["INNKOMMENDE_MOTTATT", false, undefined],
    ["INNKOMMENDE_LEVERT", true, false],
    ["LEVETID_UTLOPT", true, false]
  ] as const)("%s: finished is %s, pollable becomes %s for an outgoing DPI message", (status, finished, pollable) => {
    assert.strictEqual(MessageStatus.isFinished(status), finished)
    assert.strictEqual(MessageStatus.pollableAfter(status, "DPI", "OUTGOING"), pollable)
  })

  it("begins polling of no other message", () => {
    assert.isUndefined(MessageStatus.pollableAfter("SENDT", "DPE", "OUTGOING"))
    assert.isUndefined(MessageStatus.pollableAfter("SENDT", "DPI", "INCOMING"))
  })

  it("says in Norwegian that the time ran out", () => {
    assert.strictEqual(MessageStatus.levetidUtlopt, "Levetiden for meldingen er utgått. Må sendes på nytt")
  })
})
