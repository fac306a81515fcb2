/**
 * What every {@link DeadLetters} is held to.
 */
import { assert, layer } from "@effect/vitest"
import { DateTime, Effect, type Layer, Option, Schema } from "effect"
import { TestClock } from "effect/testing"
import { type DeadLetter, DeadLetters } from "./DeadLetters.ts"
import { firstPage, unique } from "./StoreSamples.ts"

const letter = (source: string, key: string, body: Uint8Array = new Uint8Array()): Omit<DeadLetter, "at"> => ({
  source,
  key,
  reason: "Unreadable",
  description: `what was wrong with ${key}`,
  body
})

/** Runs the contract of {@link DeadLetters}. */
export const suite = <E>(name: string, store: Layer.Layer<DeadLetters, E>): void =>
  layer(store)(`DeadLetters (${name})`, (it) => {
    it.effect("keeps the first of a source and key", () =>
      Effect.gen(function* () {
        const deadLetters = yield* DeadLetters
        const source = yield* unique("source")
        const at = yield* DateTime.now
        const first = letter(source, "1")
        assert.isTrue(yield* deadLetters.add(first))
        yield* TestClock.adjust("1 minute")
        assert.isFalse(yield* deadLetters.add({ ...first, reason: "Other" }))
        assert.isTrue(yield* deadLetters.add(letter(source, "2")))
        assert.isTrue(yield* deadLetters.add(letter(yield* unique("source"), "1")))
        assert.deepStrictEqual(yield* deadLetters.get(source, "1"), Option.some({ ...first, at }))
      })
    )

    it.effect.prop(
      "gives back any body and any text",
      { bytes: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 }))), text: Schema.String },
      ({ bytes, text }) =>
        Effect.gen(function* () {
          const deadLetters = yield* DeadLetters
          const source = yield* unique(text)
          const added = { ...letter(source, text, Uint8Array.from(bytes)), reason: text, description: text }
          yield* deadLetters.add(added)
          const { at: _, ...found } = Option.getOrThrow(yield* deadLetters.get(source, text))
          assert.deepStrictEqual({ ...found, body: Array.from(found.body) }, { ...added, body: bytes })
        }),
      { arbitrary: { runs: 50 } }
    )

    it.effect("lists the newest first, and counts", () =>
      Effect.gen(function* () {
        const deadLetters = yield* DeadLetters
        const source = yield* unique("source")
        const before = yield* deadLetters.size
        yield* TestClock.adjust("1 minute")
        const keys = ["a", "b", "c"]
        yield* Effect.forEach(keys, (key) => deadLetters.add(letter(source, key)))
        assert.strictEqual(yield* deadLetters.size, before + 3)
        const page = yield* deadLetters.list({ ...firstPage, size: 2 })
        assert.deepStrictEqual(
          page.content.map(({ key }) => key),
          ["c", "b"]
        )
        assert.strictEqual(page.totalElements, before + 3)
      })
    )

    it.effect("removes one, and repeating that changes nothing", () =>
      Effect.gen(function* () {
        const deadLetters = yield* DeadLetters
        const source = yield* unique("source")
        yield* deadLetters.add(letter(source, "1"))
        yield* deadLetters.add(letter(source, "2"))
        yield* deadLetters.remove(source, "1")
        yield* deadLetters.remove(source, "1")
        assert.isTrue(Option.isNone(yield* deadLetters.get(source, "1")))
        assert.isTrue(Option.isSome(yield* deadLetters.get(source, "2")))
        assert.isTrue(yield* deadLetters.add(letter(source, "1")))
      })
    )
  })
