import type { MessageId } from "@eformidling/domain/MessageId"
import type { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import type { StandardBusinessDocument } from "@eformidling/domain/StandardBusinessDocument"
import { Context, type DateTime, type Effect, type Option } from "effect"
import type { Page, PageRequest } from "./Page.ts"
import type { StoreError } from "./StoreError.ts"

/** A message that waits for the business system. */
export interface InMessage {
  readonly messageId: MessageId
  readonly sbd: StandardBusinessDocument
  readonly serviceIdentifier: ServiceIdentifier
  /** Where the sealed dokumentpakke is in `Documents`; undefined when the message came without. */
  readonly documentKey: string | undefined
  readonly lockedUntil: DateTime.Utc | undefined
  readonly lastUpdated: DateTime.Utc
}

/** Every member given must hold. Identifiers are without prefix. */
export interface InMessageFilter {
  readonly conversationId?: string | undefined
  readonly messageId?: string | undefined
  readonly receiverIdentifier?: string | undefined
  readonly senderIdentifier?: string | undefined
  readonly serviceIdentifier?: string | undefined
  readonly process?: string | undefined
}

/** What incoming messages can be sorted by. */
export const inMessageSortProperties = [
  "messageId",
  "conversationId",
  "processIdentifier",
  "senderIdentifier",
  "receiverIdentifier",
  "serviceIdentifier",
  "lastUpdated"
] as const
export type InMessageSortProperty = (typeof inMessageSortProperties)[number]

/** Messages that have come in, and a memory of those already handled. */
export class Inbox extends Context.Service<
  Inbox,
  {
    /** False when the messageId is in the inbox or has been handled before; nothing is changed then. */
    readonly put: (
      message: Pick<InMessage, "messageId" | "sbd" | "serviceIdentifier" | "documentKey">
    ) => Effect.Effect<boolean, StoreError>
    /**
     * Locks the message that has waited longest among those that match and are not locked.
     *
     * Two peeks at the same time never get the same message.
     */
    readonly peek: (
      filter: InMessageFilter,
      lockUntil: DateTime.Utc
    ) => Effect.Effect<Option.Option<InMessage>, StoreError>
    readonly get: (messageId: MessageId) => Effect.Effect<Option.Option<InMessage>, StoreError>
    /** Sort properties: {@link inMessageSortProperties}. Default: the order in which they wait. */
    readonly search: (filter: InMessageFilter, page: PageRequest) => Effect.Effect<Page<InMessage>, StoreError>
    /** Takes the message out and remembers its id for good. False when it was not there. */
    readonly remove: (messageId: MessageId) => Effect.Effect<boolean, StoreError>
    /** Unlocks messages whose lock ended before `now` and puts them last. Returns how many. */
    readonly unlockExpired: (now: DateTime.Utc) => Effect.Effect<number, StoreError>
    readonly size: Effect.Effect<number, StoreError>
  }
>()("@eformidling/port-store/Inbox") {}
