import { Documents } from "@eformidling/port-store/Documents"
import { DateTime, Effect } from "effect"
import { ExchangeSettings } from "./ExchangeSettings.ts"

/**
 * Removes documents that no message names, such as those a crash left behind in the middle of an upload.
 *
 * Returns how many.
 */
export const sweepDocuments = Effect.fn("sweepDocuments")(function* () {
  const documents = yield* Documents
  const { orphanAge } = yield* ExchangeSettings
  const removed = yield* documents.sweep(DateTime.subtractDuration(yield* DateTime.now, orphanAge))
  if (removed > 0) yield* Effect.logInfo(`Removed ${removed} documents that no message names`)
  return removed
})
