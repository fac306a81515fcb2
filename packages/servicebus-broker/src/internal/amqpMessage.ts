import { Result } from "effect"
import rhea from "rhea"
import type { Typed } from "rhea"
import type { Content, Message, Properties, Property } from "../Message.ts"
import { binaryOf, MalformedMessage, section, sections, withPreamble } from "./amqpBytes.ts"
import type { Section } from "./amqpBytes.ts"
import { itemsOf, Reader, Writer } from "./rheaTypes.ts"

/** A message as a reader of its bytes sees it. */
export interface Decoded {
  readonly messageId: string | undefined
  readonly contentType: string | undefined
  readonly correlationId: string | undefined
  readonly subject: string | undefined
  readonly to: string | undefined
  readonly replyTo: string | undefined
  readonly sessionId: string | undefined
  readonly applicationProperties: Properties
  /** Bytes of the data sections, or the UTF-8 bytes of a string value. */
  readonly body: Uint8Array
}

/** Annotations the broker writes itself, whatever the sender wrote. */
const ownAnnotations = new Set([
  "x-opt-sequence-number",
  "x-opt-enqueued-time",
  "x-opt-locked-until",
  "x-opt-message-state",
  "x-opt-deadletter-source",
  "x-opt-enqueue-sequence-number",
  "x-opt-scheduled-enqueue-time"
])

const read = (bytes: Buffer, from: Section): Typed => new Reader(bytes.subarray(from.value, from.end)).read()

const unwrapped = (value: unknown): unknown => rhea.types.unwrap(value)

const textOf = (value: unknown): string | undefined => {
  if (value === undefined || value === null) return undefined
  return Buffer.isBuffer(value) ? value.toString("hex") : String(value)
}

const millisOf = (value: unknown): number | undefined =>
  value instanceof Date ? value.getTime() : typeof value === "number" ? value : undefined

interface Annotations {
  readonly scheduledFor: number | undefined
  readonly encoded: Uint8Array | undefined
  readonly items: number
}

const annotationsOf = (bytes: Buffer, from: Section | undefined): Annotations => {
  let scheduledFor: number | undefined
  if (from === undefined) return { scheduledFor, encoded: undefined, items: 0 }
  const pairs = itemsOf(read(bytes, from))
  const writer = new Writer()
  let items = 0
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const [key, value] = [pairs[index], pairs[index + 1]]
    if (key === undefined || value === undefined) continue
    const name = String(unwrapped(key))
    if (name === "x-opt-scheduled-enqueue-time") scheduledFor = millisOf(unwrapped(value))
    if (ownAnnotations.has(name)) continue
    writer.write(key)
    writer.write(value)
    items += 2
  }
  return { scheduledFor, encoded: items === 0 ? undefined : Buffer.from(writer.toBuffer()), items }
}

const fieldOf = (bytes: Buffer, from: Section | undefined, index: number): unknown =>
  from === undefined ? undefined : unwrapped(itemsOf(read(bytes, from))[index])

/** Reads an encoded message as a sender wrote it. Throws when it is none. */
const contentOf = (message: Uint8Array): Content => {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength)
  const found = sections(bytes)
  const rest = found.find(({ code }) => code >= section.properties)
  if (rest === undefined) throw new MalformedMessage("the message has no body")
  const annotations = annotationsOf(
    bytes,
    found.find(({ code }) => code === section.messageAnnotations)
  )
  const timeToLive = fieldOf(
    bytes,
    found.find(({ code }) => code === section.header),
    2
  )
  return {
    messageId: textOf(
      fieldOf(
        bytes,
        found.find(({ code }) => code === section.properties),
        0
      )
    ),
    timeToLive: typeof timeToLive === "number" ? timeToLive : undefined,
    scheduledFor: annotations.scheduledFor,
    bytes: Buffer.from(bytes.subarray(rest.start)),
    annotations: annotations.encoded,
    annotationItems: annotations.items
  }
}

const malformed = (cause: unknown): MalformedMessage =>
  cause instanceof MalformedMessage ? cause : new MalformedMessage("a section cannot be read", { cause })

/** Reads one encoded message as a sender wrote it. */
export const readMessage = (message: Uint8Array): Result.Result<Content, MalformedMessage> =>
  Result.try({ try: () => contentOf(message), catch: malformed })

/** The messages in a batch: the contents of its data sections. Source: servicebus-amqp 4. */
export const readBatch = (batch: Buffer): Result.Result<ReadonlyArray<Content>, MalformedMessage> =>
  Result.try({
    try: () =>
      sections(batch)
        .filter(({ code }) => code === section.data)
        .map((from) => contentOf(binaryOf(batch, from))),
    catch: malformed
  })

