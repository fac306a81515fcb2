import { StatusSource } from "@eformidling/port-transport/StatusSource"
import type { TransportError } from "@eformidling/port-transport/TransportError"
import { DateTime, Effect, Option, type Redacted } from "effect"
import type { Corner2 } from "./Corner2.ts"

/** Asks corner 2 how far a letter has come. */
export const make = (corner2: Corner2, token: Effect.Effect<Redacted.Redacted<string>, TransportError>) =>
  StatusSource.of({
    statusesOf: Effect.fn("DpiStatusSource.statusesOf")(function*(messageId) {
      const items = yield* corner2.statuses(messageId, yield* token)
      return items.map(({ status, timestamp }) => ({
        status,
        timestamp: Option.getOrUndefined(
          Option.flatMap(Option.fromNullishOr(timestamp), (text) => Option.map(DateTime.make(text), DateTime.toUtc))
        )
      }))
    })
  })
