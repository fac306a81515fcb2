import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { canonical, environmentVariable } from "./RelaxedNames.ts"
import { rows } from "./internal/table.ts"
import { table } from "./Settings.ts"

const Word = Schema.String.check(Schema.isPattern(/^[a-z]{1,8}$/))
const Segment = Schema.Array(Word).check(Schema.isMinLength(1), Schema.isMaxLength(3))
const Segments = Schema.Array(Segment).check(Schema.isMinLength(1), Schema.isMaxLength(5))

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
const camelCase = (words: ReadonlyArray<string>) =>
  words.map((word, index) => (index === 0 ? word : capital(word))).join("")

describe("relaxed names", () => {
  it("takes the three usual spellings as one", () => {
    const name = "difimovenextmoveservicebusbaseurl"
    assert.strictEqual(canonical("difi.move.nextmove.serviceBus.baseUrl"), name)
    assert.strictEqual(canonical("difi.move.nextmove.service-bus.base-url"), name)
    assert.strictEqual(canonical("DIFI_MOVE_NEXTMOVE_SERVICEBUS_BASEURL"), name)
  })

  it("takes an element of a list as the same in every spelling", () => {
    assert.strictEqual(canonical("difi.move.dpi.mpcIdListe[1]"), canonical("DIFI_MOVE_DPI_MPCIDLISTE_1"))
    assert.strictEqual(canonical("difi.move.dpi.mpcIdListe[1]"), canonical("DIFI_MOVE_DPI_MPCIDLISTE_1_"))
  })

  it.effect.prop(
    "takes camel case, dashes, underscores and the environment's form of any name as one",
    [Segments],
    ([segments]) =>
      Effect.sync(() => {
        const camel = segments.map(camelCase).join(".")
        const spellings = [
          camel,
          segments.map((words) => words.join("-")).join("."),
          segments.map((words) => words.join("_")).join("."),
          segments
            .map((words) => words.join(""))
            .join("_")
            .toUpperCase(),
          segments.flat().join("_").toUpperCase(),
          environmentVariable(camel)
        ]
        assert.deepStrictEqual([...new Set(spellings.map(canonical))], [canonical(camel)])
      })
  )

  it.effect.prop("changes a canonical name no further", [Schema.String], ([name]) =>
    Effect.sync(() => assert.strictEqual(canonical(canonical(name)), canonical(name)))
  )

  it("keeps all our properties apart, list elements included", () => {
    const all = rows(table)
    const names = all.map(({ property }) => canonical(property))
    assert.strictEqual(new Set(names).size, names.length)
    const lists = all.filter(({ isList }) => isList).map(({ property }) => canonical(property))
    for (const list of lists) {
      assert.isFalse(names.some((name) => name.startsWith(list) && /^\d+$/.test(name.slice(list.length))))
    }
  })
})
