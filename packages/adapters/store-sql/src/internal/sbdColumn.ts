import * as PartyIdentifier from "@eformidling/domain/PartyIdentifier"
import { decodeReceived, encode, type StandardBusinessDocument } from "@eformidling/domain/StandardBusinessDocument"
import type { StoreError } from "@eformidling/port-store/StoreError"
import { Effect, Result, Schema } from "effect"
import { damaged } from "./failure.ts"

const fromJson = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))

/** The document as text; times stand as they were received. JSON escapes what a database cannot keep. */
export const sbdText = (sbd: StandardBusinessDocument): string => JSON.stringify(encode(sbd))

/** Reads back what {@link sbdText} wrote. */
export const readSbd = (operation: string, text: string): Effect.Effect<StandardBusinessDocument, StoreError> =>
  fromJson(text).pipe(
    Result.flatMap(decodeReceived),
    Result.mapError((error) =>
      damaged(
        operation,
        `a stored message cannot be read: ${error._tag === "SbdError" ? error.message : "it is not JSON"}`
      )
    ),
    Effect.fromResult
  )

/** What messages are filtered on, in the columns' names. Identifiers are without prefix. */
export const sbdColumns = (sbd: StandardBusinessDocument) => ({
  message_id: sbd.messageId,
  conversation_id: sbd.conversationId,
  process_identifier: sbd.process,
  sender_identifier: PartyIdentifier.shortIdentifier(sbd.sender),
  receiver_identifier: sbd.receiver === undefined ? null : PartyIdentifier.shortIdentifier(sbd.receiver),
  sbd: sbdText(sbd)
})
