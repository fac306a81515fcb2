/**
 * Attaches a document to a message that has been created and not yet sent.
 *
 * Source: nextmove-api 1.6, 2.8; dpi 1.10.
 */
import type { MessageId } from "@eformidling/domain/MessageId"
import * as MimeType from "@eformidling/domain/MimeType"
import { Documents, type Written } from "@eformidling/port-store/Documents"
import { type OutMessage, OutMessages } from "@eformidling/port-store/OutMessages"
import { Transaction } from "@eformidling/port-store/Transaction"
import { Effect, Exit, Option, Stream } from "effect"
import { type ExchangeError, MaxFileSizeExceeded, MessageNotFound, refuse } from "./ExchangeError.ts"
import { ExchangeSettings } from "./ExchangeSettings.ts"
import { isPrimary, refusalOfDocument, totalBytes } from "./internal/documentRules.ts"
import { removeDocumentsNow } from "./internal/removeDocuments.ts"

/** A document a client sends. */
export interface Attachment<E, R> {
  readonly filename: string
  /** As the client gave it; blank and `application/octet-stream` are replaced by what the file name says. */
  readonly mimeType: string | undefined
  readonly title: string | undefined
  /** Bytes as announced; undefined when the client did not say. What comes is counted in any case. */
  readonly announcedSize?: number | undefined
  readonly content: Stream.Stream<Uint8Array, E, R>
}

/** Passes the document through, and fails once the message with it is more than its channel carries. */
export const limited = (message: OutMessage, limitBytes: number) =>
  Stream.mapAccumEffect(
    () => totalBytes(message),
    (before: number, chunk: Uint8Array) => {
      const total = before + chunk.length
      const { serviceIdentifier } = message
      return total > limitBytes
        ? Effect.fail(refuse(new MaxFileSizeExceeded({ serviceIdentifier, totalBytes: total, limitBytes })))
        : Effect.succeed([total, [chunk]] as const)
    }
  )

/** Bytes the message's channel carries; a channel switched off since takes nothing more. */
export const limitOf = Effect.fnUntraced(function* ({ serviceIdentifier }: OutMessage) {
  const { channels } = yield* ExchangeSettings
  return channels[serviceIdentifier]?.uploadLimit ?? 0
})

/** Adds the row of a document that has been written, provided that the rules still hold. */
export const addWritten = Effect.fnUntraced(function* (
  message: OutMessage,
  { filename, mimeType, title }: Omit<Attachment<never, never>, "content" | "announcedSize">,
  { crc32, key, sha256, size }: Written
) {
  const outMessages = yield* OutMessages
  const refusal = refusalOfDocument(message, { filename, title, size }, yield* limitOf(message))
  if (refusal !== undefined) return yield* refuse(refusal)
  const document = {
    number: message.documents.length + 1,
    key,
    filename,
    mimeType: MimeType.of(mimeType, filename),
    title,
    primary: isPrimary(message, filename),
    size,
    sha256,
    crc32
  }
  yield* outMessages.addDocument(message.messageId, document)
  return { ...message, documents: [...message.documents, document] } satisfies OutMessage
})

const open = (messageId: MessageId, found: Option.Option<OutMessage>): Effect.Effect<OutMessage, ExchangeError> =>
  Option.isSome(found) && !found.value.queued
    ? Effect.succeed(found.value)
    : Effect.fail(refuse(new MessageNotFound({ messageId })))

/**
 * Streams a document into the store and attaches it.
 *
 * The bytes are written outside any transaction and counted as they come. When it fails, or the client breaks off,
 * neither bytes nor row are left. A message that has been asked to be sent takes no more documents: it is not found.
 */
export const attachDocument = Effect.fn("attachDocument")(function* <E, R>(
  messageId: MessageId,
  attachment: Attachment<E, R>
) {
  const documents = yield* Documents
  const outMessages = yield* OutMessages
  const transaction = yield* Transaction
  const message = yield* Effect.flatMap(outMessages.get(messageId), (found) => open(messageId, found))
  const limitBytes = yield* limitOf(message)
  const early = refusalOfDocument(message, { ...attachment, size: attachment.announcedSize }, limitBytes)
  if (early !== undefined) return yield* refuse(early)
  yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const written = yield* restore(documents.write(limited(message, limitBytes)(attachment.content)))
      yield* transaction
        .run(
          Effect.gen(function* () {
            const current = yield* Effect.flatMap(outMessages.getForUpdate(messageId), (found) =>
              open(messageId, found)
            )
            yield* addWritten(current, attachment, written)
          })
        )
        .pipe(
          restore,
          Effect.onExit((exit) => (Exit.isFailure(exit) ? removeDocumentsNow([written.key]) : Effect.void))
        )
    })
  )
})
