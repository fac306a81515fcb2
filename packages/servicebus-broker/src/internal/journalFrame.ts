import { Schema } from "effect"
import { crc32 } from "node:zlib"
import type { JournalEntry } from "../Journal.ts"
import type { StoredMessage } from "../Message.ts"

/** Content bytes stand after the head, in the order of the entries. */
const Entry = Schema.Union([
  Schema.Struct({
    _tag: Schema.Literal("Stored"),
    queue: Schema.String,
    sequenceNumber: Schema.Int,
    enqueuedSequenceNumber: Schema.Int,
    enqueuedAt: Schema.Number,
    expiresAt: Schema.optionalKey(Schema.Number),
    deliveryCount: Schema.Int,
    deferred: Schema.Boolean,
    scheduledFor: Schema.optionalKey(Schema.Number),
    deadLetterSource: Schema.optionalKey(Schema.String),
    messageId: Schema.optionalKey(Schema.String),
    timeToLive: Schema.optionalKey(Schema.Number),
    annotationItems: Schema.Int,
    annotationBytes: Schema.Int,
    bytes: Schema.Int
  }),
  Schema.Struct({
    _tag: Schema.Literal("Counted"),
    queue: Schema.String,
    sequenceNumber: Schema.Int,
    deliveryCount: Schema.Int,
    deferred: Schema.Boolean
  }),
  Schema.Struct({ _tag: Schema.Literal("Removed"), queue: Schema.String, sequenceNumber: Schema.Int }),
  Schema.Struct({ _tag: Schema.Literal("Numbered"), queue: Schema.String, nextSequenceNumber: Schema.Int })
])
type Entry = typeof Entry.Type
type StoredEntry = Extract<Entry, { readonly _tag: "Stored" }>

const decodeHead = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Array(Entry)))

const optional = <K extends string, A>(key: K, value: A | undefined): { readonly [_ in K]?: A } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [_ in K]: A })

const headOf = (entry: JournalEntry): Entry => {
  if (entry._tag !== "Stored") return entry
  const { content, ...message } = entry.message
  return {
    _tag: "Stored",
    queue: entry.queue,
    sequenceNumber: message.sequenceNumber,
    enqueuedSequenceNumber: message.enqueuedSequenceNumber,
    enqueuedAt: message.enqueuedAt,
    ...optional("expiresAt", Number.isFinite(message.expiresAt) ? message.expiresAt : undefined),
    deliveryCount: message.deliveryCount,
    deferred: message.deferred,
    ...optional("scheduledFor", message.scheduledFor),
    ...optional("deadLetterSource", message.deadLetterSource),
    ...optional("messageId", content.messageId),
    ...optional("timeToLive", content.timeToLive),
    annotationItems: content.annotationItems,
    annotationBytes: content.annotations?.length ?? 0,
    bytes: content.bytes.length
  }
}

/** Bytes before the payload: its length, then its CRC-32. */
const prefixLength = 8

/** One frame: entries that are kept together or not at all. */
export const encodeFrame = (entries: ReadonlyArray<JournalEntry>): ReadonlyArray<Uint8Array> => {
  const head = Buffer.from(JSON.stringify(entries.map(headOf)), "utf8")
  const headLength = Buffer.alloc(4)
  headLength.writeUInt32BE(head.length)
  const parts: Array<Uint8Array> = [headLength, head]
  for (const entry of entries) {
    if (entry._tag !== "Stored") continue
    if (entry.message.content.annotations !== undefined) parts.push(entry.message.content.annotations)
    parts.push(entry.message.content.bytes)
  }
  const prefix = Buffer.alloc(prefixLength)
  prefix.writeUInt32BE(
    parts.reduce((length, part) => length + part.length, 0),
    0
  )
  prefix.writeUInt32BE(
    parts.reduce((crc, part) => crc32(part, crc), 0),
    4
  )
  return [prefix, ...parts]
}

const storedOf = (entry: StoredEntry, annotations: Uint8Array, bytes: Uint8Array): StoredMessage => ({
  sequenceNumber: entry.sequenceNumber,
  enqueuedSequenceNumber: entry.enqueuedSequenceNumber,
  enqueuedAt: entry.enqueuedAt,
  expiresAt: entry.expiresAt ?? Infinity,
  deliveryCount: entry.deliveryCount,
  deferred: entry.deferred,
  scheduledFor: entry.scheduledFor,
  deadLetterSource: entry.deadLetterSource,
  content: {
    messageId: entry.messageId,
    timeToLive: entry.timeToLive,
    scheduledFor: entry.scheduledFor,
    annotations: entry.annotationItems === 0 ? undefined : annotations,
    annotationItems: entry.annotationItems,
    bytes
  }
})

const decodePayload = (payload: Buffer): ReadonlyArray<JournalEntry> => {
  const headEnd = 4 + payload.readUInt32BE(0)
  let offset = headEnd
  const take = (length: number): Uint8Array => Buffer.from(payload.subarray(offset, (offset += length)))
  return decodeHead(payload.toString("utf8", 4, headEnd)).map((entry): JournalEntry => {
    if (entry._tag !== "Stored") return entry
    const annotations = take(entry.annotationBytes)
    return { _tag: "Stored", queue: entry.queue, message: storedOf(entry, annotations, take(entry.bytes)) }
  })
}

/**
 * The whole frames at the head of a file, and where they end.
 *
 * Reading stops at the first frame that is cut short or damaged: a process that is killed leaves at most one, the last,
 * and nothing in it had been promised.
 */
export const decodeFrames = (file: Buffer): { readonly entries: ReadonlyArray<JournalEntry>; readonly end: number } => {
  const entries: Array<JournalEntry> = []
  let offset = 0
  while (offset + prefixLength <= file.length) {
    const start = offset + prefixLength
    const end = start + file.readUInt32BE(offset)
    if (end > file.length) break
    const payload = file.subarray(start, end)
    if (crc32(payload) !== file.readUInt32BE(offset + 4)) break
    for (const entry of decodePayload(payload)) entries.push(entry)
    offset = end
  }
  return { entries, end: offset }
}
