/**
 * Takes a message that has been created, with its documents, on its way.
 *
 * Source: nextmove-api 1.7, 2.8; dpi 1.10.
 */
import type { MessageId } from "@eformidling/domain/MessageId"
import { levetidUtlopt } from "@eformidling/domain/MessageStatus"
import { conversationScope, isExpired } from "@eformidling/domain/StandardBusinessDocument"
import { Conversations } from "@eformidling/port-store/Conversations"
import { Outbox } from "@eformidling/port-store/Outbox"
import { type OutMessage, OutMessages } from "@eformidling/port-store/OutMessages"
import { Transaction } from "@eformidling/port-store/Transaction"
import { DateTime, Effect, Option } from "effect"
import { MessageNotFound, refuse, TimeToLive } from "./ExchangeError.ts"
import { lacksFiles, refusalOfDocuments } from "./internal/documentRules.ts"
import { outboxIdOf } from "./internal/outboxIdOf.ts"
import { removeDocuments } from "./internal/removeDocuments.ts"
import { checkOwnCertificate } from "./OwnCertificate.ts"
import { registerStatuses } from "./RegisterStatus.ts"

const timeOf = ({ sbd }: OutMessage): string =>
  conversationScope(sbd.header)?.scopeInformation?.[0]?.expectedResponseDateTime ?? ""

/** Gives the message up: nobody will ask for it to be sent again. */
const expire = Effect.fnUntraced(function* (message: OutMessage, at: DateTime.Utc) {
  const conversations = yield* Conversations
  const outMessages = yield* OutMessages
  const conversation = yield* conversations.byMessageId(message.messageId, "OUTGOING")
  if (Option.isSome(conversation)) {
    yield* registerStatuses(conversation.value, [{ status: "LEVETID_UTLOPT", at, description: levetidUtlopt }])
  }
  yield* outMessages.remove(message.messageId)
  yield* removeDocuments(message.documents.map(({ key }) => key))
})

/**
 * Puts a message that breaks no rule on its way, within the surrounding transaction.
 *
 * Returns why not when its time is out: the message is given up then, and that must be committed.
 */
export const enqueue = Effect.fnUntraced(function* (message: OutMessage) {
  const outbox = yield* Outbox
  const outMessages = yield* OutMessages
  const now = yield* DateTime.now
  const lacking = lacksFiles(message)
  if (lacking !== undefined) return yield* refuse(lacking)
  if (isExpired(message.sbd, now)) {
    yield* expire(message, now)
    return refuse(new TimeToLive({ expectedResponseDateTime: timeOf(message) }))
  }
  const refusal = refusalOfDocuments(message)
  if (refusal !== undefined) return yield* refuse(refusal)
  const { messageId, serviceIdentifier } = message
  if (!(yield* outMessages.markQueued(messageId))) return undefined
  yield* outbox.offer({ id: outboxIdOf(messageId), work: { kind: "message", messageId }, serviceIdentifier })
  return undefined
})

const found = Effect.fnUntraced(function* (messageId: MessageId, message: Option.Option<OutMessage>) {
  if (Option.isNone(message)) return yield* refuse(new MessageNotFound({ messageId }))
  return message.value
})

/**
 * Promises that the message will be sent. When it returns the promise is on disk.
 *
 * Asking again while it waits changes nothing. A message whose time is out is given up with LEVETID_UTLOPT and
 * refused with `TimeToLive`.
 */
export const sendMessage = Effect.fn("sendMessage")(function* (messageId: MessageId) {
  const outMessages = yield* OutMessages
  const transaction = yield* Transaction
  const message = yield* found(messageId, yield* outMessages.get(messageId))
  if (message.queued) return
  yield* checkOwnCertificate()
  const tooLate = yield* transaction.run(
    Effect.gen(function* () {
      const current = yield* found(messageId, yield* outMessages.getForUpdate(messageId))
      return current.queued ? undefined : yield* enqueue(current)
    })
  )
  if (tooLate !== undefined) return yield* tooLate
})
