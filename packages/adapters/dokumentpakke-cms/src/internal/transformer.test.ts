import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { deflateRawSync } from "node:zlib"
import { deflater, inflater } from "./transformer.ts"

const packed = deflateRawSync(Buffer.alloc(100_000, "eformidling "))

const joined = (parts: ReadonlyArray<ReadonlyArray<Uint8Array>>) => Buffer.concat(parts.flat())

describe("transformer", () => {
  it.effect("inflates what it deflated, in steps", () =>
    Effect.gen(function* () {
      for (const level of [0, 6]) {
        const deflate = yield* deflater(level)
        const bytes = Buffer.from("Det var en gang ".repeat(20_000))
        const out = joined([
          yield* deflate.push(bytes.subarray(0, 70_000)),
          yield* deflate.push(bytes.subarray(70_000)),
          yield* deflate.end
        ])
        const inflate = yield* inflater
        assert.deepStrictEqual(
          joined([yield* inflate.push(out.subarray(0, 50)), yield* inflate.push(out.subarray(50)), yield* inflate.end]),
          bytes
        )
        assert.strictEqual(inflate.engine.bytesWritten, out.length)
      }
    }).pipe(Effect.scoped)
  )

  it.effect("ends, and tells how much it used, when bytes follow the end", () =>
    Effect.gen(function* () {
      const inflate = yield* inflater
      yield* inflate.push(Buffer.concat([packed, Buffer.from("etterslep")]))
      yield* inflate.push(Buffer.from("mer"))
      yield* inflate.end
      assert.strictEqual(inflate.engine.bytesWritten, packed.length)
    }).pipe(Effect.scoped)
  )

  it.effect("fails on bytes that are cut off", () =>
    Effect.gen(function* () {
      const inflate = yield* inflater
      yield* inflate.push(packed.subarray(0, 40))
      assert.instanceOf(yield* Effect.flip(inflate.end), Error)
    }).pipe(Effect.scoped)
  )

  it.effect("fails on bytes that are not deflated, and again when it is asked again", () =>
    Effect.gen(function* () {
      const inflate = yield* inflater
      assert.instanceOf(yield* Effect.flip(inflate.push(Buffer.alloc(50, 0xff))), Error)
      assert.instanceOf(yield* Effect.flip(inflate.push(packed)), Error)
      assert.instanceOf(yield* Effect.flip(inflate.end), Error)
    }).pipe(Effect.scoped)
  )
})
