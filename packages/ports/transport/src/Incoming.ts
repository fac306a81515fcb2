import type { ConversationId } from "@eformidling/domain/ConversationId"
import type { DpiKvittering } from "@eformidling/domain/dpi/DpiKvittering"
import type { StandardBusinessDocument } from "@eformidling/domain/StandardBusinessDocument"
import { Data, type DateTime } from "effect"

/** What a transport can hand us. */
export type Incoming = Data.TaggedEnum<{
  /** A message for the organisation, its dokumentpakke still sealed. Status messages are this too. */
  Melding: {
    readonly sbd: StandardBusinessDocument
    readonly dokumentpakke: Uint8Array | undefined
  }
  /** A DPI receipt. It refers to the sent message by its conversation only. */
  Kvittering: {
    readonly conversationId: ConversationId
    readonly kvittering: DpiKvittering
    /** Absent when the receipt does not say. */
    readonly tidspunkt: DateTime.Utc | undefined
    /** The receipt as it was received. */
    readonly raw: string
  }
  /** Something that cannot be read, from a peer that has no place to set it aside. `source` and `key` name it. */
  Uleselig: {
    readonly source: string
    readonly key: string
    readonly reason: string
    readonly description: string
    readonly body: Uint8Array
  }
}>

export const Incoming = Data.taggedEnum<Incoming>()
