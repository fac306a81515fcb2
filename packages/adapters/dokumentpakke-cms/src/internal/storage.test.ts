import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs"
import { randomBytes } from "node:crypto"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { makeSpool, streamOf } from "./storage.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "spool-test-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

const bytes = randomBytes(1_000_003)

const spooled = Effect.fnUntraced(function* (temporaryDirectory: string, memoryBytes: number, secret: boolean) {
  const spool = yield* makeSpool({ temporaryDirectory, memoryBytes, secret })
  for (let offset = 0; offset < bytes.length; offset += 70_001) {
    yield* spool.append([bytes.subarray(offset, offset + 7), bytes.subarray(offset + 7, offset + 70_001)])
  }
  return yield* spool.finish
})

/** Contents of the files this process has open in the folder. */
const openFiles = (path: string) =>
  readdirSync("/proc/self/fd").flatMap((descriptor) => {
    const link = `/proc/self/fd/${descriptor}`
    const target = Effect.runSync(Effect.option(Effect.try({ try: () => readlinkSync(link), catch: () => undefined })))
    return target._tag === "Some" && target.value.startsWith(path) ? [readFileSync(link)] : []
  })

describe("storage", () => {
  it.effect.each([
    [2_000_000, false],
    [10_000, false],
    [10_000, true]
  ] as const)("gives back what it was given, from anywhere, with %i bytes of memory (secret: %s)", ([memory, secret]) =>
    Effect.gen(function* () {
      const stored = yield* spooled(yield* folder, memory, secret)
      assert.strictEqual(stored.size, bytes.length)
      assert.isTrue(Buffer.from(yield* Stream.mkUint8Array(streamOf(stored))).equals(bytes))
      for (const [offset, length] of [
        [0, 1],
        [15, 18],
        [16, 16],
        [262_143, 3],
        [1_000_000, 50]
      ] as const) {
        assert.deepStrictEqual(Buffer.from(yield* stored.read(offset, length)), bytes.subarray(offset, offset + length))
      }
    }).pipe(Effect.scoped)
  )

  it.effect("leaves no name in the folder, and no file once the scope has closed", () =>
    Effect.gen(function* () {
      const path = yield* folder
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* spooled(path, 10_000, false)
          assert.deepStrictEqual(readdirSync(path), [])
          assert.strictEqual(openFiles(path).length, 1)
        })
      )
      assert.strictEqual(openFiles(path).length, 0)
    }).pipe(Effect.scoped)
  )

  it.effect("keeps what is secret covered in the file", () =>
    Effect.gen(function* () {
      const path = yield* folder
      yield* spooled(path, 10_000, true)
      const [file] = openFiles(path)
      assert(file !== undefined)
      assert.strictEqual(file.length, bytes.length)
      assert.isFalse(file.includes(bytes.subarray(500_000, 500_016)))
    }).pipe(Effect.scoped)
  )

  it.effect("is unavailable when the folder is not there", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(spooled("/nowhere", 10_000, false))
      assert.strictEqual(error.reason._tag, "Unavailable")
    }).pipe(Effect.scoped)
  )
})
