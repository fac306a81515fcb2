import type { Mode } from "@eformidling/domain/dpe/QueueName"
import type { Duration } from "effect"

/** Where the queues are and how this organisation uses them. */
export interface ServiceBusSettings {
  /** Host of the namespace, with a port where it is not the usual one: `efm-dpe-prod.servicebus.windows.net`. */
  readonly host: string
  readonly keyName: string
  /** Plain TCP instead of TLS, for a broker on the same machine. */
  readonly plainTcp: boolean
  /** WebSockets on port 443, for networks that let nothing else out. */
  readonly webSockets: boolean
  /** Own organisasjonsnummer: part of the own queue's name. */
  readonly organisasjonsnummer: string
  /** Which of the organisation's queues is read. */
  readonly mode: Mode
  /** Overrides the queue that statuses and kvitteringer go to. */
  readonly receiptQueue: string | undefined
  /** How many incoming messages may be in work at once. */
  readonly concurrency: number
  /** What an attempt to send or to reach the broker may take. */
  readonly timeout: Duration.Duration
  /** Wait before a message that could not be handled is given back for the first time; one second unless set. */
  readonly redeliveryDelay?: Duration.Duration | undefined
  readonly keyTransport: "pkcs1" | "oaep"
}
