import { type DateTime, Schema } from "effect"
import type { NewStatus } from "../Conversation.ts"
import type { MessageStatus } from "../MessageStatus.ts"

/** How far corner 2 says a message has come. Source: dpi 6.5. */
export const Corner2Status = Schema.Literals(["OPPRETTET", "SENDT", "FEILET"])
export type Corner2Status = typeof Corner2Status.Type

interface Row {
  readonly status: MessageStatus
  readonly description: string
  /** Whether the status is as old as corner 2 says, or as old as our knowledge of it. */
  readonly atItsTime: boolean
}

/** Source: dpi 8.5. */
const table = {
  OPPRETTET: { status: "SENDT", description: "Hjørne 2 har mottatt meldingen", atItsTime: false },
  SENDT: { status: "MOTTATT", description: "Hjørne 3 har mottatt meldingen", atItsTime: true },
  FEILET: { status: "FEIL", description: "Generell melding om at det har skjedd en feil", atItsTime: false }
} as const satisfies Record<Corner2Status, Row>

/** The status a message gets by corner 2's word. */
export const toStatus = (status: Corner2Status, timestamp: DateTime.Utc | undefined, now: DateTime.Utc): NewStatus => {
  const row = table[status]
  return { status: row.status, at: row.atItsTime ? (timestamp ?? now) : now, description: row.description }
}
