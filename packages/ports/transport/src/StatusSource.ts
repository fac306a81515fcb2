import type { Corner2Status } from "@eformidling/domain/dpi/Corner2Status"
import type { MessageId } from "@eformidling/domain/MessageId"
import { Context, type DateTime, type Effect } from "effect"
import type { TransportError } from "./TransportError.ts"

/** A meldingsformidler's word about a message of ours. */
export interface ReportedStatus {
  readonly status: Corner2Status
  /** When it came about; absent when the peer does not say. */
  readonly timestamp: DateTime.Utc | undefined
}

/** Asks a meldingsformidler how far a sent message has come. */
export class StatusSource extends Context.Service<
  StatusSource,
  {
    /** Oldest first; empty when the meldingsformidler does not know the message. */
    readonly statusesOf: (messageId: MessageId) => Effect.Effect<ReadonlyArray<ReportedStatus>, TransportError>
  }
>()("@eformidling/port-transport/StatusSource") {}
