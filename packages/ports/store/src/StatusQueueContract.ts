/**
 * What every {@link StatusQueue} is held to.
 */
import { assert, layer } from "@effect/vitest"
import { Effect, type Layer, Option } from "effect"
import { Conversations } from "./Conversations.ts"
import { StatusQueue } from "./StatusQueue.ts"
import { conversation, firstPage, status } from "./StoreSamples.ts"
import { Transaction } from "./Transaction.ts"

const opened = Effect.gen(function* () {
  return yield* (yield* Conversations).open(yield* conversation(), [
    status("OPPRETTET"),
    { ...status("SENDT"), description: "på vei", rawReceipt: "jws" }
  ])
})

const idsOf = ({ messageStatuses }: { readonly messageStatuses: ReadonlyArray<{ readonly id: number }> }) =>
  messageStatuses.map(({ id }) => id)

const head = Effect.gen(function* () {
  return Option.map(yield* (yield* StatusQueue).peek, ({ id }) => id)
})

/** Takes all there is, in order. */
const drained = Effect.gen(function* () {
  const queue = yield* StatusQueue
  const taken: Array<number> = []
  while (true) {
    const next = yield* queue.peek
    if (Option.isNone(next)) return taken
    assert.isTrue(yield* queue.remove(next.value.id))
    taken.push(next.value.id)
  }
})

/** Runs the contract of {@link StatusQueue}. Nobody else may use the queue at the same time. */
export const suite = <E>(name: string, store: Layer.Layer<StatusQueue | Conversations | Transaction, E>): void =>
  layer(store)(`StatusQueue (${name})`, (it) => {
    it.effect("gives the same status, as the history has it, until it is removed", () =>
      Effect.gen(function* () {
        const queue = yield* StatusQueue
        const conversations = yield* Conversations
        yield* drained
        const sent = yield* opened
        const [first = 0, second = 0] = idsOf(sent)
        yield* queue.offer([first, second])
        assert.deepStrictEqual([yield* head, yield* head], [Option.some(first), Option.some(first)])
        assert.isTrue(yield* queue.remove(first))
        const { content } = yield* conversations.statuses({ id: second }, firstPage)
        assert.deepStrictEqual(yield* queue.peek, Option.fromUndefinedOr(content[0]))
        assert.isTrue(yield* queue.remove(second))
        assert.isTrue(Option.isNone(yield* queue.peek))
        assert.strictEqual((yield* conversations.statuses({ messageId: sent.messageId }, firstPage)).totalElements, 2)
      })
    )

    it.effect("says that a status is not in the queue, and leaves the others", () =>
      Effect.gen(function* () {
        const queue = yield* StatusQueue
        yield* drained
        const [first = 0, second = 0] = idsOf(yield* opened)
        yield* queue.offer([first])
        assert.isFalse(yield* queue.remove(second))
        assert.isTrue(yield* queue.remove(first))
        assert.isFalse(yield* queue.remove(first))
      })
    )

    it.effect("keeps the order in which statuses were offered, whatever their ids", () =>
      Effect.gen(function* () {
        const queue = yield* StatusQueue
        yield* drained
        const one = idsOf(yield* opened)
        const other = idsOf(yield* opened)
        yield* queue.offer(other)
        yield* queue.offer([])
        yield* queue.offer(one)
        yield* queue.offer(other)
        assert.deepStrictEqual(yield* drained, [...other, ...one])
      })
    )

    it.effect("holds nothing of a transaction that rolled back", () =>
      Effect.gen(function* () {
        const queue = yield* StatusQueue
        const { run } = yield* Transaction
        yield* drained
        const ids = idsOf(yield* opened)
        yield* Effect.flip(run(Effect.andThen(queue.offer(ids), Effect.fail("rolled back"))))
        assert.isTrue(Option.isNone(yield* queue.peek))
      })
    )

    it.effect("passes on to the next status when a conversation is removed", () =>
      Effect.gen(function* () {
        const queue = yield* StatusQueue
        yield* drained
        const gone = yield* opened
        const [kept = 0] = idsOf(yield* opened)
        yield* queue.offer([...idsOf(gone), kept])
        yield* (yield* Conversations).remove(gone.id)
        assert.deepStrictEqual(yield* drained, [kept])
        assert.isFalse(yield* queue.remove(idsOf(gone)[0] ?? 0))
      })
    )
  })
