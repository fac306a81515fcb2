import {
  type AttemptOutcome,
  type LeasedDelivery,
  type NewDelivery,
  WebhookDeliveries
} from "@eformidling/port-store/WebhookDeliveries"
import { DateTime, Duration, Effect, Layer } from "effect"
import { type DeliveryEntry, MemoryState } from "./internal/memoryState.ts"
import { pageOf } from "./internal/paging.ts"

const make = Effect.gen(function* () {
  const memory = yield* MemoryState

  const offer = Effect.fnUntraced(function* (offered: ReadonlyArray<NewDelivery>) {
    const offeredAt = yield* DateTime.now
    yield* memory.modify((state) => {
      const added = offered.map(({ body, subscription }, index): DeliveryEntry => ({
        id: state.lastPlace + 1 + index,
        subscription,
        body,
        offeredAt,
        dueMillis: offeredAt.epochMilliseconds,
        token: undefined,
        attempt: 0,
        attempts: []
      }))
      const lastPlace = state.lastPlace + added.length
      return [undefined, { ...state, lastPlace, deliveries: [...state.deliveries, ...added] }]
    })
  })

  const lease = Effect.fnUntraced(function* (request: {
    readonly limit: number
    readonly leaseFor: Duration.Duration
  }) {
    const now = (yield* DateTime.now).epochMilliseconds
    const token = yield* Effect.sync(() => crypto.randomUUID())
    return yield* memory.modify<ReadonlyArray<LeasedDelivery>>((state) => {
      const endpoints = new Map(state.subscriptions.map(({ id, pushEndpoint }) => [id, pushEndpoint]))
      const due = state.deliveries
        .filter(({ dueMillis }) => dueMillis !== undefined && dueMillis <= now)
        .toSorted((one, other) => (one.dueMillis ?? 0) - (other.dueMillis ?? 0))
        .slice(0, request.limit)
      const dueMillis = now + Duration.toMillis(request.leaseFor)
      const deliveries = state.deliveries.map((each) =>
        due.includes(each) ? { ...each, token, attempt: each.attempt + 1, dueMillis } : each
      )
      const leased = due.map(({ attempt, body, id, subscription }) => ({
        id,
        subscription,
        body,
        pushEndpoint: endpoints.get(subscription) ?? "",
        attempt: attempt + 1,
        token
      }))
      return [leased, { ...state, deliveries }]
    })
  })

  const settle = Effect.fnUntraced(function* ({ attempt, id, token }: LeasedDelivery, outcome: AttemptOutcome) {
    const at = yield* DateTime.now
    const { retryAt, ...result } = outcome
    return yield* memory.modify((state) => {
      const isHeld = (each: DeliveryEntry) => each.id === id && each.token === token
      const settled = (each: DeliveryEntry): DeliveryEntry => ({
        ...each,
        token: undefined,
        dueMillis: retryAt?.epochMilliseconds,
        attempts: [...each.attempts, { delivery: id, attempt, at, ...result }]
      })
      const deliveries = state.deliveries.map((each) => (isHeld(each) ? settled(each) : each))
      return [state.deliveries.some(isHeld), { ...state, deliveries }]
    })
  })

  return WebhookDeliveries.of({
    offer,
    lease,
    settle,
    attempts: (subscription, page) =>
      memory.read(({ deliveries }) =>
        pageOf(
          deliveries
            .filter((each) => each.subscription === subscription)
            .flatMap(({ attempts }) => attempts)
            .toSorted(
              (one, other) =>
                other.at.epochMilliseconds - one.at.epochMilliseconds ||
                other.delivery - one.delivery ||
                other.attempt - one.attempt
            ),
          page,
          {}
        )
      ),
    forget: (before) =>
      memory.modify((state) => {
        const deliveries = state.deliveries.filter(
          ({ dueMillis, offeredAt }) => dueMillis !== undefined || !DateTime.isLessThan(offeredAt, before)
        )
        return [state.deliveries.length - deliveries.length, { ...state, deliveries }]
      })
  })
})

/** {@link WebhookDeliveries} in memory. Every answer looks at all of them. */
export const layer: Layer.Layer<WebhookDeliveries, never, MemoryState> = Layer.effect(WebhookDeliveries, make)
