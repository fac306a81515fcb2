import { type Conversation, withMottatt } from "@eformidling/domain/Conversation"
import * as DpiKvittering from "@eformidling/domain/dpi/DpiKvittering"
import type { MessageStatus } from "@eformidling/domain/MessageStatus"
import type { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import { Conversations } from "@eformidling/port-store/Conversations"
import { Transaction } from "@eformidling/port-store/Transaction"
import type { Incoming } from "@eformidling/port-transport/Incoming"
import { DateTime, Effect } from "effect"
import { registerStatuses } from "../RegisterStatus.ts"

type Kvittering = Extract<Incoming, { readonly _tag: "Kvittering" }>

const has = ({ messageStatuses }: Conversation, status: MessageStatus): boolean =>
  messageStatuses.some((entry) => entry.status === status)

/**
 * The letter a receipt is about. It names no more than the conversation, which letters may share: then it belongs to
 * the newest one that still waits for such a status.
 */
const letterOf = (candidates: ReadonlyArray<Conversation>, status: MessageStatus): Conversation | undefined =>
  candidates.find((candidate) => !candidate.finished && !has(candidate, status)) ??
  candidates.find((candidate) => !has(candidate, status)) ??
  candidates[0]

/**
 * Registers a receipt on the letter it is about, MOTTATT before LEVERT, with the receipt as it came.
 *
 * A receipt that has been registered, or is about a letter we do not know, changes nothing.
 *
 * Source: dpi 8.3; nextmove-api 4.6.
 */
export const receiveKvittering = Effect.fnUntraced(function* (
  service: ServiceIdentifier,
  { conversationId, kvittering, raw, tidspunkt }: Omit<Kvittering, "_tag">
) {
  const conversations = yield* Conversations
  const transaction = yield* Transaction
  const status = DpiKvittering.toStatus(kvittering, tidspunkt ?? (yield* DateTime.now), raw)
  yield* transaction.run(
    Effect.gen(function* () {
      const known = yield* conversations.outgoingByConversationId(conversationId)
      const candidates = known.filter(({ serviceIdentifier }) => serviceIdentifier === service)
      const letter = letterOf(candidates, status.status)
      if (letter === undefined) return yield* Effect.logWarning(`Unknown conversationID = ${conversationId}`)
      if (candidates.some(({ messageStatuses }) => messageStatuses.some(({ rawReceipt }) => rawReceipt === raw))) return
      yield* registerStatuses(letter, withMottatt(status))
    })
  )
})
