import { Effect, Semaphore } from "effect"
import type { Scope } from "effect"
import { mkdir, open, readFile, rename } from "node:fs/promises"
import type { FileHandle } from "node:fs/promises"
import { dirname } from "node:path"
import { decodeFrames, encodeFrame } from "./internal/journalFrame.ts"
import { JournalState } from "./internal/journalState.ts"
import { JournalError } from "./Journal.ts"
import type { Journal, JournalEntry } from "./Journal.ts"

/** How a journal file is kept. */
export interface FileJournalOptions {
  /** The file; its folder is made when it is missing. One broker at a time may hold it. */
  readonly path: string
  /**
   * Whether each append reaches the disk before it returns (default `true`).
   *
   * Without it an append outlives the process, but not a power cut.
   */
  readonly sync?: boolean
  /** Bytes the file may grow to before what is settled is left out of it (default 64 MiB). */
  readonly compactAt?: number
}

interface OpenFile {
  readonly handle: FileHandle
  readonly length: number
}

const io = <A>(run: () => Promise<A>): Effect.Effect<A, unknown> =>
  Effect.tryPromise({ try: run, catch: (cause) => cause })

const isMissing = (cause: unknown): boolean => cause instanceof Error && "code" in cause && cause.code === "ENOENT"

const readWhole = (path: string) =>
  io(() => readFile(path)).pipe(Effect.catchIf(isMissing, () => Effect.succeed(Buffer.alloc(0))))

const writeWhole = Effect.fnUntraced(function* (handle: FileHandle, parts: ReadonlyArray<Uint8Array>) {
  const whole = Buffer.concat(parts)
  for (let written = 0; written < whole.length;) {
    const from = written
    written += (yield* io(() => handle.write(whole, from))).bytesWritten
  }
  return whole.length
})

const entriesInFrame = 256

/** Writes what is left into a new file and puts it in the old one's place, in one step. */
const rewrite = Effect.fnUntraced(function* (path: string, state: JournalState) {
  yield* io(() => mkdir(dirname(path), { recursive: true }))
  const handle = yield* io(() => open(`${path}.new`, "w"))
  let length = 0
  const entries = state.entries()
  for (let start = 0; start < entries.length; start += entriesInFrame) {
    length += yield* writeWhole(handle, encodeFrame(entries.slice(start, start + entriesInFrame)))
  }
  yield* io(() => handle.datasync())
  yield* io(() => rename(`${path}.new`, path))
  const folder = yield* io(() => open(dirname(path), "r"))
  yield* io(() => folder.sync()).pipe(Effect.ensuring(Effect.ignore(io(() => folder.close()))))
  return { handle, length }
})

/**
 * A journal in one append-only file, closed with the scope.
 *
 * Content is held in memory once, shared with the broker. A file whose end is damaged is read up to the damage. An
 * append that fails leaves the file as it was before: the next one writes it anew.
 */
export const make = Effect.fnUntraced(function* ({
  compactAt = 64 * 1024 * 1024,
  path,
  sync = true
}: FileJournalOptions): Effect.fn.Return<Journal, never, Scope.Scope> {
  const turn = yield* Semaphore.make(1)
  let state = new JournalState()
  let file: OpenFile | undefined

  const close = Effect.suspend(() => {
    const handle = file?.handle
    file = undefined
    return handle === undefined ? Effect.void : Effect.ignore(io(() => handle.close()))
  })

  const reopen = Effect.gen(function* () {
    const next = yield* rewrite(path, state)
    yield* close
    file = next
    return next
  })

  yield* Effect.addFinalizer(() => turn.withPermit(close))

  const load = Effect.gen(function* () {
    state = new JournalState()
    for (const entry of decodeFrames(yield* readWhole(path)).entries) state.apply(entry)
    yield* reopen
    return state.entries()
  }).pipe(Effect.mapError((cause) => new JournalError({ operation: "load", cause })))

  const append = Effect.fnUntraced(
    function* (entries: ReadonlyArray<JournalEntry>) {
      const { handle, length } = file ?? (yield* reopen)
      const written = yield* writeWhole(handle, encodeFrame(entries))
      if (sync) yield* io(() => handle.datasync())
      file = { handle, length: length + written }
      for (const entry of entries) state.apply(entry)
      if (length + written > Math.max(compactAt, state.size * 2)) yield* reopen
    },
    Effect.tapError(() => close),
    Effect.mapError((cause) => new JournalError({ operation: "append", cause })),
    Effect.uninterruptible
  )

  return { load: turn.withPermit(load), append: (entries) => turn.withPermit(append(entries)) }
})
