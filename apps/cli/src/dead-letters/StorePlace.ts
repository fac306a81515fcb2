/**
 * Dead letters of our own store: kvitteringer from corner 2 that could not be read.
 */
import * as Jws from "@eformidling/adapter-dpi-http/Jws"
import * as Receipt from "@eformidling/adapter-dpi-http/Receipt"
import { receive } from "@eformidling/exchange/ReceiveMessage"
import { DeadLetters } from "@eformidling/port-store/DeadLetters"
import type { StoreError } from "@eformidling/port-store/StoreError"
import { Effect } from "effect"
import { type Letter, type Place, Replayed } from "./Place.ts"

/** What kvitteringer from corner 2 are called. */
const kvittering = "dpi-kvittering"

/** The place for every source that no other place holds, over the services of the context. */
export const make = Effect.gen(function* () {
  const deadLetters = yield* DeadLetters
  const read = Receipt.reader(yield* Jws.verifier)
  const handle = receive("DPI")
  const context = yield* Effect.context<Effect.Services<ReturnType<typeof handle>>>()

  /** The letter goes once what it tells has been registered; doing both again changes nothing. */
  const replay = Effect.fnUntraced(function* ({ body, key, source }: Letter) {
    if (source !== kvittering) return Replayed.Kept({ detail: `Nothing handles letters from ${source} again.` })
    const { incoming, readable } = yield* read(Buffer.from(body).toString("utf8"))
    if (!readable || incoming._tag !== "Kvittering") {
      return Replayed.Kept({
        detail: incoming._tag === "Uleselig" ? `${incoming.reason}: ${incoming.description}` : "It is no kvittering."
      })
    }
    yield* handle(incoming)
    yield* deadLetters.remove(source, key)
    return Replayed.Handled({ detail: `${incoming.kvittering._tag} of conversation ${incoming.conversationId}` })
  }, Effect.provideContext(context))

  const place: Place<StoreError> = {
    holds: () => true,
    list: (limit) =>
      Effect.map(deadLetters.list({ page: 0, size: limit, sort: [] }), ({ content, totalElements }) => ({
        letters: content,
        total: totalElements
      })),
    get: deadLetters.get,
    replay
  }
  return place
})
