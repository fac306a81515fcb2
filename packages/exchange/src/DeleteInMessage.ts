import type { MessageId } from "@eformidling/domain/MessageId"
import { Conversations } from "@eformidling/port-store/Conversations"
import { Inbox } from "@eformidling/port-store/Inbox"
import { Transaction } from "@eformidling/port-store/Transaction"
import { DateTime, Effect, Option } from "effect"
import { MessageNotFound, refuse } from "./ExchangeError.ts"
import { answerWith } from "./internal/answerWith.ts"
import { lockedMessage } from "./internal/lockedMessage.ts"
import { removeDocuments } from "./internal/removeDocuments.ts"
import { registerStatuses } from "./RegisterStatus.ts"

/**
 * The business system has the message: it leaves the inbox, and its sender is told LEVERT.
 *
 * Returns the SBD. Fails with `MessageNotLocked` unless somebody has peeked it. Source: nextmove-api 1.10, dpe 4.2.
 */
export const deleteInMessage = Effect.fn("deleteInMessage")(function* (messageId: MessageId) {
  const conversations = yield* Conversations
  const inbox = yield* Inbox
  const transaction = yield* Transaction
  const at = yield* DateTime.now
  return yield* transaction.run(
    Effect.gen(function* () {
      const message = yield* lockedMessage(messageId)
      if (!(yield* inbox.remove(messageId))) return yield* refuse(new MessageNotFound({ messageId }))
      const conversation = yield* conversations.byMessageId(messageId, "INCOMING")
      if (Option.isSome(conversation)) {
        yield* registerStatuses(conversation.value, [{ status: "INNKOMMENDE_LEVERT", at }])
      }
      yield* answerWith("LEVERT", message)
      yield* removeDocuments(message.documentKey === undefined ? [] : [message.documentKey])
      return message.sbd
    })
  )
})
