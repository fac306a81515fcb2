/**
 * Writes a package's ZIP as a stream: `mimetype` first, then entries in the order they are added.
 *
 * Source: dokumentpakke 3.
 */
import type { Document } from "@eformidling/port-dokumentpakke/Document"
import {
  DocumentChanged,
  type DocumentError,
  DokumentpakkeError,
  InvalidInput,
  Unavailable
} from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import { Effect, Stream } from "effect"
import { createHash, hash } from "node:crypto"
import { deflateRawSync } from "node:zlib"
import { isWorthDeflating } from "./compressibility.ts"
import { deflater } from "./transformer.ts"
import {
  asicMimeType,
  centralDirectory,
  crcOf,
  dataDescriptor,
  type DosTime,
  localHeader,
  type WrittenEntry
} from "./zipRecord.ts"

/** Where the bytes go. `write` may hold them back; `drain` lets them on when there are many. */
export interface Sink {
  readonly write: (bytes: Uint8Array) => void
  readonly drain: Effect.Effect<void, DokumentpakkeError>
}

/** Largest document that is packed in one step, with sizes in its local header. */
const wholeBytes = 64 * 1024

/** The format's own limit, without ZIP64. */
const maximumBytes = 0xffff_ffff

/** Within a few per cent of zlib's default in size, at several times its speed. */
const deflateLevel = 4

/** A small input needs no large window: most of the time would go to making it. */
const wholeOptions = (bytes: number) => ({
  level: deflateLevel,
  chunkSize: Math.max(64, bytes + 64),
  ...(bytes <= 16 * 1024 ? { windowBits: 14, memLevel: 7 } : {})
})

const changed = (document: Document, detail: string) =>
  new DokumentpakkeError({ reason: new DocumentChanged({ filename: document.filename, detail }) })

const unavailable = (filename: string) => (cause: DocumentError | Error) =>
  new DokumentpakkeError({ reason: new Unavailable({ detail: `The document ${filename} cannot be read.`, cause }) })

/** Bytes as they came, and what was measured on the way. */
interface Measured {
  readonly size: number
  readonly crc: number
  readonly sha256: Uint8Array
}

const check = (document: Document, measured: Measured): Effect.Effect<void, DokumentpakkeError> => {
  if (document.size !== undefined && document.size !== measured.size) {
    return Effect.fail(changed(document, `it has ${measured.size} bytes, not ${document.size}`))
  }
  if (document.crc32 !== undefined && document.crc32 !== measured.crc)
    return Effect.fail(changed(document, "its CRC-32 differs"))
  if (document.sha256 !== undefined && !Buffer.from(document.sha256).equals(measured.sha256)) {
    return Effect.fail(changed(document, "its SHA-256 differs"))
  }
  return Effect.void
}

export class ZipWriter {
  private readonly entries: Array<WrittenEntry> = []
  private readonly sink: Sink
  private readonly time: DosTime
  private offset = 0

  constructor(sink: Sink, time: DosTime) {
    this.sink = sink
    this.time = time
    this.addWhole("mimetype", Buffer.from(asicMimeType), false)
  }

  private write(bytes: Uint8Array) {
    this.offset += bytes.length
    this.sink.write(bytes)
  }

  /** Adds an entry that is at hand. It is stored unless deflate makes it smaller. */
  addWhole(name: string, bytes: Uint8Array, deflate: boolean): void {
    const smaller = deflate ? deflateRawSync(bytes, wholeOptions(bytes.length)) : bytes
    const deflated = smaller.length < bytes.length
    const packed = deflated ? smaller : bytes
    const entry: WrittenEntry = {
      name: Buffer.from(name, "utf8"),
      deflated,
      sizesFollow: false,
      crc: crcOf(bytes),
      packedBytes: packed.length,
      bytes: bytes.length,
      offset: this.offset
    }
    this.write(localHeader(entry, this.time))
    this.write(packed)
    this.entries.push(entry)
  }

