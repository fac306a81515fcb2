import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { make } from "./FileJournal.ts"
import { content } from "./internal/testContent.ts"
import type { JournalEntry } from "./Journal.ts"

const folder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "journal-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true }))
)

const stored = (sequenceNumber: number, size = 3): JournalEntry => ({
  _tag: "Stored",
  queue: "q",
  message: {
    sequenceNumber,
    enqueuedSequenceNumber: sequenceNumber,
    enqueuedAt: 5,
    expiresAt: Infinity,
    deliveryCount: 0,
    deferred: false,
    scheduledFor: undefined,
    deadLetterSource: undefined,
    content: content(`m${sequenceNumber}`, { bytes: Buffer.alloc(size, "x") })
  }
})
const removed = (sequenceNumber: number): JournalEntry => ({ _tag: "Removed", queue: "q", sequenceNumber })
const read = (path: string) => Effect.scoped(Effect.flatMap(make({ path }), (journal) => journal.load))

describe("FileJournal", () => {
  it.effect("finds what was appended, and the numbering of what is gone", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "deep", "journal")
      yield* Effect.scoped(
        Effect.gen(function* () {
          const journal = yield* make({ path })
          assert.deepStrictEqual(yield* journal.load, [])
          yield* journal.append([stored(1), stored(2)])
          yield* journal.append([
            { _tag: "Counted", queue: "q", sequenceNumber: 1, deliveryCount: 2, deferred: true },
            removed(2)
          ])
        })
      )
      const [numbered, message, ...rest] = yield* read(path)
      assert.deepStrictEqual(numbered, { _tag: "Numbered", queue: "q", nextSequenceNumber: 3 })
      assert.deepInclude(message?._tag === "Stored" ? message.message : {}, {
        sequenceNumber: 1,
        deliveryCount: 2,
        deferred: true,
        expiresAt: Infinity
      })
      assert.strictEqual(message?._tag === "Stored" ? Buffer.from(message.message.content.bytes).toString() : "", "xxx")
      assert.lengthOf(rest, 0)
    })
  )

  it.effect("keeps whole appends when the file is cut anywhere", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "journal")
      const sizes = yield* Effect.scoped(
        Effect.gen(function* () {
          const journal = yield* make({ path })
          yield* journal.load
          const size = Effect.promise(() => stat(path).then((found) => found.size))
          const before = yield* size
          yield* journal.append([stored(1), stored(2)])
          const between = yield* size
          yield* journal.append([stored(3)])
          return [before, between, yield* size] as const
        })
      )
      const whole = yield* Effect.promise(() => readFile(path))
      for (let length = sizes[0]; length <= sizes[2]; length += 31) {
        yield* Effect.promise(() => writeFile(path, whole.subarray(0, length)))
        const count = (yield* read(path)).filter(({ _tag }) => _tag === "Stored").length
        assert.strictEqual(count, length < sizes[1] ? 0 : length < sizes[2] ? 2 : 3)
      }
    })
  )

  it.effect("leaves settled messages out when the file has grown", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "journal")
      const journal = yield* make({ path, compactAt: 10_000, sync: false })
      yield* journal.load
      for (let number = 1; number <= 50; number++) yield* journal.append([stored(number, 1000), removed(number)])
      assert.isBelow((yield* Effect.promise(() => stat(path))).size, 12_000)
    })
  )
})
