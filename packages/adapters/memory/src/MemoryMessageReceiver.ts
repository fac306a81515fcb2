/**
 * A queue of incoming messages in memory, with settlement.
 */
import { encode } from "@eformidling/domain/StandardBusinessDocument"
import { type DeadMessage, DeadLetterQueue } from "@eformidling/port-transport/DeadLetterQueue"
import type { Incoming } from "@eformidling/port-transport/Incoming"
import { MessageReceiver, Undeliverable } from "@eformidling/port-transport/MessageReceiver"
import { TransportError, Unavailable } from "@eformidling/port-transport/TransportError"
import { Context, DateTime, type Duration, Effect, Exit, Latch, Layer, Option } from "effect"

/** The other side of the queue. */
export class IncomingQueue extends Context.Service<
  IncomingQueue,
  {
    /** Puts a message last in the queue and returns a number that names this delivery. */
    readonly deliver: (incoming: Incoming) => Effect.Effect<number>
    /** Whether a delivery is waiting or in a handler's hands. */
    readonly holds: (delivery: number) => Effect.Effect<boolean>
    /** Deliveries not settled yet. */
    readonly size: Effect.Effect<number>
    /** What has been set aside, oldest first. */
    readonly setAside: Effect.Effect<ReadonlyArray<Undeliverable>>
    readonly goAway: Effect.Effect<void>
    readonly comeBack: Effect.Effect<void>
  }
>()("@eformidling/adapter-memory/MemoryMessageReceiver/IncomingQueue") {}

/** Settings of the queue. */
export interface Settings {
  /** How long a message that was given back stays away. */
  readonly redeliveryDelay: Duration.Input
  /** Keeps what cannot be read as dead letters; otherwise it is handed to the handler. Kept unless told otherwise. */
  readonly keepsDeadLetters?: boolean | undefined
}

interface Delivery {
  readonly number: number
  readonly at: DateTime.Utc
  readonly incoming: Incoming
}

interface Dead {
  readonly delivery: Delivery
  readonly verdict: Undeliverable
}

const bodyOf = ({ delivery: { incoming } }: Dead): Uint8Array =>
  incoming._tag === "Uleselig"
    ? incoming.body
    : new TextEncoder().encode(
        incoming._tag === "Melding" ? JSON.stringify({ sbd: encode(incoming.sbd) }) : incoming.raw
      )

const summary = (letter: Dead): DeadMessage => ({
  id: String(letter.delivery.number),
  reason: letter.verdict.reason,
  description: letter.verdict.description,
  enqueuedAt: letter.delivery.at,
  messageId: undefined,
  size: bodyOf(letter).length
})

const make = Effect.fnUntraced(function* (settings: Settings) {
  const scope = yield* Effect.scope
  const arrivals = yield* Latch.make()
  const waiting: Array<Delivery> = []
  const held = new Set<number>()
  const dead = new Map<string, Dead>()
  let deliveries = 0
  let away = false

  const enqueue = (delivery: Delivery) =>
    Effect.sync(() => {
      waiting.push(delivery)
      arrivals.openUnsafe()
    })

  const deliver = Effect.fnUntraced(function* (incoming: Incoming) {
    const delivery = { number: ++deliveries, incoming, at: yield* DateTime.now }
    held.add(delivery.number)
    yield* enqueue(delivery)
    return delivery.number
  })

  const giveBack = (delivery: Delivery) =>
    enqueue(delivery).pipe(Effect.delay(settings.redeliveryDelay), Effect.forkIn(scope), Effect.asVoid)

  const bury = (delivery: Delivery, verdict: Undeliverable) => {
    dead.set(String(delivery.number), { delivery, verdict })
    return held.delete(delivery.number)
  }

  const unreadable = (delivery: Delivery) => {
    const { incoming } = delivery
    if (incoming._tag !== "Uleselig" || settings.keepsDeadLetters === false) return false
    return bury(delivery, new Undeliverable({ reason: incoming.reason, description: incoming.description }))
  }

  /** The next readable delivery. Taken off the queue in the same step as it is returned, so none is lost. */
  const next: Effect.Effect<Delivery, TransportError> = Effect.suspend(() => {
    if (away) return Effect.fail(new TransportError({ reason: gone }))
    const delivery = waiting.shift()
    if (delivery !== undefined) return unreadable(delivery) ? next : Effect.succeed(delivery)
    arrivals.closeUnsafe()
    return Effect.andThen(Effect.interruptible(arrivals.await), next)
  })

  const take = <A, E, R>(handle: (incoming: Incoming) => Effect.Effect<A, E | Undeliverable, R>) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(next, (delivery) =>
        restore(handle(delivery.incoming)).pipe(
          Effect.tap(() => Effect.sync(() => held.delete(delivery.number))),
          Effect.catchIf(
            (error): error is Undeliverable => error instanceof Undeliverable,
            (undeliverable) =>
              Effect.sync(() => {
                bury(delivery, undeliverable)
                return undefined
              })
          ),
          Effect.onExit((exit) => (Exit.isSuccess(exit) ? Effect.void : giveBack(delivery)))
        )
      )
    )

  const setAway = (value: boolean) =>
    Effect.sync(() => {
      away = value
      arrivals.openUnsafe()
    })

  const deadLetters = DeadLetterQueue.of({
    list: (limit) => Effect.sync(() => [...dead.values()].slice(0, limit).map(summary)),
    show: (id) =>
      Effect.sync(() =>
        Option.map(Option.fromUndefinedOr(dead.get(id)), (letter) => ({ ...summary(letter), body: bodyOf(letter) }))
      ),
    replay: (id) =>
      Effect.suspend(() => {
        const letter = dead.get(id)
        if (letter === undefined) return Effect.succeed(false)
        dead.delete(id)
        held.add(letter.delivery.number)
        return Effect.as(enqueue(letter.delivery), true)
      }),
    count: Effect.sync(() => dead.size)
  })

  return Context.make(MessageReceiver, { take }).pipe(
    Context.add(DeadLetterQueue, deadLetters),
    Context.add(IncomingQueue, {
      deliver,
      holds: (delivery) => Effect.sync(() => held.has(delivery)),
      size: Effect.sync(() => held.size),
      setAside: Effect.sync(() => [...dead.values()].map(({ verdict }) => verdict)),
      goAway: setAway(true),
      comeBack: setAway(false)
    })
  )
})

const gone = new Unavailable({ detail: "the queue cannot be reached", ambiguous: false })

/** An empty queue. */
export const layer = (settings: Settings): Layer.Layer<MessageReceiver | IncomingQueue | DeadLetterQueue> =>
  Layer.effectContext(make(settings))