/** Lays properties over the application properties; the others keep their types. */
export const amend = (content: Content, properties: Properties): Content => {
  const bytes = Buffer.from(content.bytes.buffer, content.bytes.byteOffset, content.bytes.byteLength)
  const found = sections(bytes)
  const held = found.find(({ code }) => code === section.applicationProperties)
  const kept = held === undefined ? [] : itemsOf(read(bytes, held))
  const items: Array<Typed> = []
  for (let index = 0; index + 1 < kept.length; index += 2) {
    const [key, value] = [kept[index], kept[index + 1]]
    if (key !== undefined && value !== undefined && !Object.hasOwn(properties, String(unwrapped(key))))
      items.push(key, value)
  }
  for (const [key, value] of Object.entries(properties)) items.push(rhea.types.wrap_string(key), rhea.types.wrap(value))
  const writer = new Writer()
  writer.write(rhea.types.described(rhea.types.wrap_ulong(section.applicationProperties), mapOf(items)))
  const insertAt = held?.start ?? found.find(({ code }) => code > section.applicationProperties)?.start ?? bytes.length
  return {
    ...content,
    bytes: Buffer.concat([bytes.subarray(0, insertAt), writer.toBuffer(), bytes.subarray(held?.end ?? insertAt)])
  }
}

const mapOf = (items: ReadonlyArray<Typed>): Typed => {
  const map = rhea.types.wrap_map({})
  map.value = items
  return map
}

/** The wire number of a message's state. Source: servicebus-amqp 5.2. */
const stateNumber = ({ deferred, state }: Message): number => (deferred ? 1 : state === "Scheduled" ? 2 : 0)

/** The encoded message as a receiver gets it. Source: servicebus-amqp 5.2. */
export const deliveryOf = (message: Message): Buffer => {
  const { content, deadLetterSource, lock, scheduledFor } = message
  return withPreamble(
    {
      timeToLive: Number.isFinite(message.expiresAt) ? message.expiresAt - message.enqueuedAt : undefined,
      deliveryCount: message.deliveryCount,
      longs: [
        ["x-opt-sequence-number", message.sequenceNumber],
        ["x-opt-enqueue-sequence-number", message.enqueuedSequenceNumber]
      ],
      timestamps: [
        ["x-opt-enqueued-time", message.enqueuedAt],
        ...(lock === undefined ? [] : [["x-opt-locked-until", lock.lockedUntil] as const]),
        ...(scheduledFor === undefined ? [] : [["x-opt-scheduled-enqueue-time", scheduledFor] as const])
      ],
      ints: [["x-opt-message-state", stateNumber(message)]],
      strings: deadLetterSource === undefined ? [] : [["x-opt-deadletter-source", deadLetterSource]],
      encoded: content.annotations,
      encodedItems: content.annotationItems
    },
    content.bytes
  )
}

/** Reads the parts of a message that people and REST clients ask for. */
export const decode = (content: Content): Decoded => {
  const bytes = Buffer.from(content.bytes.buffer, content.bytes.byteOffset, content.bytes.byteLength)
  const found = sections(bytes)
  const properties = found.find(({ code }) => code === section.properties)
  const fields = properties === undefined ? [] : itemsOf(read(bytes, properties)).map(unwrapped)
  const application = found.find(({ code }) => code === section.applicationProperties)
  const pairs = application === undefined ? [] : itemsOf(read(bytes, application)).map(unwrapped)
  const applicationProperties: Record<string, Property> = {}
  for (let index = 0; index + 1 < pairs.length; index += 2)
    applicationProperties[String(pairs[index])] = propertyOf(pairs[index + 1])
  return {
    messageId: textOf(fields[0]),
    to: textOf(fields[2]),
    subject: textOf(fields[3]),
    replyTo: textOf(fields[4]),
    correlationId: textOf(fields[5]),
    contentType: textOf(fields[6]),
    sessionId: textOf(fields[10]),
    applicationProperties,
    body: bodyOf(bytes, found)
  }
}

const bodyOf = (bytes: Buffer, found: ReadonlyArray<Section>): Uint8Array => {
  const data = found.filter(({ code }) => code === section.data).map((from) => binaryOf(bytes, from))
  if (data.length > 0) return data.length === 1 && data[0] !== undefined ? data[0] : Buffer.concat(data)
  const value = found.find(({ code }) => code === section.value)
  const plain = value === undefined ? undefined : unwrapped(read(bytes, value))
  return typeof plain === "string" ? Buffer.from(plain, "utf8") : Buffer.isBuffer(plain) ? plain : Buffer.alloc(0)
}

/** A decoded AMQP value as a property: what has no plain form becomes text. */
export const propertyOf = (value: unknown): Property => {
  if (value === undefined || value === null) return null
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value
  if (value instanceof Date || value instanceof Uint8Array) return value
  return JSON.stringify(value)
}

/** Encodes a message of one data section, for senders that do not speak AMQP. */
export const encode = (
  fields: Omit<Decoded, "body"> & { readonly partitionKey?: string | undefined },
  body: Uint8Array
): Buffer =>
  rhea.message.encode({
    ...(fields.partitionKey === undefined
      ? {}
      : { message_annotations: { "x-opt-partition-key": fields.partitionKey } }),
    message_id: fields.messageId,
    to: fields.to,
    subject: fields.subject,
    reply_to: fields.replyTo,
    correlation_id: fields.correlationId,
    content_type: fields.contentType,
    group_id: fields.sessionId,
    ...(Object.keys(fields.applicationProperties).length === 0
      ? {}
      : { application_properties: fields.applicationProperties }),
    body: rhea.message.data_section(body)
  })
