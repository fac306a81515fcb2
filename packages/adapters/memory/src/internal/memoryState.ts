import type { Conversation } from "@eformidling/domain/Conversation"
import type { DeadLetter } from "@eformidling/port-store/DeadLetters"
import type { InMessage } from "@eformidling/port-store/Inbox"
import type { OutMessage } from "@eformidling/port-store/OutMessages"
import type { Leased } from "@eformidling/port-store/Outbox"
import type { Subscription } from "@eformidling/port-store/Subscriptions"
import type { Attempt, NewDelivery } from "@eformidling/port-store/WebhookDeliveries"
import { Context, type DateTime, Effect, Exit, HashMap, HashSet, Layer, Semaphore } from "effect"

/** Anything kept in the order in which it came. */
export interface Placed<A> {
  readonly place: number
  readonly value: A
}

export interface OutboxEntry {
  /** Without its token when nobody has it. */
  readonly item: Omit<Leased, "token">
  readonly token: string | undefined
  /** When it may be leased: also when its lease ends. Milliseconds since 1970. */
  readonly dueMillis: number
}

export interface DeliveryEntry extends NewDelivery {
  readonly id: number
  readonly offeredAt: DateTime.Utc
  /** When it may be leased: also when its lease ends. Undefined when it is over. Milliseconds since 1970. */
  readonly dueMillis: number | undefined
  readonly token: string | undefined
  readonly attempt: number
  readonly attempts: ReadonlyArray<Attempt>
}

/** All that a store holds but the bytes of documents. Never changed, only replaced, so that going back is easy. */
export interface State {
  readonly lastId: number
  readonly lastPlace: number
  readonly conversations: HashMap.HashMap<number, Conversation>
  readonly outMessages: HashMap.HashMap<string, Placed<OutMessage>>
  readonly outbox: HashMap.HashMap<string, Placed<OutboxEntry>>
  readonly inbox: HashMap.HashMap<string, Placed<InMessage>>
  readonly received: HashSet.HashSet<string>
  readonly deadLetters: HashMap.HashMap<string, Placed<DeadLetter>>
  /** Ids of statuses, the longest waiting first; one whose conversation was removed may be among them. */
  readonly statusQueue: ReadonlyArray<number>
  readonly subscriptions: ReadonlyArray<Subscription>
  readonly deliveries: ReadonlyArray<DeliveryEntry>
}

const empty: State = {
  lastId: 0,
  lastPlace: 0,
  conversations: HashMap.empty(),
  outMessages: HashMap.empty(),
  outbox: HashMap.empty(),
  inbox: HashMap.empty(),
  received: HashSet.empty(),
  deadLetters: HashMap.empty(),
  statusQueue: [],
  subscriptions: [],
  deliveries: []
}

interface Run {
  readonly callbacks: Array<Effect.Effect<void>>
  /** Runs inside this one go one after the other. */
  readonly inner: Semaphore.Semaphore
}

/** The run a fiber is in. */
const CurrentRun = Context.Reference<Run | undefined>("@eformidling/adapter-memory/internal/memoryState/CurrentRun", {
  defaultValue: () => undefined
})

/** What the services of one store share. */
export class MemoryState extends Context.Service<
  MemoryState,
  {
    /** Replaces the state and answers; waits while somebody else's run is going on. */
    readonly modify: <A>(change: (state: State) => readonly [answer: A, state: State]) => Effect.Effect<A>
    readonly read: <A>(answer: (state: State) => A) => Effect.Effect<A>
    readonly run: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
    readonly afterCommit: (effect: Effect.Effect<void>) => Effect.Effect<void>
  }
>()("@eformidling/adapter-memory/internal/memoryState") {}

const make = Effect.gen(function* () {
  const outer = yield* Semaphore.make(1)
  let state = empty

  const alone = <A>(work: Effect.Effect<A>): Effect.Effect<A> =>
    Effect.flatMap(CurrentRun, (run) => (run === undefined ? outer.withPermit(work) : work))

  const quietly = (effect: Effect.Effect<void>) =>
    Effect.ignoreCause(effect, { log: "Error", message: "what waited for a commit failed" })

  const run = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.flatMap(CurrentRun, (parent) =>
      Effect.uninterruptibleMask((restore) => {
        const current: Run = { callbacks: [], inner: Semaphore.makeUnsafe(1) }
        const transaction = Effect.suspend(() => {
          const before = state
          return restore(Effect.provideService(effect, CurrentRun, current)).pipe(
            Effect.onExit((exit) =>
              Effect.sync(() => {
                if (Exit.isFailure(exit)) state = before
                else parent?.callbacks.push(...current.callbacks)
              })
            )
          )
        })
        return parent === undefined
          ? Effect.tap(outer.withPermit(transaction), () =>
              Effect.forEach(current.callbacks, quietly, { discard: true })
            )
          : parent.inner.withPermit(transaction)
      })
    )

  const afterCommit = (effect: Effect.Effect<void>): Effect.Effect<void> =>
    Effect.flatMap(CurrentRun, (run) =>
      run === undefined
        ? quietly(effect)
        : Effect.sync(() => {
            run.callbacks.push(Effect.provideService(effect, CurrentRun, undefined))
          })
    )

  return MemoryState.of({
    modify: (change) =>
      alone(
        Effect.sync(() => {
          const [answer, next] = change(state)
          state = next
          return answer
        })
      ),
    read: (answer) => alone(Effect.sync(() => answer(state))),
    run,
    afterCommit
  })
})

export const layer: Layer.Layer<MemoryState> = Layer.effect(MemoryState, make)
