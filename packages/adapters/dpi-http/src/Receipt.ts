import { createHash } from "node:crypto"
import { isConversationId } from "@eformidling/domain/ConversationId"
import * as DpiMessage from "@eformidling/domain/dpi/DpiMessage"
import * as PartyIdentifier from "@eformidling/domain/PartyIdentifier"
import { Incoming } from "@eformidling/port-transport/Incoming"
import { DateTime, Effect, Option, Result } from "effect"
import type { JwsRefused, Verified } from "./Jws.ts"

/** What came of one item in corner 2's list. `readable: false` leaves it there: nobody vouches for it. */
export interface Receipt {
  /** The receipt's own id, which it is marked as read by. */
  readonly id: string
  readonly readable: boolean
  readonly incoming: Incoming
}

/** Makes sense of a compact JWS. Never fails: what cannot be read is handed up as such. */
export type Reader = (jws: string) => Effect.Effect<Receipt>

const digestOf = (jws: string): string => createHash("sha256").update(jws).digest("hex")

const unreadable = (jws: string, reason: string, description: string): Receipt => {
  const key = digestOf(jws)
  return {
    id: key,
    readable: false,
    incoming: Incoming.Uleselig({ source: "dpi-kvittering", key, reason, description, body: Buffer.from(jws) })
  }
}

const senderOf = (message: DpiMessage.DpiMessage): string =>
  PartyIdentifier.primaryIdentifier(message.header.sender[0]?.identifier.value ?? "")

/** A kvittering signed by another than its sender is worth a line in the log, no more. Source: dpi 3.4. */
const noteSigner = (message: DpiMessage.DpiMessage, { signer }: Verified): Effect.Effect<void> =>
  Option.match(signer.organisasjonsnummer, {
    onNone: () => Effect.logWarning("a kvittering is signed with a certificate that names no organisation"),
    onSome: (organisasjonsnummer) =>
      organisasjonsnummer === senderOf(message)
        ? Effect.void
        : Effect.logWarning(`a kvittering from ${senderOf(message)} is signed by ${organisasjonsnummer}`)
  })

const asIncoming = (message: DpiMessage.DpiMessage, jws: string): Result.Result<Incoming, string> => {
  const conversationId = DpiMessage.conversationId(message)
  if (conversationId === undefined || !isConversationId(conversationId)) {
    return Result.fail("the message names no conversation")
  }
  const at = DpiMessage.tidspunkt(message)
  return Result.succeed(
    Incoming.Kvittering({
      conversationId,
      kvittering: DpiMessage.toKvittering(message),
      tidspunkt: at === undefined ? undefined : Option.getOrUndefined(Option.map(DateTime.make(at), DateTime.toUtc)),
      raw: jws
    })
  )
}

/** Reads receipts whose signature `verify` vouches for. Source: dpi 3.4, 8.3. */
export const reader = (verify: (jws: string) => Effect.Effect<Verified, JwsRefused>): Reader =>
  Effect.fn("Receipt.read")(
    function* (jws) {
      if (jws === "") return unreadable(jws, "Malformed", "JWT string cannot be null")
      const verified = yield* verify(jws)
      const message = yield* Effect.fromResult(DpiMessage.decode(verified.payload))
      yield* noteSigner(message, verified)
      return Result.match(asIncoming(message, jws), {
        onFailure: (detail) => unreadable(jws, "Invalid", detail),
        onSuccess: (incoming): Receipt => ({
          id: message.header.documentIdentification.instanceIdentifier,
          readable: true,
          incoming
        })
      })
    },
    (effect, jws) =>
      effect.pipe(
        Effect.catchDefect((defect) => Effect.fail({ reason: "Unreadable", message: String(defect) })),
        Effect.catch(({ message, reason }) => Effect.succeed(unreadable(jws, reason, message)))
      )
  )
