import { Documents } from "@eformidling/port-store/Documents"
import { Transaction } from "@eformidling/port-store/Transaction"
import { Effect } from "effect"

/** Removes documents now. One that cannot be removed is swept away later. */
export const removeDocumentsNow = Effect.fnUntraced(function* (keys: ReadonlyArray<string>) {
  const documents = yield* Documents
  yield* Effect.forEach(
    keys,
    (key) =>
      Effect.catch(documents.remove(key), (error) =>
        Effect.logWarning("A document could not be removed and is left to the sweeper", error)
      ),
    { discard: true }
  )
})

/** Removes documents once the surrounding transaction has committed, so that no row names a document that is gone. */
export const removeDocuments = Effect.fnUntraced(function* (keys: ReadonlyArray<string>) {
  if (keys.length === 0) return
  const documents = yield* Documents
  const { afterCommit } = yield* Transaction
  yield* afterCommit(Effect.provideService(removeDocumentsNow(keys), Documents, documents))
})
