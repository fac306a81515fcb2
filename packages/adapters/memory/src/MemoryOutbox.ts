import { type Leased, Outbox, type OutboxItem, Outcome } from "@eformidling/port-store/Outbox"
import { Array as Arr, Clock, DateTime, Deferred, Duration, Effect, Exit, HashMap, Layer, Order } from "effect"
import { MemoryState, type OutboxEntry, type Placed, type State } from "./internal/memoryState.ts"

const longestWaitingFirst = Order.combine(
  Order.mapInput(Order.Number, ({ value }: Placed<OutboxEntry>) => value.dueMillis),
  Order.mapInput(Order.Number, ({ place }: Placed<OutboxEntry>) => place)
)

const make = Effect.gen(function* () {
  const memory = yield* MemoryState
  let next = Deferred.makeUnsafe<void>()
  const wake = Effect.sync(() => {
    const rung = next
    next = Deferred.makeUnsafe<void>()
    Deferred.doneUnsafe(rung, Exit.void)
  })

  const offer = Effect.fnUntraced(function* (item: OutboxItem) {
    const now = yield* DateTime.now
    yield* memory.modify((state) => {
      if (HashMap.has(state.outbox, item.id)) return [undefined, state]
      const place = state.lastPlace + 1
      const value: OutboxEntry = {
        item: { ...item, attempt: 0, mayHaveArrived: false, offeredAt: now },
        token: undefined,
        dueMillis: DateTime.toEpochMillis(now)
      }
      return [undefined, { ...state, lastPlace: place, outbox: HashMap.set(state.outbox, item.id, { place, value }) }]
    })
    yield* memory.afterCommit(wake)
  })

  const replaced = (state: State, id: string, value: OutboxEntry): State => ({
    ...state,
    outbox: HashMap.modify(state.outbox, id, ({ place }) => ({ place, value }))
  })

  const lease = Effect.fnUntraced(function* (request: {
    readonly limit: number
    readonly leaseFor: Duration.Duration
  }) {
    const now = yield* Clock.currentTimeMillis
    const token = yield* Effect.sync(() => crypto.randomUUID())
    const dueMillis = now + Duration.toMillis(request.leaseFor)
    return yield* memory.modify<ReadonlyArray<Leased>>((state) => {
      const due = Array.from(HashMap.values(state.outbox)).filter(({ value }) => value.dueMillis <= now)
      const taken = Arr.sort(due, longestWaitingFirst)
        .slice(0, request.limit)
        .map(({ value }) => ({
          ...value.item,
          attempt: value.item.attempt + 1,
          mayHaveArrived: value.item.mayHaveArrived || value.token !== undefined
        }))
      return [
        taken.map((item) => ({ ...item, token })),
        taken.reduce((before, item) => replaced(before, item.id, { item, token, dueMillis }), state)
      ]
    })
  })

  /** Changes an entry whose lease is still held; false when it was lost. */
  const ifHeld = (leased: Leased, change: (state: State, entry: OutboxEntry) => State) =>
    memory.modify((state) => {
      const entry = HashMap.get(state.outbox, leased.id)
      return entry._tag === "Some" && entry.value.value.token === leased.token
        ? [true, change(state, entry.value.value)]
        : [false, state]
    })

  const removed = (state: State, id: string): State => ({ ...state, outbox: HashMap.remove(state.outbox, id) })

  const renew = Effect.fnUntraced(function* (leased: Leased, leaseFor: Duration.Duration) {
    const dueMillis = (yield* Clock.currentTimeMillis) + Duration.toMillis(leaseFor)
    return yield* ifHeld(leased, (state, entry) => replaced(state, leased.id, { ...entry, dueMillis }))
  })

  const settle = (leased: Leased, outcome: Outcome) =>
    ifHeld(leased, (state, { item }) =>
      Outcome.$match(outcome, {
        Done: () => removed(state, leased.id),
        Retry: ({ at, mayHaveArrived }) =>
          replaced(state, leased.id, {
            item: { ...item, mayHaveArrived: item.mayHaveArrived || mayHaveArrived },
            token: undefined,
            dueMillis: DateTime.toEpochMillis(at)
          })
      })
    ).pipe(Effect.tap(() => memory.afterCommit(wake)))

  const withdraw = (id: string) =>
    memory.modify((state) => {
      const entry = HashMap.get(state.outbox, id)
      return entry._tag === "Some" && entry.value.value.token === undefined && !entry.value.value.item.mayHaveArrived
        ? [true, removed(state, id)]
        : [false, state]
    })

  const nextDue = memory.read(({ outbox }) =>
    HashMap.reduce(outbox, Number.POSITIVE_INFINITY, (soonest, { value }) => Math.min(soonest, value.dueMillis))
  )

  const awaitWork = Effect.fnUntraced(function* (atMost: Duration.Duration) {
    const deadline = (yield* Clock.currentTimeMillis) + Duration.toMillis(atMost)
    while (true) {
      const comes = Deferred.await(next)
      const until = Math.min(yield* nextDue, deadline)
      const now = yield* Clock.currentTimeMillis
      if (until <= now) return
      yield* Effect.raceFirst(comes, Effect.sleep(Duration.millis(until - now)))
    }
  })

  return Outbox.of({
    offer,
    lease,
    renew,
    settle,
    withdraw,
    awaitWork,
    size: memory.read(({ outbox }) => HashMap.size(outbox))
  })
})

/** {@link Outbox} in memory. */
export const layer: Layer.Layer<Outbox, never, MemoryState> = Layer.effect(Outbox, make)
