/**
 * Bytes kept for the length of a scope: in memory while few, in a nameless temporary file when many.
 */
import { DokumentpakkeError, Unavailable } from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import { Effect, Scope, Stream } from "effect"
import { createCipheriv, randomBytes, randomUUID } from "node:crypto"
import { type FileHandle, open, unlink } from "node:fs/promises"
import { join } from "node:path"

/** Bytes that can be read from anywhere, any number of times, until the scope closes. */
export interface Stored {
  readonly size: number
  /** Exactly `length` bytes, or fewer where the bytes end. */
  readonly read: (offset: number, length: number) => Effect.Effect<Uint8Array, DokumentpakkeError>
}

/** Takes bytes in order; `finish` once, at the end. */
export interface Spool {
  readonly append: (parts: ReadonlyArray<Uint8Array>) => Effect.Effect<void, DokumentpakkeError>
  readonly finish: Effect.Effect<Stored, DokumentpakkeError>
}

export interface SpoolOptions {
  readonly temporaryDirectory: string
  readonly memoryBytes: number
  /** Encrypts what goes to the file under a key that only this process holds, for the length of the scope. */
  readonly secret: boolean
}

const batchBytes = 256 * 1024
const streamBytes = 64 * 1024

const unavailable = (detail: string) => (cause: unknown) =>
  new DokumentpakkeError({ reason: new Unavailable({ detail, cause }) })

const nameless = (directory: string) =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: () => {
        const path = join(directory, `eformidling-${randomUUID()}`)
        return open(path, "wx+", 0o600).then((handle) =>
          unlink(path).then(
            () => handle,
            (error: unknown) => handle.close().then(() => Promise.reject(error))
          )
        )
      },
      catch: unavailable(`A temporary file cannot be made in ${directory}.`)
    }),
    (handle) => Effect.promise(() => handle.close())
  )

/** AES-256-CTR over the file: the counter is the number of the block, so reading may start anywhere. */
const cover = (key: Uint8Array, offset: number) => {
  const counter = Buffer.alloc(16)
  counter.writeBigUInt64BE(BigInt(Math.floor(offset / 16)), 8)
  const cipher = createCipheriv("aes-256-ctr", key, counter)
  cipher.update(Buffer.alloc(offset % 16))
  return cipher
}

const inMemory = (bytes: Uint8Array): Stored => ({
  size: bytes.length,
  read: (offset, length) => Effect.succeed(bytes.subarray(offset, offset + length))
})

const inFile = (handle: FileHandle, size: number, key: Uint8Array | undefined): Stored => ({
  size,
  read: (offset, length) =>
    Effect.tryPromise({
      try: () => {
        const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - offset)))
        const fill = (from: number): Promise<void> =>
          from === buffer.length
            ? Promise.resolve()
            : handle
                .read(buffer, from, buffer.length - from, offset + from)
                .then(({ bytesRead }) =>
                  bytesRead === 0
                    ? Promise.reject(new Error("the file is shorter than what was written"))
                    : fill(from + bytesRead)
                )
        return fill(0).then(() => (key === undefined ? buffer : cover(key, offset).update(buffer)))
      },
      catch: unavailable("A temporary file cannot be read.")
    })
})

/** Writes all of `bytes`, in as many steps as the system takes. */
const writeAll = (file: FileHandle, bytes: Uint8Array, at: number, from = 0): Promise<void> =>
  from === bytes.length
    ? Promise.resolve()
    : file
        .write(bytes, from, bytes.length - from, at + from)
        .then(({ bytesWritten }) => writeAll(file, bytes, at, from + bytesWritten))

/** Writes in order, in batches: one fills while the one before it is written. */
const makeFileWriter = (file: FileHandle, key: Uint8Array | undefined) => {
  const cipher = key === undefined ? undefined : cover(key, 0)
  let [filling, resting] = [Buffer.allocUnsafeSlow(batchBytes), Buffer.allocUnsafeSlow(batchBytes)]
  let used = 0
  let written = 0
  let failure: { readonly cause: unknown } | undefined
  let writing = Promise.resolve()

  const settled = Effect.flatMap(
    Effect.promise(() => writing),
    () =>
      failure === undefined
        ? Effect.void
        : Effect.fail(unavailable("A temporary file cannot be written. Is there room on the disk?")(failure.cause))
  )
  const flush = Effect.map(settled, () => {
    const batch = filling.subarray(0, used)
    const bytes = cipher === undefined ? batch : cipher.update(batch)
    writing = writeAll(file, bytes, written).catch((cause: unknown) => {
      failure = { cause }
    })
    written += bytes.length
    used = 0
    ;[filling, resting] = [resting, filling]
  })
  return {
    write: Effect.fnUntraced(function* (parts: ReadonlyArray<Uint8Array>) {
      for (const part of parts) {
        for (let offset = 0; offset < part.length;) {
          const piece = part.subarray(offset, offset + batchBytes - used)
          filling.set(piece, used)
          used += piece.length
          offset += piece.length
          if (used === batchBytes) yield* flush
        }
      }
    }),
    end: Effect.gen(function* () {
      if (used > 0) yield* flush
      yield* settled
      return inFile(file, written, key)
    })
  }
}

/** Opens an empty spool that lives as long as the scope. */
export const makeSpool = (options: SpoolOptions): Effect.Effect<Spool, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    let pending: Array<Uint8Array> = []
    let pendingBytes = 0
    let writer: ReturnType<typeof makeFileWriter> | undefined
    const moveToFile = Effect.fnUntraced(function* () {
      const file = yield* Scope.provide(nameless(options.temporaryDirectory), scope)
      writer = makeFileWriter(file, options.secret ? randomBytes(32) : undefined)
      yield* writer.write(pending)
      pending = []
    })
    return {
      append: (parts) => {
        if (writer !== undefined) return writer.write(parts)
        for (const part of parts) {
          pending.push(part)
          pendingBytes += part.length
        }
        return pendingBytes > options.memoryBytes ? moveToFile() : Effect.void
      },
      finish: Effect.suspend((): Effect.Effect<Stored, DokumentpakkeError> =>
        writer === undefined
          ? Effect.sync(() => inMemory(pending.length === 1 ? pending[0]! : Buffer.concat(pending)))
          : writer.end
      )
    }
  })

/** The bytes from `start` up to `end`, from the start each time it runs. */
export const streamOf = (stored: Stored, start = 0, end = stored.size): Stream.Stream<Uint8Array, DokumentpakkeError> =>
  Stream.unfold(start, (offset: number) =>
    offset >= end
      ? Effect.succeed(undefined)
      : Effect.map(
          stored.read(offset, Math.min(streamBytes, end - offset)),
          (bytes) => [bytes, offset + bytes.length] as const
        )
  )
