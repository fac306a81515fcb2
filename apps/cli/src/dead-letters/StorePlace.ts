/**
 * Dead letters of our own store: kvitteringer from corner 2 that could not be read.
 */
import * as Jws from "@eformidling/adapter-dpi-http/Jws"
import * as Receipt from "@eformidling/adapter-dpi-http/Receipt"
import { receive } from "@eformidling/exchange/ReceiveMessage"
import { type DeadLetter, DeadLetters } from "@eformidling/port-store/DeadLetters"
import type { StoreError } from "@eformidling/port-store/StoreError"
import { Effect, Option } from "effect"
import { gone, Outcome, type Place } from "./Place.ts"

/** What kvitteringer from corner 2 are called. */
const kvittering = "dpi-kvittering"

/** The place for every source that no other place holds, over the services of the context. */
export const make = Effect.gen(function* () {
  const deadLetters = yield* DeadLetters
  const read = Receipt.reader(yield* Jws.verifier)
  const handle = receive("DPI")
  const context = yield* Effect.context<Effect.Services<ReturnType<typeof handle>>>()

  /** The letter goes once what it tells has been registered; doing both again changes nothing. */
  const replayKvittering = Effect.fnUntraced(function* ({ body, key, source }: DeadLetter) {
    const { incoming, readable } = yield* read(Buffer.from(body).toString("utf8"))
    if (!readable || incoming._tag !== "Kvittering") {
      return Outcome.Kept({
        detail: incoming._tag === "Uleselig" ? `${incoming.reason}: ${incoming.description}` : "It is no kvittering."
      })
    }
    yield* handle(incoming)
    yield* deadLetters.remove(source, key)
    return Outcome.Replayed({ detail: `${incoming.kvittering._tag} of conversation ${incoming.conversationId}` })
  }, Effect.provideContext(context))

  const place: Place<StoreError> = {
    holds: () => true,
    list: (limit) =>
      Effect.map(deadLetters.list({ page: 0, size: limit, sort: [] }), ({ content, totalElements }) => ({
        letters: content.map((letter) => ({ ...letter, size: letter.body.length })),
        total: totalElements
      })),
    get: (source, key) =>
      Effect.map(
        deadLetters.get(source, key),
        Option.map((letter) => ({ ...letter, size: letter.body.length }))
      ),
    replay: Effect.fnUntraced(function* (source, key) {
      if (source !== kvittering) return Outcome.Kept({ detail: `Nothing handles letters from ${source} again.` })
      const letter = Option.getOrUndefined(yield* deadLetters.get(source, key))
      return letter === undefined ? gone : yield* replayKvittering(letter)
    })
  }
  return place
})
