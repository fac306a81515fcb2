/**
 * What subscribers are told.
 *
 * Source: nextmove-api 6.3.
 */
import type { Conversation, StatusEntry } from "@eformidling/domain/Conversation"
import * as SbdDateTime from "@eformidling/domain/SbdDateTime"
import { type Subscription, Subscriptions } from "@eformidling/port-store/Subscriptions"
import { WebhookDeliveries } from "@eformidling/port-store/WebhookDeliveries"
import { DateTime, Effect, Option } from "effect"
import * as WebhookFilter from "../WebhookFilter.ts"

const wants = ({ filter = "" }: Subscription, event: WebhookFilter.Filterable): boolean =>
  Option.exists(WebhookFilter.parse(filter), (parsed) => WebhookFilter.matches(parsed, event))

/** Puts new statuses on their way to everybody who subscribes to them, within the surrounding transaction. */
export const offerStatuses = Effect.fnUntraced(function* (
  { conversationId, direction, messageId, serviceIdentifier }: Conversation,
  entries: ReadonlyArray<StatusEntry>
) {
  if (entries.length === 0) return
  const subscriptions = yield* (yield* Subscriptions).all
  if (subscriptions.length === 0) return
  const createdTs = SbdDateTime.format(yield* DateTime.now)
  const deliveries = yield* WebhookDeliveries
  yield* deliveries.offer(
    entries.flatMap(({ description, status }) => {
      const body = JSON.stringify({
        createdTs,
        resource: "messages",
        event: "status",
        messageId,
        conversationId,
        direction,
        serviceIdentifier,
        status,
        description
      })
      return subscriptions
        .filter((subscription) => wants(subscription, { status, serviceIdentifier, direction }))
        .map(({ id }) => ({ subscription: id, body }))
    })
  )
})

/** Tells a push endpoint that it has been subscribed. */
export const offerPing = Effect.fnUntraced(function* (subscription: number) {
  const createdTs = SbdDateTime.format(yield* DateTime.now)
  const deliveries = yield* WebhookDeliveries
  yield* deliveries.offer([{ subscription, body: JSON.stringify({ createdTs, event: "ping" }) }])
})
