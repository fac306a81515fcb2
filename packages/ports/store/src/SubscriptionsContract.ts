/**
 * What every {@link Subscriptions} is held to.
 */
import { assert, layer } from "@effect/vitest"
import { Effect, type Layer, Option } from "effect"
import { firstPage, subscription } from "./StoreSamples.ts"
import { Subscriptions } from "./Subscriptions.ts"

/** Runs the contract of {@link Subscriptions}. Nobody else may use subscriptions at the same time. */
export const suite = <E>(name: string, store: Layer.Layer<Subscriptions, E>): void =>
  layer(store)(`Subscriptions (${name})`, (it) => {
    it.effect("gives back what was created, with and without a filter", () =>
      Effect.gen(function* () {
        const subscriptions = yield* Subscriptions
        const given = yield* subscription
        const plain = yield* subscriptions.create(given)
        const filtered = yield* subscriptions.create({ ...(yield* subscription), filter: "status=FEIL" })
        const { id, ...members } = plain
        assert.deepStrictEqual(members, given)
        assert.isAbove(filtered.id, id)
        assert.deepStrictEqual(yield* subscriptions.get(id), Option.some(plain))
        assert.deepStrictEqual(yield* subscriptions.get(filtered.id), Option.some(filtered))
        assert.isTrue(Option.isNone(yield* subscriptions.get(filtered.id + 1)))
      })
    )

    it.effect("refuses a name and push endpoint that another has, however it comes by them", () =>
      Effect.gen(function* () {
        const subscriptions = yield* Subscriptions
        const one = yield* subscription
        const other = yield* subscription
        yield* subscriptions.create(one)
        const { id } = yield* subscriptions.create({ ...other, name: one.name })
        assert.strictEqual((yield* Effect.flip(subscriptions.create(one)))._tag, "SubscriptionExists")
        const taken = yield* Effect.flip(subscriptions.update(id, { pushEndpoint: one.pushEndpoint }))
        assert.strictEqual(taken._tag, "SubscriptionExists")
        assert.strictEqual(Option.getOrThrow(yield* subscriptions.get(id)).pushEndpoint, other.pushEndpoint)
      })
    )

    it.effect("changes the members given, tells how it was, and may be told the same again", () =>
      Effect.gen(function* () {
        const subscriptions = yield* Subscriptions
        const before = yield* subscriptions.create({ ...(yield* subscription), filter: "status=FEIL" })
        const { name } = yield* subscription
        assert.deepStrictEqual(yield* subscriptions.update(before.id, { name }), Option.some(before))
        const after = { ...before, name }
        assert.deepStrictEqual(yield* subscriptions.update(before.id, after), Option.some(after))
        assert.deepStrictEqual(yield* subscriptions.get(before.id), Option.some(after))
        assert.isTrue(Option.isNone(yield* subscriptions.update(before.id + 1, { name })))
      })
    )

    it.effect("lists by id, removes one, and then all", () =>
      Effect.gen(function* () {
        const subscriptions = yield* Subscriptions
        yield* subscriptions.removeAll
        const created = yield* Effect.forEach([1, 2, 3], () => Effect.flatMap(subscription, subscriptions.create))
        const [first] = created
        const page = yield* subscriptions.list({ ...firstPage, page: 1, size: 2 })
        assert.deepStrictEqual(page, { content: created.slice(2), totalElements: 3 })
        assert.isTrue(yield* subscriptions.remove(first?.id ?? 0))
        assert.isFalse(yield* subscriptions.remove(first?.id ?? 0))
        assert.deepStrictEqual(yield* subscriptions.all, created.slice(1))
        yield* subscriptions.removeAll
        assert.deepStrictEqual(yield* subscriptions.all, [])
      })
    )
  })
