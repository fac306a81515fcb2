import * as StatusMessage from "@eformidling/domain/dpe/StatusMessage"
import type { InMessage } from "@eformidling/port-store/Inbox"
import { Outbox } from "@eformidling/port-store/Outbox"
import { DateTime, Duration, Effect } from "effect"
import { ExchangeSettings } from "../ExchangeSettings.ts"
import { statusOutboxIdOf } from "./outboxIdOf.ts"

/**
 * Promises the sender of a message a status, on channels that answer with statuses.
 *
 * Takes part in the surrounding transaction. Source: dpe 4.3.
 */
export const answerWith = Effect.fnUntraced(function* (
  status: "MOTTATT" | "LEVERT",
  { messageId, sbd, serviceIdentifier }: Pick<InMessage, "messageId" | "sbd" | "serviceIdentifier">
) {
  const outbox = yield* Outbox
  const { receiptProcess: process, statusDocumentType, statusServices, statusTimeToLive } = yield* ExchangeSettings
  if (!statusServices.includes(serviceIdentifier)) return
  const circumstances = {
    now: yield* DateTime.now,
    ttlHours: Duration.toHours(statusTimeToLive),
    documentType: statusDocumentType,
    process
  }
  yield* outbox.offer({
    id: statusOutboxIdOf(messageId, status),
    serviceIdentifier,
    work: { kind: "status", messageId, sbd: StatusMessage.answer(sbd, status, circumstances) }
  })
})
