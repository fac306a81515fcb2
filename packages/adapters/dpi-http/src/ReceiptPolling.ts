import type { TransportError } from "@eformidling/port-transport/TransportError"
import { Cause, Deferred, Effect, Queue, type Redacted, type Scope } from "effect"
import type { Corner2, ReceiptItem } from "./Corner2.ts"
import type { DpiSettings } from "./DpiSettings.ts"
import type * as Receipt from "./Receipt.ts"

/** A receipt in our hands. `done` tells the poller whether it is out of corner 2's list. */
export interface Polled {
  readonly receipt: Receipt.Receipt
  readonly markRead: Effect.Effect<void, TransportError>
  readonly done: (outcome: Outcome) => Effect.Effect<void>
}

/**
 * `read`: corner 2 does not list it any more. `kept`: it does, and it is to be handed up again. `setAside`: it does, and
 * it is not to be handed up again unless it can be read by then.
 */
export type Outcome = "read" | "kept" | "setAside"

/** One list that corner 2 keeps for us. */
interface Source {
  readonly kanal: string | undefined
  readonly avsenderidentifikator: string | undefined
}

/** The lists of each channel. Lists of one channel may hold the same receipts. */
const sources = (settings: DpiSettings): ReadonlyArray<ReadonlyArray<Source>> => {
  const kanaler = settings.kanaler.length === 0 ? [undefined] : settings.kanaler
  const avsendere = [
    ...(settings.pollWithoutAvsenderidentifikator ? [undefined] : []),
    ...settings.avsenderidentifikatorer
  ]
  return kanaler.map((kanal) => avsendere.map((avsenderidentifikator) => ({ kanal, avsenderidentifikator })))
}

/** A receipt that is listed twice is one receipt. */
const once = (items: ReadonlyArray<ReceiptItem>): ReadonlyArray<ReceiptItem> => [
  ...new Map(items.map((item) => [item.forretningsmelding ?? "", item])).values()
]

/**
 * Polls every list in rounds, channels at the same time and the lists of one channel in turn, and puts what it finds in
 * `arrived`.
 *
 * A list is asked again at once when its page was full, and for its next page when nothing of a full page could be
 * taken off it, so that unreadable receipts never hide those behind them. An unreadable receipt is handed up once, or again until it
 * has been taken. A list that cannot be had is tried again in
 * the next round and does not hold up the others.
 *
 * Source: dpi 8.2, 8.8.
 */
export const run = Effect.fnUntraced(function* (
  settings: DpiSettings,
  corner2: Corner2,
  token: Effect.Effect<Redacted.Redacted<string>, TransportError>,
  read: Receipt.Reader,
  arrived: Queue.Queue<Polled>
): Effect.fn.Return<never, never, Scope.Scope> {
  /** Unreadable receipts that have been handed up. */
  const setAside = new Set<string>()

  const offer = Effect.fnUntraced(function* (item: ReceiptItem) {
    const outcome = yield* Deferred.make<Outcome>()
    const receipt = yield* read(item.forretningsmelding ?? "")
    if (!receipt.readable && setAside.has(receipt.id)) {
      yield* Deferred.succeed(outcome, "setAside")
      return outcome
    }
    const { incoming } = receipt
    if (incoming._tag === "Uleselig") {
      yield* Effect.logWarning(
        `a receipt is passed over and not marked as read: ${incoming.reason}: ${incoming.description}`
      )
    }
    yield* Queue.offer(arrived, {
      receipt,
      markRead: Effect.flatMap(token, (bearer) => corner2.markRead(receipt.id, bearer)),
      done: (value) => {
        if (value === "setAside") setAside.add(receipt.id)
        return Effect.asVoid(Deferred.succeed(outcome, value))
      }
    })
    return outcome
  })

  const drain = Effect.fnUntraced(function* (source: Source) {
    const kept = new Set<string>()
    let page = 0
    while (true) {
      const items = yield* corner2.receipts({ ...source, page }, yield* token)
      const fresh = once(items).filter(({ forretningsmelding }) => !kept.has(forretningsmelding ?? ""))
      const outcomes = yield* Effect.forEach(yield* Effect.forEach(fresh, offer), Deferred.await)
      if (items.length < settings.pageSize || fresh.length === 0) return
      if (outcomes.includes("read")) page = 0
      else page += 1
      fresh.forEach((item, index) => outcomes[index] !== "read" && kept.add(item.forretningsmelding ?? ""))
    }
  })

  const attempt = (source: Source) =>
    Effect.catchCause(drain(source), (cause) =>
      Cause.hasInterruptsOnly(cause)
        ? Effect.interrupt
        : Effect.logWarning(`cannot get receipts from ${source.kanal ?? "corner 2"}: ${String(Cause.squash(cause))}`)
    )

  const round = Effect.forEach(sources(settings), (lists) => Effect.forEach(lists, attempt, { discard: true }), {
    concurrency: "unbounded",
    discard: true
  })

  return yield* Effect.forever(Effect.andThen(round, Effect.sleep(settings.pollingRate)))
})
