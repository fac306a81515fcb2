import type { DateTime } from "effect"
import type { NewStatus } from "../Conversation.ts"
import type { MessageStatus } from "../MessageStatus.ts"

/**
 * What a mailbox supplier or the print house has to say about a letter. `ukjent` is a DPI message that says nothing
 * about one.
 *
 * Source: dpi 2.5.
 */
export type DpiKvittering =
  | { readonly _tag: "leveringskvittering" }
  | { readonly _tag: "aapningskvittering" }
  | {
      readonly _tag: "varslingfeiletkvittering"
      readonly varslingskanal: "epost" | "sms"
      readonly beskrivelse: string | undefined
    }
  | { readonly _tag: "mottakskvittering" }
  | { readonly _tag: "returpostkvittering" }
  | { readonly _tag: "feil"; readonly feiltype: "KLIENT" | "SERVER"; readonly detaljer: string | undefined }
  | { readonly _tag: "ukjent"; readonly type: string }

interface Row {
  readonly status: MessageStatus
  readonly description: string
}

/** Source: dpi 8.4. */
const table = {
  leveringskvittering: {
    status: "LEVERT",
    description: "Kvittering på at digital post er tilgjengeliggjort eller at fysisk post er klargjort for utskrift"
  },
  aapningskvittering: { status: "LEST", description: "Kvittering fra Innbygger for at digital post er åpnet" },
  varslingfeiletkvittering: {
    status: "FEIL",
    description: "Kvittering for at en spesifisert varsling ikke har blitt sendt"
  },
  mottakskvittering: {
    status: "LEVERT",
    description: "Kvittering fra utskrift og forsendelsestjenesten om at melding er mottatt og lagt til print"
  },
  returpostkvittering: {
    status: "FEIL",
    description: "Kvittering fra utskrift og forsendelsestjenesten om at posten ikke har blitt levert til Mottaker."
  },
  feil: { status: "FEIL", description: "Generell melding om at det har skjedd en feil" },
  ukjent: { status: "ANNET", description: "Ukjent kvittering" }
} as const satisfies Record<DpiKvittering["_tag"], Row>

/** The status a kvittering gives its letter, and its text. A new kvittering needs a row before this compiles. */
export const toStatus = (kvittering: DpiKvittering, at: DateTime.Utc, rawReceipt: string): NewStatus => ({
  ...table[kvittering._tag],
  at,
  rawReceipt
})
