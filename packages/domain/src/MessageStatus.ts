import { Schema } from "effect"
import type { ServiceIdentifier } from "./ServiceIdentifier.ts"

interface Row {
  /** Nothing more is expected of the message. */
  readonly finished: boolean
  /** Whether the peer is to be asked about the message from now on; undefined leaves it as it is. */
  readonly pollable: boolean | undefined
}

/** Source: nextmove-api 4.5, dpi 8.6. `pollable: true` counts for outgoing DPI messages only. */
const table = {
  OPPRETTET: { finished: false, pollable: undefined },
  SENDT: { finished: false, pollable: true },
  MOTTATT: { finished: false, pollable: false },
  LEVERT: { finished: true, pollable: false },
  LEST: { finished: true, pollable: false },
  FEIL: { finished: true, pollable: false },
  ANNET: { finished: false, pollable: undefined },
  INNKOMMENDE_MOTTATT: { finished: false, pollable: undefined },
  INNKOMMENDE_LEVERT: { finished: true, pollable: false },
  LEVETID_UTLOPT: { finished: true, pollable: false }
} as const satisfies Record<string, Row>

/** How far a message has come, in the words clients know. Source: nextmove-api 4.1. */
export const MessageStatus = Schema.Literals([
  "OPPRETTET",
  "SENDT",
  "MOTTATT",
  "LEVERT",
  "LEST",
  "FEIL",
  "ANNET",
  "INNKOMMENDE_MOTTATT",
  "INNKOMMENDE_LEVERT",
  "LEVETID_UTLOPT"
])
export type MessageStatus = keyof typeof table

/** Whether the status ends the message. */
export const isFinished = (status: MessageStatus): boolean => table[status].finished

/** What the status does to polling: on, off, or nothing. */
export const pollableAfter = (
  status: MessageStatus,
  service: ServiceIdentifier,
  direction: "OUTGOING" | "INCOMING"
): boolean | undefined => {
  const { pollable } = table[status]
  return pollable === true && (service !== "DPI" || direction !== "OUTGOING") ? undefined : pollable
}

/** The text of a message whose time ran out before it could be delivered. Source: nextmove-api 4.1. */
export const levetidUtlopt = "Levetiden for meldingen er utgått. Må sendes på nytt"
