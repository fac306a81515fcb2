/**
 * Deflate and inflate in steps, on the thread pool.
 */
import { Effect, type Scope } from "effect"
import type { Transform } from "node:stream"
import { createDeflateRaw, createInflateRaw, type InflateRaw } from "node:zlib"

export interface Transformer<Engine> {
  readonly engine: Engine
  /** Feeds bytes and gives what came out so far. */
  readonly push: (bytes: Uint8Array) => Effect.Effect<ReadonlyArray<Uint8Array>, Error>
  /** Ends the input and gives the rest. */
  readonly end: Effect.Effect<ReadonlyArray<Uint8Array>, Error>
}

const make = <Engine extends Transform>(create: () => Engine): Effect.Effect<Transformer<Engine>, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(Effect.sync(create), (engine) => Effect.sync(() => engine.destroy())),
    (engine) => {
      let out: Array<Uint8Array> = []
      let failure: Error | undefined
      let ended = false
      engine.on("data", (bytes: Uint8Array) => out.push(bytes))
      let onFailure: ((error: Error) => void) | undefined
      let onEnd = () => {}
      /** Inflate ends by itself when bytes follow the end of what is packed. */
      engine.on("end", () => {
        ended = true
        onEnd()
      })
      engine.on("error", (error: Error) => {
        failure = error
        onFailure?.(error)
      })
      const taken = () => {
        const bytes = out
        out = []
        return bytes
      }
      return {
        engine,
        push: (bytes) =>
          Effect.callback((resume) => {
            if (failure !== undefined) return resume(Effect.fail(failure))
            onFailure = (error) => resume(Effect.fail(error))
            engine.write(bytes, (error) => resume(error ? Effect.fail(error) : Effect.sync(taken)))
          }),
        end: Effect.callback((resume) => {
          if (failure !== undefined) return resume(Effect.fail(failure))
          onFailure = (error) => resume(Effect.fail(error))
          onEnd = () => resume(Effect.sync(taken))
          engine.end()
          if (ended) onEnd()
        })
      }
    }
  )

/** `level` 0 stores: for bytes that do not compress and whose size is not known beforehand. */
export const deflater = (level: number) => make(() => createDeflateRaw({ level, chunkSize: 64 * 1024 }))

export const inflater: Effect.Effect<Transformer<InflateRaw>, never, Scope.Scope> = make(() =>
  createInflateRaw({ chunkSize: 64 * 1024 })
)
