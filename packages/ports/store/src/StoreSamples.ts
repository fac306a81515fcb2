/** What the contract kits put into a store. Every sample has identifiers of its own, since kits share a store. */
import type { NewConversation, NewStatus } from "@eformidling/domain/Conversation"
import { ConversationId } from "@eformidling/domain/ConversationId"
import { MessageId } from "@eformidling/domain/MessageId"
import { decodeReceived, type StandardBusinessDocument } from "@eformidling/domain/StandardBusinessDocument"
import { DateTime, Effect, Result } from "effect"
import type { PageRequest } from "./Page.ts"
import type { OutboxItem } from "./Outbox.ts"
import type { NewSubscription } from "./Subscriptions.ts"

const uuid = Effect.sync(() => crypto.randomUUID())
export const messageId = Effect.map(uuid, (id) => MessageId.make(id))
export const conversationId = Effect.map(uuid, (id) => ConversationId.make(id))
/** A text nothing else in the store has. */
export const unique = (prefix: string) => Effect.map(uuid, (id) => `${prefix}:${id}`)

export const firstPage: PageRequest = { page: 0, size: 100, sort: [] }

export const at = (iso: string): DateTime.Utc => DateTime.makeUnsafe(iso)

interface SbdMembers {
  readonly messageId?: MessageId
  readonly conversationId?: ConversationId
  readonly process?: string
  readonly sender?: string
  readonly receiver?: string
}

/** A document whose times are written in ways a clock would not write them. */
export const sbd = Effect.fnUntraced(function* (given: SbdMembers = {}): Effect.fn.Return<StandardBusinessDocument> {
  const party = (value: string) => [{ identifier: { value, authority: "iso6523-actorid-upis" } }]
  return Result.getOrThrow(
    decodeReceived({
      standardBusinessDocumentHeader: {
        headerVersion: "1.0",
        sender: party(given.sender ?? "0192:910076787"),
        receiver: party(given.receiver ?? "0192:991825827"),
        documentIdentification: {
          standard: "urn:no:difi:eformidling:xsd::status",
          typeVersion: "2.0",
          instanceIdentifier: given.messageId ?? (yield* messageId),
          type: "status",
          creationDateAndTime: "2022-05-20T23:01:54.7810000+02:00"
        },
        businessScope: {
          scope: [
            {
              type: "ConversationId",
              instanceIdentifier: given.conversationId ?? (yield* conversationId),
              identifier: given.process ?? "urn:no:difi:profile:einnsyn:response:ver1.0",
              scopeInformation: [{ expectedResponseDateTime: "2022-05-21T21:01:54Z" }]
            }
          ]
        }
      },
      status: { status: "MOTTATT" }
    })
  )
})

export const conversation = Effect.fnUntraced(function* (
  given: Partial<NewConversation> = {}
): Effect.fn.Return<NewConversation> {
  const id = yield* conversationId
  return {
    conversationId: id,
    messageId: yield* messageId,
    sender: "0192:910076787",
    senderIdentifier: "910076787",
    receiver: "06068700602",
    receiverIdentifier: "06068700602",
    processIdentifier: "urn:no:difi:profile:digitalpost:vedtak:ver1.0",
    documentIdentifier: "urn:no:difi:digitalpost:xsd:digital::digital",
    messageReference: id,
    messageTitle: "",
    expiry: at("2030-01-01T00:00:00Z"),
    direction: "OUTGOING",
    serviceIdentifier: "DPI",
    ...given
  }
})

export const status = (name: NewStatus["status"], when = "2022-05-20T10:00:00.123Z"): NewStatus => ({
  status: name,
  at: at(when)
})

export const outboxItem = Effect.map(messageId, (id): OutboxItem => ({
  id: `message:${id}`,
  work: { kind: "message", messageId: id },
  serviceIdentifier: "DPI"
}))

/** Of every status, without a filter. */
export const subscription = Effect.map(uuid, (id): NewSubscription => ({
  name: `fagsystem ${id}`,
  pushEndpoint: `https://fagsystem.example/${id}`,
  resource: "messages",
  event: "status"
}))

/** Lets what is going on outside this fiber, sockets included, take a step. */
export const step = Effect.callback<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})
