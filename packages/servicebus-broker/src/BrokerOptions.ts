import { Duration } from "effect"
import type { Journal } from "./Journal.ts"
import type { QueueRules } from "./QueueRules.ts"
import type { AccessKey } from "./Sas.ts"

/** The rules of queues, with Azure's defaults. */
export interface QueueSettings {
  /** How long a receiver may hold a message (default 1 minute). */
  readonly lockDuration?: Duration.Input
  /** Deliveries after which a message is dead-lettered (default 10). */
  readonly maxDeliveryCount?: number
  /** The longest a message lives (default: for ever). */
  readonly timeToLive?: Duration.Input
  /** Whether an expired message is dead-lettered rather than dropped (default `false`). */
  readonly deadLetterOnExpiration?: boolean
  /** Bytes a queue holds before sends are refused with `QuotaExceeded` (default: no limit). */
  readonly maxQueueSize?: number
  /** How long a MessageId is remembered, to drop a second message with it (default: not at all). */
  readonly duplicateDetection?: Duration.Input
}

/** A queue with rules of its own; what it leaves out comes from the broker's settings. */
export interface QueueOptions extends QueueSettings {
  readonly name: string
}

/** How a broker is set up. Everything has a default. */
export interface BrokerOptions extends QueueSettings {
  /** Queues there are from the start. Names are compared without regard to letter case. */
  readonly queues?: ReadonlyArray<string | QueueOptions>
  /** Makes a queue when it is first attached to or sent to (default `false`: `MessagingEntityNotFound`). */
  readonly createOnFirstUse?: boolean
  /** Name of the key in `connectionString` (default `RootManageSharedAccessKey`). It has all rights. */
  readonly keyName?: string
  /** Text of that key; a random one when it is left out. */
  readonly key?: string
  /** More keys, each with its own rights. */
  readonly keys?: ReadonlyArray<AccessKey>
  /** Bytes of the largest encoded message, or batch of messages, that is taken (default 262144, as Azure's standard tier). */
  readonly maxMessageSize?: number
  /** Address to listen on (default `127.0.0.1`). */
  readonly host?: string
  /** Port of AMQP (default 0: any that is free). */
  readonly port?: number
  /** Port of the REST data plane (default 0: any that is free), or `false` for none. */
  readonly restPort?: number | false
  /** `running` (default) follows Effect's Clock; `manual` stands until `clock.adjust` moves it. Tokens expire by the Clock. */
  readonly time?: "running" | "manual"
  /** Keeps messages over a restart. */
  readonly journal?: Journal
}

const millis = (duration: Duration.Input | undefined, otherwise: number): number =>
  duration === undefined ? otherwise : Duration.toMillis(duration)

/** The rules a queue gets. */
export const rulesOf = (defaults: QueueSettings, queue: string | QueueOptions): QueueRules => {
  const settings: QueueOptions = { ...defaults, ...(typeof queue === "string" ? { name: queue } : queue) }
  return {
    name: settings.name,
    lockDuration: millis(settings.lockDuration, 60_000),
    maxDeliveryCount: settings.maxDeliveryCount ?? 10,
    timeToLive: millis(settings.timeToLive, Infinity),
    deadLetterOnExpiration: settings.deadLetterOnExpiration ?? false,
    maxSize: settings.maxQueueSize ?? Infinity,
    duplicateDetection: millis(settings.duplicateDetection, 0)
  }
}
