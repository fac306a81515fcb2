import { type NewSubscription, SubscriptionExists, Subscriptions } from "@eformidling/port-store/Subscriptions"
import { Effect, Layer, Option, Result } from "effect"
import { MemoryState, type State } from "./internal/memoryState.ts"
import { pageOf } from "./internal/paging.ts"

const taken = ({ subscriptions }: State, { name, pushEndpoint }: NewSubscription, except?: number) =>
  subscriptions.some((each) => each.id !== except && each.name === name && each.pushEndpoint === pushEndpoint)

const refused = ({ name, pushEndpoint }: NewSubscription) => Result.fail(new SubscriptionExists({ name, pushEndpoint }))

const make = Effect.map(MemoryState, (memory) =>
  Subscriptions.of({
    create: (given) =>
      memory
        .modify<Result.Result<NewSubscription & { readonly id: number }, SubscriptionExists>>((state) => {
          if (taken(state, given)) return [refused(given), state]
          const created = { ...given, id: state.lastPlace + 1 }
          const subscriptions = [...state.subscriptions, created]
          return [Result.succeed(created), { ...state, lastPlace: created.id, subscriptions }]
        })
        .pipe(Effect.flatMap(Effect.fromResult)),
    update: (id, changes) =>
      memory
        .modify<Result.Result<Option.Option<NewSubscription & { readonly id: number }>, SubscriptionExists>>(
          (state) => {
            const before = state.subscriptions.find((each) => each.id === id)
            if (before === undefined) return [Result.succeed(Option.none()), state]
            const after = { ...before, ...changes, id }
            if (taken(state, after, id)) return [refused(after), state]
            const subscriptions = state.subscriptions.map((each) => (each.id === id ? after : each))
            return [Result.succeed(Option.some(before)), { ...state, subscriptions }]
          }
        )
        .pipe(Effect.flatMap(Effect.fromResult)),
    get: (id) =>
      memory.read(({ subscriptions }) => Option.fromUndefinedOr(subscriptions.find((each) => each.id === id))),
    list: (page) => memory.read(({ subscriptions }) => pageOf(subscriptions, page, {})),
    all: memory.read(({ subscriptions }) => subscriptions),
    remove: (id) =>
      memory.modify((state) => [
        state.subscriptions.some((each) => each.id === id),
        {
          ...state,
          subscriptions: state.subscriptions.filter((each) => each.id !== id),
          deliveries: state.deliveries.filter(({ subscription }) => subscription !== id)
        }
      ]),
    removeAll: memory.modify((state) => [undefined, { ...state, subscriptions: [], deliveries: [] }])
  })
)

/** {@link Subscriptions} in memory. */
export const layer: Layer.Layer<Subscriptions, never, MemoryState> = Layer.effect(Subscriptions, make)
