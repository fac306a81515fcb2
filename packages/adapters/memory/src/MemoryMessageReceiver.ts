/**
 * A queue of incoming messages in memory, with settlement.
 */
import type { Incoming } from "@eformidling/port-transport/Incoming"
import { MessageReceiver, Undeliverable } from "@eformidling/port-transport/MessageReceiver"
import { TransportError, Unavailable } from "@eformidling/port-transport/TransportError"
import { Context, type Duration, Effect, Exit, Latch, Layer } from "effect"

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
  readonly incoming: Incoming
}

const make = Effect.fnUntraced(function* (settings: Settings) {
  const scope = yield* Effect.scope
  const arrivals = yield* Latch.make()
  const waiting: Array<Delivery> = []
  const held = new Set<number>()
  const setAside: Array<Undeliverable> = []
  let deliveries = 0
  let away = false

  const enqueue = (delivery: Delivery) =>
    Effect.sync(() => {
      waiting.push(delivery)
      arrivals.openUnsafe()
    })

  const deliver = Effect.fnUntraced(function* (incoming: Incoming) {
    const delivery = { number: ++deliveries, incoming }
    held.add(delivery.number)
    yield* enqueue(delivery)
    return delivery.number
  })

  const giveBack = (delivery: Delivery) =>
    enqueue(delivery).pipe(Effect.delay(settings.redeliveryDelay), Effect.forkIn(scope), Effect.asVoid)

  const unreadable = ({ incoming, number }: Delivery) => {
    if (incoming._tag !== "Uleselig" || settings.keepsDeadLetters === false) return false
    setAside.push(new Undeliverable({ reason: incoming.reason, description: incoming.description }))
    return held.delete(number)
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
                held.delete(delivery.number)
                setAside.push(undeliverable)
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

  return Context.make(MessageReceiver, { take }).pipe(
    Context.add(IncomingQueue, {
      deliver,
      holds: (delivery) => Effect.sync(() => held.has(delivery)),
      size: Effect.sync(() => held.size),
      setAside: Effect.sync(() => [...setAside]),
      goAway: setAway(true),
      comeBack: setAway(false)
    })
  )
})

const gone = new Unavailable({ detail: "the queue cannot be reached", ambiguous: false })

/** An empty queue. */
export const layer = (settings: Settings): Layer.Layer<MessageReceiver | IncomingQueue> =>
  Layer.effectContext(make(settings))
