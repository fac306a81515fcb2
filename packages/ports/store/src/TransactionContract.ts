/**
 * What every {@link Transaction} is held to, together with the other services of its store.
 */
import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, type Layer, Option, Ref } from "effect"
import { Conversations } from "./Conversations.ts"
import { DeadLetters } from "./DeadLetters.ts"
import { Inbox } from "./Inbox.ts"
import { conversation, outboxItem, sbd, status, unique } from "./StoreSamples.ts"
import { OutMessages } from "./OutMessages.ts"
import { Outbox } from "./Outbox.ts"
import type { Store } from "./Store.ts"
import { Transaction } from "./Transaction.ts"

/** Writes with every service, and tells afterwards which of it is there. */
const everything = Effect.gen(function* () {
  const conversations = yield* Conversations
  const outMessages = yield* OutMessages
  const outbox = yield* Outbox
  const inbox = yield* Inbox
  const deadLetters = yield* DeadLetters
  const opening = yield* conversation()
  const document = yield* sbd()
  const { messageId } = document
  const item = { ...(yield* outboxItem), id: `message:${messageId}` }
  const source = yield* unique("source")
  const write = Effect.gen(function* () {
    yield* conversations.open(opening, [status("OPPRETTET")])
    yield* outMessages.put({ messageId, sbd: document, serviceIdentifier: "DPE" })
    yield* outbox.offer(item)
    yield* inbox.put({ messageId, sbd: document, serviceIdentifier: "DPE", documentKey: undefined })
    yield* deadLetters.add({ source, key: "1", reason: "Test", description: "", body: new Uint8Array() })
  })
  // Withdrawing tells whether the item was there, and takes it out of the way of other tests.
  const there = Effect.gen(function* () {
    return [
      Option.isSome(yield* conversations.byMessageId(opening.messageId)),
      Option.isSome(yield* outMessages.get(messageId)),
      yield* outbox.withdraw(item.id),
      Option.isSome(yield* inbox.get(messageId)),
      Option.isSome(yield* deadLetters.get(source, "1"))
    ]
  })
  return { write, there }
})

const all = [true, true, true, true, true]
const nothing = [false, false, false, false, false]

/** Runs the contract of {@link Transaction}. */
export const suite = <E>(name: string, store: Layer.Layer<Store, E>): void =>
  layer(store)(`Transaction (${name})`, (it) => {
    it.effect("keeps what every service did when the run succeeds", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const { write, there } = yield* everything
        yield* run(write)
        assert.deepStrictEqual(yield* there, all)
      })
    )

    it.effect("keeps nothing of any service when the run fails", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const { write, there } = yield* everything
        const failure = yield* run(Effect.andThen(write, Effect.fail("stop"))).pipe(Effect.flip)
        assert.strictEqual(failure, "stop")
        assert.deepStrictEqual(yield* there, nothing)
      })
    )

    it.effect("keeps nothing when the run dies", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const { write, there } = yield* everything
        const exit = yield* Effect.exit(run(Effect.andThen(write, Effect.die("bug"))))
        assert.isTrue(Exit.hasDies(exit))
        assert.deepStrictEqual(yield* there, nothing)
      })
    )

    it.effect("keeps nothing when the run is interrupted", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const { write, there } = yield* everything
        const written = yield* Deferred.make<void>()
        const fiber = yield* run(
          write.pipe(Effect.andThen(Deferred.succeed(written, undefined)), Effect.andThen(Effect.never))
        ).pipe(Effect.forkChild)
        yield* Deferred.await(written)
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(yield* there, nothing)
      })
    )

    it.effect("sees its own changes while it runs", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const { write, there } = yield* everything
        assert.deepStrictEqual(yield* run(Effect.andThen(write, there)), all)
      })
    )

    it.effect("joins a run inside a run: both go when the outer one fails", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const { write, there } = yield* everything
        yield* run(Effect.andThen(run(write), Effect.fail("stop"))).pipe(Effect.flip)
        assert.deepStrictEqual(yield* there, nothing)
      })
    )

    it.effect("undoes a failed run inside a run that goes on, and nothing else", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const outer = yield* everything
        const inner = yield* everything
        yield* run(
          Effect.gen(function* () {
            yield* outer.write
            yield* run(Effect.andThen(inner.write, Effect.fail("stop"))).pipe(Effect.ignore)
          })
        )
        assert.deepStrictEqual(yield* outer.there, all)
        assert.deepStrictEqual(yield* inner.there, nothing)
      })
    )

    it.effect("goes on after an answer that says no", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const conversations = yield* Conversations
        const { write, there } = yield* everything
        const taken = yield* conversation()
        yield* conversations.open(taken, [])
        const refused = yield* run(
          Effect.gen(function* () {
            const again = yield* conversations.open(taken, []).pipe(Effect.flip)
            yield* write
            return again
          })
        )
        assert.strictEqual(refused._tag, "ConversationExists")
        assert.deepStrictEqual(yield* there, all)
      })
    )

    it.effect("runs what waits for the commit after the commit, in order", () =>
      Effect.gen(function* () {
        const { run, afterCommit } = yield* Transaction
        const { write, there } = yield* everything
        const seen = yield* Ref.make<ReadonlyArray<unknown>>([])
        const note = (what: unknown) => Ref.update(seen, (before) => [...before, what])
        yield* run(
          Effect.gen(function* () {
            yield* afterCommit(Effect.flatMap(Effect.orDie(there), note))
            yield* run(afterCommit(note("inner")))
            yield* write
            yield* note("end of run")
          })
        )
        assert.deepStrictEqual(yield* Ref.get(seen), ["end of run", all, "inner"])
      })
    )

    it.effect("never runs what waits for the commit of a run that fails", () =>
      Effect.gen(function* () {
        const { run, afterCommit } = yield* Transaction
        const ran = yield* Ref.make(false)
        yield* run(Effect.andThen(afterCommit(Ref.set(ran, true)), Effect.fail("stop"))).pipe(Effect.flip)
        yield* run(Effect.ignore(run(Effect.andThen(afterCommit(Ref.set(ran, true)), Effect.fail("stop")))))
        assert.isFalse(yield* Ref.get(ran))
      })
    )

    it.effect("runs what waits for a commit at once where there is no run", () =>
      Effect.gen(function* () {
        const { afterCommit } = yield* Transaction
        const ran = yield* Ref.make(false)
        yield* afterCommit(Ref.set(ran, true))
        assert.isTrue(yield* Ref.get(ran))
      })
    )

    it.effect("keeps the commit when what waited for it dies", () =>
      Effect.gen(function* () {
        const { run, afterCommit } = yield* Transaction
        const { write, there } = yield* everything
        yield* run(Effect.andThen(afterCommit(Effect.die("bug")), write))
        assert.deepStrictEqual(yield* there, all)
      })
    )

    it.effect("keeps runs at the same time apart", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const runs = yield* Effect.forEach(Array.from({ length: 20 }), () => everything)
        yield* Effect.forEach(
          runs,
          ({ write }, index) =>
            Effect.exit(run(Effect.andThen(write, index % 2 === 0 ? Effect.void : Effect.fail("stop")))),
          { concurrency: "unbounded", discard: true }
        )
        for (const [index, { there }] of runs.entries()) {
          assert.deepStrictEqual(yield* there, index % 2 === 0 ? all : nothing)
        }
      })
    )
  })
