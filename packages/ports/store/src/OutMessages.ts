import type { MessageId } from "@eformidling/domain/MessageId"
import type { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import type { StandardBusinessDocument } from "@eformidling/domain/StandardBusinessDocument"
import { Context, type DateTime, type Effect, type Option, Schema } from "effect"
import type { Page, PageRequest } from "./Page.ts"
import type { StoreError } from "./StoreError.ts"

/** The messageId is taken. */
export class OutMessageExists extends Schema.TaggedError<OutMessageExists>()("OutMessageExists", {
  messageId: Schema.String
}) {}

/** What is known of an uploaded document; its bytes are in `Documents` under `key`. */
export interface StoredDocument {
  /** 1 on the first, in the order of upload. */
  readonly number: number
  readonly key: string
  readonly filename: string
  readonly mimeType: string
  readonly title: string | undefined
  readonly primary: boolean
  /** Bytes. */
  readonly size: number
  readonly sha256: Uint8Array
  readonly crc32: number
}

/** A message between its creation and its delivery to the transport. */
export interface OutMessage {
  readonly messageId: MessageId
  readonly sbd: StandardBusinessDocument
  readonly serviceIdentifier: ServiceIdentifier
  /** True from the moment the client has asked for it to be sent. */
  readonly queued: boolean
  readonly documents: ReadonlyArray<StoredDocument>
  readonly lastUpdated: DateTime.Utc
}

/** Each member is a list of alternatives; every member given must hold. Identifiers are without prefix. */
export interface OutMessageFilter {
  readonly conversationId?: ReadonlyArray<string> | undefined
  readonly messageId?: ReadonlyArray<string> | undefined
  readonly processIdentifier?: ReadonlyArray<string> | undefined
  readonly receiverIdentifier?: ReadonlyArray<string> | undefined
  readonly senderIdentifier?: ReadonlyArray<string> | undefined
  readonly serviceIdentifier?: ReadonlyArray<string> | undefined
}

/** What outgoing messages can be sorted by. */
export const outMessageSortProperties = [
  "messageId",
  "conversationId",
  "processIdentifier",
  "senderIdentifier",
  "receiverIdentifier",
  "serviceIdentifier",
  "lastUpdated"
] as const
export type OutMessageSortProperty = (typeof outMessageSortProperties)[number]

/** Messages on their way out. */
export class OutMessages extends Context.Service<
  OutMessages,
  {
    readonly put: (
      message: Pick<OutMessage, "messageId" | "sbd" | "serviceIdentifier">
    ) => Effect.Effect<void, OutMessageExists | StoreError>
    readonly get: (messageId: MessageId) => Effect.Effect<Option.Option<OutMessage>, StoreError>
    /** Like `get`, and keeps others from changing the message until the surrounding transaction ends. */
    readonly getForUpdate: (messageId: MessageId) => Effect.Effect<Option.Option<OutMessage>, StoreError>
    /** Sort properties: {@link outMessageSortProperties}. Default: the order in which they were put. */
    readonly search: (filter: OutMessageFilter, page: PageRequest) => Effect.Effect<Page<OutMessage>, StoreError>
    /** The message must be there and `number` free; otherwise it fails with `StoreUnavailable` and nothing is changed. */
    readonly addDocument: (messageId: MessageId, document: StoredDocument) => Effect.Effect<void, StoreError>
    /** False when it was queued already or is not there. */
    readonly markQueued: (messageId: MessageId) => Effect.Effect<boolean, StoreError>
    /** Removes the row; the bytes of its documents are the caller's to remove. Nothing happens when there is none. */
    readonly remove: (messageId: MessageId) => Effect.Effect<void, StoreError>
  }
>()("@eformidling/port-store/OutMessages") {}
