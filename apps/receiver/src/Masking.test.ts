import { assert, it } from "@effect/vitest"
import { masked } from "./Masking.ts"

it("hides a fødselsnummer wherever it stands in a line, and leaves an organisasjonsnummer (API-96)", () => {
  assert.strictEqual(
    masked('message="receiver 06068700602 of 0192:910076787" cause=Error:06068700602'),
    'message="receiver ********** of 0192:910076787" cause=Error:**********'
  )
})
