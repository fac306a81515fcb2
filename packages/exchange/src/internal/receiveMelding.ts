import { type NewStatus, withMottatt } from "@eformidling/domain/Conversation"
import type { Of } from "@eformidling/domain/forretningsmelding/Forretningsmelding"
import { levetidUtlopt } from "@eformidling/domain/MessageStatus"
import type { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import { isExpired, isOf, type StandardBusinessDocument } from "@eformidling/domain/StandardBusinessDocument"
import { Conversations } from "@eformidling/port-store/Conversations"
import { Documents } from "@eformidling/port-store/Documents"
import { Inbox } from "@eformidling/port-store/Inbox"
import { StoreError, StoreUnavailable } from "@eformidling/port-store/StoreError"
import { Transaction } from "@eformidling/port-store/Transaction"
import type { Incoming } from "@eformidling/port-transport/Incoming"
import { DateTime, Effect, Exit, Option, Stream } from "effect"
import { openConversation, registerStatuses } from "../RegisterStatus.ts"
import { answerWith } from "./answerWith.ts"
import { newConversation } from "./newConversation.ts"
import { removeDocumentsNow } from "./removeDocuments.ts"

type Melding = Extract<Incoming, { readonly _tag: "Melding" }>

const isStatus = isOf("status")
type StatusDocument = StandardBusinessDocument & { readonly message: Of<"status"> }

/** Begins the incoming conversation, or goes on with the one there is. */
const continueIncoming = Effect.fnUntraced(function* (
  service: ServiceIdentifier,
  sbd: StandardBusinessDocument,
  statuses: ReadonlyArray<NewStatus>
) {
  const conversations = yield* Conversations
  const known = yield* conversations.byMessageId(sbd.messageId, "INCOMING")
  if (Option.isSome(known)) return yield* Effect.asVoid(registerStatuses(known.value, statuses))
  yield* openConversation(newConversation(sbd, service, "INCOMING"), statuses).pipe(
    // Somebody else handles the same delivery at this moment: the next delivery finds what they have done.
    Effect.catchTag("ConversationExists", (cause) =>
      Effect.fail(
        new StoreError({ reason: new StoreUnavailable({ operation: "open the incoming conversation", cause }) })
      )
    )
  )
})

/** What arrived or was delivered has been sent: our own SENDT may lag behind the receiver's answer. */
const withEarlier = (status: NewStatus): ReadonlyArray<NewStatus> => {
  const [first, ...rest] = withMottatt(status)
  return first?.status === "MOTTATT"
    ? [{ status: "SENDT", at: DateTime.subtract(first.at, { seconds: 1 }) }, first, ...rest]
    : [status]
}

/**
 * A status tells about a message we have sent, and about nothing else. One that is too late, or about a message we do
 * not know, is dropped.
 */
const receiveStatus = Effect.fnUntraced(function* (sbd: StatusDocument, at: DateTime.Utc) {
  const { message, messageId } = sbd
  const { status } = message.body
  if (isExpired(sbd, at)) return yield* Effect.logInfo(`Dropped a status ${status} for ${messageId}: its time is out`)
  const conversations = yield* Conversations
  const transaction = yield* Transaction
  const known = yield* conversations.byMessageId(messageId, "OUTGOING")
  if (Option.isNone(known)) {
    return yield* Effect.logWarning(
      `Conversation with id=${messageId} not found, cannot register receipt status=${status}`
    )
  }
  yield* transaction.run(registerStatuses(known.value, withEarlier({ status, at })))
})

/** The message is known to have come and is not kept. One that came in time earlier stays as it is. */
const receiveTooLate = Effect.fnUntraced(function* (
  service: ServiceIdentifier,
  sbd: StandardBusinessDocument,
  at: DateTime.Utc
) {
  const conversations = yield* Conversations
  const transaction = yield* Transaction
  yield* transaction.run(
    Effect.gen(function* () {
      if (Option.isSome(yield* conversations.byMessageId(sbd.messageId, "INCOMING"))) return
      yield* continueIncoming(service, sbd, [
        { status: "OPPRETTET", at },
        { status: "LEVETID_UTLOPT", at, description: levetidUtlopt }
      ])
    })
  )
})

/** Row, conversation and the answer to the sender are one. False when the message has been here before. */
const store = Effect.fnUntraced(function* (
  service: ServiceIdentifier,
  sbd: StandardBusinessDocument,
  documentKey: string | undefined,
  at: DateTime.Utc
) {
  const inbox = yield* Inbox
  const transaction = yield* Transaction
  const { messageId } = sbd
  return yield* transaction.run(
    Effect.gen(function* () {
      const fresh = yield* inbox.put({ messageId, sbd, serviceIdentifier: service, documentKey })
      if (!fresh) return false
      yield* continueIncoming(service, sbd, [
        { status: "OPPRETTET", at },
        { status: "INNKOMMENDE_MOTTATT", at }
      ])
      yield* answerWith("MOTTATT", { messageId, sbd, serviceIdentifier: service })
      return true
    })
  )
})

/**
 * Puts a message in the inbox, with its package as it came, and promises its sender MOTTATT.
 *
 * Source: dpe 4.2, 4.4, 4.5.
 */
export const receiveMelding = Effect.fnUntraced(function* (
  service: ServiceIdentifier,
  { dokumentpakke, sbd }: Pick<Melding, "sbd" | "dokumentpakke">
) {
  const documents = yield* Documents
  const at = yield* DateTime.now
  if (isStatus(sbd)) return yield* receiveStatus(sbd, at)
  if (isExpired(sbd, at)) return yield* receiveTooLate(service, sbd, at)
  yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const key =
        dokumentpakke === undefined ? undefined : (yield* restore(documents.write(Stream.make(dokumentpakke)))).key
      const written = key === undefined ? [] : [key]
      const fresh = yield* store(service, sbd, key, at).pipe(
        restore,
        Effect.onExit((exit) => (Exit.isFailure(exit) || !exit.value ? removeDocumentsNow(written) : Effect.void))
      )
      if (!fresh) {
        yield* Effect.logWarning(`Received duplicate message with id=${sbd.messageId}, message discarded.`)
      }
    })
  )
})
