import { Corner2Status } from "@eformidling/domain/dpi/Corner2Status"
import { type ReportedStatus, StatusSource } from "@eformidling/port-transport/StatusSource"
import type { TransportError } from "@eformidling/port-transport/TransportError"
import { DateTime, Effect, Option, type Redacted, Schema } from "effect"
import type { Corner2, StatusItem } from "./Corner2.ts"

const isCorner2Status = Schema.is(Corner2Status)

const instant = (text: string | null | undefined): DateTime.Utc | undefined =>
  Option.fromNullishOr(text).pipe(Option.flatMap(DateTime.make), Option.map(DateTime.toUtc), Option.getOrUndefined)

/** A status this program has no word for says nothing, and hides no other. */
const reported = ({ status, timestamp }: StatusItem): ReadonlyArray<ReportedStatus> =>
  isCorner2Status(status) ? [{ status, timestamp: instant(timestamp) }] : []

/** Asks corner 2 how far a letter has come. */
export const make = (corner2: Corner2, token: Effect.Effect<Redacted.Redacted<string>, TransportError>) =>
  StatusSource.of({
    statusesOf: Effect.fn("DpiStatusSource.statusesOf")(function* (messageId) {
      const items = yield* corner2.statuses(messageId, yield* token)
      yield* Effect.forEach(items, ({ beskrivelse, status }) =>
        isCorner2Status(status) && (beskrivelse ?? "") === ""
          ? Effect.void
          : Effect.logWarning(`corner 2 says of message ${messageId}: ${status} ${beskrivelse ?? ""}`.trimEnd())
      )
      return items.flatMap(reported)
    })
  })