  /**
   * Adds a document in one reading, and gives the SHA-256 of its bytes.
   *
   * What does not compress is stored when size and CRC are known beforehand, else carried in deflate's stored blocks.
   */
  readonly addDocument = Effect.fnUntraced(function* (this: ZipWriter, document: Document, mimeType: string) {
    const head: Array<Uint8Array> = []
    let headBytes = 0
    let writer:
      | {
          readonly push: (bytes: Uint8Array) => Effect.Effect<void, DokumentpakkeError>
          readonly end: Effect.Effect<Measured, DokumentpakkeError>
        }
      | undefined
    const start = () => this.stream(document, mimeType, head[0] ?? new Uint8Array())
    yield* Stream.runForEachArray(
      Stream.mapError(document.content(), unavailable(document.filename)),
      Effect.fnUntraced(function* (chunks) {
        for (const bytes of chunks) {
          if (writer !== undefined) {
            yield* writer.push(bytes)
            continue
          }
          head.push(bytes)
          headBytes += bytes.length
          if (headBytes > wholeBytes) {
            writer = yield* start()
            for (const earlier of head) yield* writer.push(earlier)
            head.length = 0
          }
        }
      })
    )
    if (writer !== undefined) {
      const measured = yield* writer.end
      return measured.sha256
    }
    const bytes = head.length === 1 ? head[0]! : Buffer.concat(head)
    const measured: Measured = { size: bytes.length, crc: crcOf(bytes), sha256: hash("sha256", bytes, "buffer") }
    yield* check(document, measured)
    this.addWhole(document.filename, bytes, isWorthDeflating(mimeType, bytes))
    yield* this.sink.drain
    return measured.sha256
  }, Effect.scoped)

  private readonly stream = Effect.fnUntraced(function* (
    this: ZipWriter,
    document: Document,
    mimeType: string,
    first: Uint8Array
  ) {
    const worthwhile = isWorthDeflating(mimeType, first)
    const stored = !worthwhile && document.size !== undefined && document.crc32 !== undefined
    const transformer = stored ? undefined : yield* deflater(worthwhile ? deflateLevel : 0)
    const opened: WrittenEntry = {
      name: Buffer.from(document.filename, "utf8"),
      deflated: !stored,
      sizesFollow: !stored,
      crc: stored ? document.crc32 : 0,
      packedBytes: stored ? document.size : 0,
      bytes: stored ? document.size : 0,
      offset: this.offset
    }
    if (document.size !== undefined && document.size > maximumBytes) return yield* this.tooLarge(document)
    this.write(localHeader(opened, this.time))
    const digest = createHash("sha256")
    let crc = 0
    let size = 0
    const begin = this.offset
    const pass = (packed: ReadonlyArray<Uint8Array>) => {
      for (const bytes of packed) this.write(bytes)
      return this.sink.drain
    }
    return {
      push: (bytes: Uint8Array): Effect.Effect<void, DokumentpakkeError> => {
        digest.update(bytes)
        crc = crcOf(bytes, crc)
        size += bytes.length
        if (document.size !== undefined && size > document.size) {
          return Effect.fail(changed(document, `it has more than ${document.size} bytes`))
        }
        if (this.offset > maximumBytes) return this.tooLarge(document)
        if (transformer === undefined) return pass([bytes])
        return Effect.flatMap(Effect.mapError(transformer.push(bytes), unavailable(document.filename)), pass)
      },
      end: Effect.gen({ self: this }, function* () {
        if (transformer !== undefined)
          yield* pass(yield* Effect.mapError(transformer.end, unavailable(document.filename)))
        const measured: Measured = { size, crc, sha256: digest.digest() }
        yield* check(document, measured)
        const entry: WrittenEntry = { ...opened, crc, bytes: size, packedBytes: this.offset - begin }
        if (entry.sizesFollow) this.write(dataDescriptor(entry))
        this.entries.push(entry)
        return measured
      })
    }
  })

  private tooLarge(document: Document) {
    return Effect.fail(
      new DokumentpakkeError({
        reason: new InvalidInput({
          field: "documents",
          detail: `the package would pass 4 GiB with ${document.filename}`
        })
      })
    )
  }

  /** Writes the central directory; nothing can be added after it. */
  end(): void {
    this.write(centralDirectory(this.entries, this.time, this.offset))
  }
}
