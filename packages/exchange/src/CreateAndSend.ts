/**
 * Creates a message with its documents and takes it on its way, in one request.
 *
 * Source: nextmove-api 1.8.
 */
import type { Draft } from "@eformidling/domain/StandardBusinessDocument"
import { Documents, type Written } from "@eformidling/port-store/Documents"
import type { OutMessage } from "@eformidling/port-store/OutMessages"
import { Transaction } from "@eformidling/port-store/Transaction"
import { Effect, Exit, Stream } from "effect"
import { addWritten } from "./AttachDocument.ts"
import { persist, prepare } from "./CreateMessage.ts"
import { DuplicateFilename, InvalidInput, MultipartFileTooLarge, refuse } from "./ExchangeError.ts"
import { removeDocumentsNow } from "./internal/removeDocuments.ts"
import { promises } from "./Promises.ts"
import { enqueue } from "./SendMessage.ts"

/** A part of the request. The content of a file is read before the next part is asked for. */
export type Part<E, R> =
  | { readonly _tag: "Sbd"; readonly draft: Draft }
  | {
      readonly _tag: "File"
      readonly filename: string
      readonly mimeType: string | undefined
      readonly title: string | undefined
      readonly content: Stream.Stream<Uint8Array, E, R>
    }

interface WrittenFile {
  readonly filename: string
  readonly mimeType: string | undefined
  readonly title: string | undefined
  readonly written: Written
}

const limited = (filename: string) =>
  Stream.mapAccumEffect(
    () => 0,
    (before: number, chunk: Uint8Array) => {
      const limitBytes = promises.multipartFileLimit
      const size = before + chunk.length
      return size > limitBytes
        ? Effect.fail(refuse(new MultipartFileTooLarge({ filename, limitBytes })))
        : Effect.succeed([size, [chunk]] as const)
    }
  )

/** Every occurrence of a file name that occurs more than once. */
const duplicates = (files: ReadonlyArray<WrittenFile>): ReadonlyArray<string> => {
  const names = files.map(({ filename }) => filename)
  return names.filter((name, index) => names.indexOf(name) !== index || names.lastIndexOf(name) !== index)
}

const createFrom = Effect.fnUntraced(function* (draft: Draft, files: ReadonlyArray<WrittenFile>) {
  const transaction = yield* Transaction
  const twice = duplicates(files)
  if (twice.length > 0) return yield* refuse(new DuplicateFilename({ filenames: twice }))
  const prepared = yield* prepare(draft)
  return yield* transaction.run(
    Effect.gen(function* () {
      let message: OutMessage = yield* persist(prepared)
      for (const { written, ...file } of files) message = yield* addWritten(message, file, written)
      const tooLate = yield* enqueue(message)
      if (tooLate !== undefined) return yield* tooLate
      return message.sbd
    })
  )
})

/**
 * All or nothing: when it returns, message and documents are stored and will be sent; when it fails, or the client
 * breaks off, nothing of the request is left. Returns the completed message.
 *
 * Parts may come in any order.
 */
export const createAndSend = Effect.fn("createAndSend")(function* <E, R>(parts: Stream.Stream<Part<E, R>, E, R>) {
  const documents = yield* Documents
  const files: Array<WrittenFile> = []
  let draft: Draft | undefined

  const read = Effect.fnUntraced(function* (part: Part<E, R>) {
    if (part._tag === "Sbd") {
      draft = part.draft
      return
    }
    const { content, filename, mimeType, title } = part
    yield* Effect.uninterruptibleMask((restore) =>
      Effect.map(restore(documents.write(limited(filename)(content))), (written) => {
        files.push({ filename, mimeType, title, written })
      })
    )
  })

  return yield* Stream.runForEach(parts, read).pipe(
    Effect.andThen(
      Effect.suspend(() =>
        draft === undefined
          ? Effect.fail(refuse(new InvalidInput({ violations: [{ field: "sbd", detail: "must not be null" }] })))
          : createFrom(draft, files)
      )
    ),
    Effect.onExit((exit) =>
      Exit.isFailure(exit) ? removeDocumentsNow(files.map(({ written }) => written.key)) : Effect.void
    )
  )
})
