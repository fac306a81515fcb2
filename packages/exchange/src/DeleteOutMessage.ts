import type { MessageId } from "@eformidling/domain/MessageId"
import { Outbox } from "@eformidling/port-store/Outbox"
import { OutMessages } from "@eformidling/port-store/OutMessages"
import { Transaction } from "@eformidling/port-store/Transaction"
import { Effect, Option } from "effect"
import { removeDocuments } from "./internal/removeDocuments.ts"
import { outboxIdOf } from "./internal/outboxIdOf.ts"

/**
 * Removes a message that has not been sent, and its documents. The conversation stays.
 *
 * False when nothing was removed: there is no such message, or it is on its way to the peer at this moment and can no
 * longer be called back. Source: nextmove-api 1.9.
 */
export const deleteOutMessage = Effect.fn("deleteOutMessage")(function* (messageId: MessageId) {
  const outMessages = yield* OutMessages
  const outbox = yield* Outbox
  const transaction = yield* Transaction
  return yield* transaction.run(
    Effect.gen(function* () {
      const withdrawn = yield* outbox.withdraw(outboxIdOf(messageId))
      const found = yield* outMessages.getForUpdate(messageId)
      if (Option.isNone(found) || (found.value.queued && !withdrawn)) return false
      yield* outMessages.remove(messageId)
      yield* removeDocuments(found.value.documents.map(({ key }) => key))
      return true
    })
  )
})
