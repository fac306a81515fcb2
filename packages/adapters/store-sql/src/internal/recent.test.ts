import { assert, it } from "@effect/vitest"
import { recent } from "./recent.ts"

it("forgets what was used longest ago", () => {
  const kept = recent<number>(2)
  kept.set("a", 1)
  kept.set("b", 2)
  assert.strictEqual(kept.get("a"), 1)
  kept.set("c", 3)
  assert.deepStrictEqual(["a", "b", "c"].map(kept.get), [1, undefined, 3])
})

it("keeps the newest value of a key", () => {
  const kept = recent<number>(2)
  kept.set("a", 1)
  kept.set("a", 2)
  assert.strictEqual(kept.get("a"), 2)
})
