import { Documents } from "@eformidling/port-store/Documents"
import { assert, it } from "@effect/vitest"
import { Effect, Layer, Result, Schema, Stream } from "effect"
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as FileDocuments from "./FileDocuments.ts"
import { businessCertificate, freshKey, temporaryFolder } from "./internal/testStores.ts"
import * as Migrations from "./Migrations.ts"
import * as NodeSqliteClient from "./NodeSqliteClient.ts"

const Database = Migrations.layer.pipe(
  Layer.provideMerge(NodeSqliteClient.layer({ filename: ":memory:" })),
  Layer.orDie
)

const ourKey = freshKey()

/** Documents in the folder, with the key of certificate 4711 unless said otherwise. */
const on = (folder: string, serial = "4711", key = ourKey) =>
  FileDocuments.layer({ folder }).pipe(Layer.provide([Database, businessCertificate(serial, key)]))

const read = Effect.fnUntraced(function* (name: string) {
  const chunks = yield* Stream.runCollect((yield* Documents).read(name))
  return Buffer.concat(Array.from(chunks))
})

const write = (content: Uint8Array) => Effect.flatMap(Documents, (documents) => documents.write(Stream.make(content)))

const pattern = (length: number) =>
  Buffer.from(Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 255))

const pathOf = (folder: string, name: string) => join(folder, name.slice(0, 1), name.slice(1, 2), name)

const filesIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** Reads with a process that has not written, so that the data key comes out of the file. */
const outcomeElsewhere = (folder: string, name: string) =>
  read(name).pipe(
    Effect.map((bytes) => bytes.length),
    Effect.mapError(({ reason }) => reason._tag),
    Effect.result,
    Effect.provide(on(folder))
  )

it.effect("keeps a document in one file of its own that tells nothing of it", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const { key } = yield* write(Buffer.from("Rødgrød med fløde ".repeat(10_000))).pipe(Effect.provide(on(folder)))
    assert.deepStrictEqual(filesIn(folder), [pathOf(folder, key)])
    const stored = readFileSync(pathOf(folder, key))
    assert.strictEqual(stored.indexOf("fløde"), -1)
    assert.strictEqual(statSync(pathOf(folder, key)).mode & 0o077, 0)
  })
)

it.effect("writes the same bytes differently each time", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const [one, other] = yield* Effect.all([write(pattern(1000)), write(pattern(1000))]).pipe(
      Effect.provide(on(folder))
    )
    const [first, second] = [one, other].map(({ key }) => readFileSync(pathOf(folder, key)))
    assert.isFalse(first?.subarray(-1000).equals(second?.subarray(-1000) ?? Buffer.alloc(0)))
  })
)

it.effect("reads what an earlier process wrote", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const { key } = yield* write(pattern(200_000)).pipe(Effect.provide(on(folder)))
    const bytes = yield* read(key).pipe(Effect.provide(on(folder)))
    assert.isTrue(bytes.equals(pattern(200_000)))
  })
)

it.effect("names both certificates when a document was sealed with the key of another", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const { key } = yield* write(pattern(10)).pipe(Effect.provide(on(folder)))
    const error = yield* read(key).pipe(Effect.flip, Effect.provide(on(folder, "4712", freshKey())))
    assert.strictEqual(error.reason._tag, "StoreDamaged")
    assert.include(error.message, "4711")
    assert.include(error.message, "4712")
  })
)

it.effect("finds a document damaged when its key does not open under a certificate of the same number", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const { key } = yield* write(pattern(10)).pipe(Effect.provide(on(folder)))
    const error = yield* read(key).pipe(Effect.flip, Effect.provide(on(folder, "4711", freshKey())))
    assert.strictEqual(error.reason._tag, "StoreDamaged")
  })
)

it.effect.prop(
  "finds a document damaged whatever byte of its file is changed",
  {
    where: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 })),
    bit: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 7 }))
  },
  ({ where, bit }) =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const { key } = yield* write(pattern(70_000)).pipe(Effect.provide(on(folder)))
      const path = pathOf(folder, key)
      const bytes = readFileSync(path)
      const at = where % bytes.length
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
      writeFileSync(path, bytes)
      assert.deepStrictEqual(yield* outcomeElsewhere(folder, key), Result.fail("StoreDamaged" as const), `byte ${at}`)
    }).pipe(Effect.scoped),
  { arbitrary: { runs: 60 } }
)

it.effect("finds a document damaged wherever its file is cut off", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const { key } = yield* write(pattern(3 * 65_536)).pipe(Effect.provide(on(folder)))
    const path = pathOf(folder, key)
    const whole = readFileSync(path)
    const header = whole.length - 3 * 65_552
    const lengths = [
      0,
      3,
      header - 1,
      header,
      header + 15,
      header + 65_552,
      header + 2 * 65_552,
      header + 2 * 65_552 + 16,
      whole.length - 1
    ]
    for (const length of lengths) {
      writeFileSync(path, whole)
      truncateSync(path, length)
      assert.deepStrictEqual(yield* outcomeElsewhere(folder, key), Result.fail("StoreDamaged" as const), `at ${length}`)
    }
    writeFileSync(path, Buffer.concat([whole, Buffer.alloc(16)]))
    assert.deepStrictEqual(yield* outcomeElsewhere(folder, key), Result.fail("StoreDamaged" as const))
    writeFileSync(path, whole)
    assert.deepStrictEqual(yield* outcomeElsewhere(folder, key), Result.succeed(3 * 65_536))
  })
)

it.effect("finds a document damaged when segments have changed places", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const { key } = yield* write(pattern(3 * 65_536)).pipe(Effect.provide(on(folder)))
    const path = pathOf(folder, key)
    const whole = readFileSync(path)
    const header = whole.length - 3 * 65_552
    const segment = (number: number) => whole.subarray(header + number * 65_552, header + (number + 1) * 65_552)
    writeFileSync(path, Buffer.concat([whole.subarray(0, header), segment(1), segment(0), segment(2)]))
    assert.deepStrictEqual(yield* outcomeElsewhere(folder, key), Result.fail("StoreDamaged" as const))
  })
)

it.effect("finds a document damaged when its file was put in the place of another", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const [one, other] = yield* Effect.all([write(pattern(10)), write(pattern(20))]).pipe(Effect.provide(on(folder)))
    writeFileSync(pathOf(folder, one.key), readFileSync(pathOf(folder, other.key)))
    assert.deepStrictEqual(yield* outcomeElsewhere(folder, one.key), Result.fail("StoreDamaged" as const))
  })
)

it.effect("is unavailable, and leaves nothing, where a document cannot be put in its place", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const error = yield* Effect.gen(function* () {
      const documents = yield* Documents
      // A file stands wherever a folder would have to be made.
      const blocked = Stream.sync(() => {
        for (let upper = 0; upper < 16; upper++) {
          writeFileSync(join(folder, upper.toString(16)), "")
        }
        return pattern(10)
      })
      return yield* Effect.flip(documents.write(blocked))
    }).pipe(Effect.provide(on(folder)))
    assert.strictEqual(error.reason._tag, "StoreUnavailable")
    assert.deepStrictEqual(readdirSync(join(folder, "unfinished")), [])
  })
)
