/**
 * Dead letters of the organisation's own queue on Service Bus.
 */
import { type DeadMessage, DeadLetterQueue } from "@eformidling/port-transport/DeadLetterQueue"
import type { TransportError } from "@eformidling/port-transport/TransportError"
import { Effect, Option } from "effect"
import { gone, Outcome, type Place } from "./Place.ts"

const source = "servicebus"

const summaryOf = ({ description, enqueuedAt, id, reason, size }: DeadMessage) => ({
  source,
  key: id,
  reason,
  description,
  at: enqueuedAt,
  size
})

/** The place for what the broker, or we, have set aside there. Its letters are called by their sequence numbers. */
export const make = Effect.map(DeadLetterQueue, (queue): Place<TransportError> => ({
  holds: (name) => name === source,
  list: (limit) =>
    Effect.map(Effect.all([queue.list(limit), queue.count]), ([letters, total]) => ({
      letters: letters.map(summaryOf),
      total
    })),
  get: (_, key) =>
    Effect.map(
      queue.show(key),
      Option.map((message) => ({ ...summaryOf(message), body: message.body }))
    ),
  replay: (_, key) =>
    Effect.map(queue.replay(key), (found) => (found ? Outcome.Replayed({ detail: "It is back in its queue." }) : gone))
}))
