import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Kanal from "./Kanal.ts"

describe("Kanal", () => {
  it("writes full stops as underscores (DPI-70)", () => {
    assert.deepStrictEqual(Kanal.list({ mpcId: "no.difi.move.integrasjonspunkt", mpcIdListe: [], concurrency: 1 }), [
      "no_difi_move_integrasjonspunkt"
    ])
  })

  it("numbers the channels from 0 when there are several, and lets a list come first (DPI-88)", () => {
    assert.deepStrictEqual(Kanal.list({ mpcId: "m", mpcIdListe: [], concurrency: 3 }), ["m-0", "m-1", "m-2"])
    assert.deepStrictEqual(Kanal.list({ mpcId: "m", mpcIdListe: ["a.b", "c"], concurrency: 3 }), ["a_b", "c"])
    assert.deepStrictEqual(Kanal.list({ mpcId: undefined, mpcIdListe: [], concurrency: 3 }), [])
  })

  it.effect("takes turns, from the first again after the last (DPI-88)", () =>
    Effect.gen(function* () {
      const next = yield* Kanal.inTurn(["m-0", "m-1", "m-2"])
      assert.deepStrictEqual(yield* Effect.replicateEffect(next, 4), ["m-0", "m-1", "m-2", "m-0"])
      assert.isUndefined(yield* yield* Kanal.inTurn([]))
    })
  )

  it("warns of names that are longer than 28 characters or hold others than corner 2 promises to take", () => {
    assert.deepStrictEqual(Kanal.warnings("a".repeat(28)), [])
    assert.strictEqual(Kanal.warnings("no_difi_move_integrasjonspunkt").length, 1)
    assert.strictEqual(Kanal.warnings("kanal ø").length, 1)
  })
})
