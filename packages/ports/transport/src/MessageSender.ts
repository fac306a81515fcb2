import type { MessageId } from "@eformidling/domain/MessageId"
import type { StandardBusinessDocument } from "@eformidling/domain/StandardBusinessDocument"
import { Context, type Effect, type Stream } from "effect"
import type { TransportError } from "./TransportError.ts"

/** A document of an outgoing message. `content` may be run again: every run gives the same bytes. */
export interface OutgoingDocument {
  readonly filename: string
  /** Media type as the peer shall see it. */
  readonly mimeType: string
  readonly title: string | undefined
  /** Bytes. */
  readonly size: number
  /** SHA-256 of the content, taken when it was uploaded. */
  readonly sha256: Uint8Array
  /** CRC-32 of the content, taken when it was uploaded. */
  readonly crc32: number
  readonly content: Stream.Stream<Uint8Array, TransportError>
}

/** One message ready to be handed over. */
export interface Outgoing {
  readonly messageId: MessageId
  /** Complete: identifiers, sender and expiry are present. */
  readonly sbd: StandardBusinessDocument
  /** Primary document first, then in the order of upload. */
  readonly documents: ReadonlyArray<OutgoingDocument>
  /** 1 on the first. */
  readonly attempt: number
  /** True when an earlier attempt may have reached the peer without our knowing. */
  readonly mayHaveArrived: boolean
}

/** Hands one message to a meldingsformidler, sealed as its channel wants it. */
export class MessageSender extends Context.Service<
  MessageSender,
  {
    /**
     * Returns once the meldingsformidler has accepted the message.
     *
     * Sending the same `messageId` again is safe: the recipient still gets one message, provided that
     * `mayHaveArrived` tells the truth. Makes one attempt; retry belongs to the outbox.
     */
    readonly send: (message: Outgoing) => Effect.Effect<void, TransportError>
  }
>()("@eformidling/port-transport/MessageSender") {}
