import { DocumentMissing, StoreError } from "@eformidling/port-store/StoreError"
import { Effect } from "effect"
import { randomUUID } from "node:crypto"
import * as Fs from "node:fs/promises"
import * as Path from "node:path"
import { unavailable } from "./failure.ts"

const keyPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const fanOut = /^[0-9a-f]$/

/** Runs a file operation; what goes wrong with it is `StoreUnavailable`. */
export const io = <A>(operation: string, run: () => Promise<A>): Effect.Effect<A, StoreError> =>
  Effect.tryPromise({ try: run, catch: (cause) => unavailable(operation, cause) })

const isMissing = (error: StoreError): boolean =>
  error.reason._tag === "StoreUnavailable" &&
  error.reason.cause instanceof Error &&
  "code" in error.reason.cause &&
  error.reason.cause.code === "ENOENT"

const missing = (key: string): StoreError => new StoreError({ reason: new DocumentMissing({ key }) })

const close = (operation: string) => (file: Fs.FileHandle) => Effect.ignore(io(operation, () => file.close()))

const syncFolder = (operation: string, folder: string) =>
  Effect.acquireUseRelease(
    io(operation, () => Fs.open(folder, "r")),
    (handle) => io(operation, () => handle.sync()),
    close(operation)
  )

/** Writes all the pieces, however few of their bytes the system takes at a time. */
const writeAll = Effect.fnUntraced(function* (operation: string, file: Fs.FileHandle, pieces: ReadonlyArray<Buffer>) {
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0)
  let { bytesWritten: written } = yield* io(operation, () => file.writev(pieces))
  if (written === size) return
  const bytes = Buffer.concat(pieces, size)
  while (written < size) {
    const { bytesWritten } = yield* io(operation, () => file.write(bytes, written, size - written))
    written += bytesWritten
  }
})

/** A document on disk, besides its key and where it is. */
export interface Kept {
  readonly key: string
  readonly path: string
  readonly writtenMillis: number
}

/** Files named by random keys, spread over 256 folders, written elsewhere first. */
export const documentFiles = (root: string) => {
  const unfinished = Path.join(root, "unfinished")
  const made = new Set<string>()

  const folderOf = (key: string) => Path.join(root, key.slice(0, 1), key.slice(1, 2))

  /** Undefined when the key is none of ours, so that no other file is ever touched. */
  const pathOf = (key: string): string | undefined => (keyPattern.test(key) ? Path.join(folderOf(key), key) : undefined)

  // A new folder is on disk only when the folder above it is.
  const makeFolder = Effect.fnUntraced(function* (operation: string, folder: string) {
    if (made.has(folder)) return
    yield* io(operation, () => Fs.mkdir(folder, { recursive: true, mode: 0o700 }))
    yield* syncFolder(operation, Path.dirname(folder))
    yield* syncFolder(operation, root)
    made.add(folder)
  })

  /**
   * A fresh key and its file, which is at its place on disk only after `finish`. Closed at the end of the scope, and
   * removed if it was not finished. `sync` asks the disk to take what there is so far.
   */
  const create = Effect.fnUntraced(function* (operation: string) {
    const key = yield* Effect.sync(() => randomUUID())
    const folder = folderOf(key)
    let path = Path.join(unfinished, key)
    let finished = false
    const file = yield* Effect.acquireRelease(
      io(operation, () => Fs.open(path, "wx", 0o600)),
      (handle) =>
        Effect.andThen(
          close(operation)(handle),
          Effect.suspend(() => (finished ? Effect.void : Effect.ignore(io(operation, () => Fs.unlink(path)))))
        )
    )
    const finish = Effect.gen(function* () {
      yield* Effect.all([io(operation, () => file.datasync()), makeFolder(operation, folder)], {
        concurrency: "unbounded",
        discard: true
      })
      const place = Path.join(folder, key)
      yield* io(operation, () => Fs.rename(path, place))
      path = place
      yield* syncFolder(operation, folder)
      finished = true
    }).pipe(Effect.uninterruptible)
    return {
      key,
      append: (pieces: ReadonlyArray<Buffer>) => writeAll(operation, file, pieces),
      sync: io(operation, () => file.datasync()),
      finish
    }
  })

  const list = (folder: string) =>
    io("Documents.sweep", () => Fs.readdir(folder)).pipe(
      Effect.catchIf(isMissing, () => Effect.succeed<Array<string>>([]))
    )

  const written = (key: string, path: string) =>
    io("Documents.sweep", () => Fs.stat(path)).pipe(
      Effect.map(({ mtimeMs }): ReadonlyArray<Kept> => [{ key, path, writtenMillis: mtimeMs }]),
      Effect.catchIf(isMissing, () => Effect.succeed([]))
    )

  const keptIn = Effect.fnUntraced(function* (folder: string) {
    const names = (yield* list(folder)).filter((name) => keyPattern.test(name))
    return (yield* Effect.forEach(names, (key) => written(key, Path.join(folder, key)))).flat()
  })

  /** Every folder that holds documents. */
  const folders = Effect.fnUntraced(function* () {
    const upper = (yield* list(root)).filter((name) => fanOut.test(name))
    const lower = yield* Effect.forEach(upper, (name) =>
      Effect.map(list(Path.join(root, name)), (below) =>
        below.filter((inner) => fanOut.test(inner)).map((inner) => Path.join(root, name, inner))
      )
    )
    return lower.flat()
  })

  const unlink = (operation: string, path: string) =>
    io(operation, () => Fs.unlink(path)).pipe(Effect.catchIf(isMissing, () => Effect.void))

  const open = (operation: string, key: string) => {
    const path = pathOf(key)
    return path === undefined
      ? Effect.fail(missing(key))
      : Effect.acquireRelease(
          io(operation, () => Fs.open(path, "r")).pipe(
            Effect.mapError((error) => (isMissing(error) ? missing(key) : error))
          ),
          close(operation)
        )
  }

  const prepare = io("Documents", () => Fs.mkdir(unfinished, { recursive: true, mode: 0o700 })).pipe(Effect.asVoid)

  return { prepare, create, open, pathOf, unlink, folders, keptIn, unfinished: keptIn(unfinished) }
}
