/**
 * What an operator may set about the exchange.
 */
import * as StatusMessage from "@eformidling/domain/dpe/StatusMessage"
import type { Organisasjonsnummer } from "@eformidling/domain/Organisasjonsnummer"
import type { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import { Context, Duration, Layer } from "effect"
import { promises } from "./Promises.ts"

/** A channel that is switched on. */
export interface ChannelSettings {
  /** Bytes; all documents of one message together. */
  readonly uploadLimit: number
  /** Life of a message whose sender has not set one. */
  readonly timeToLive: Duration.Duration
}

/** When a failed attempt is repeated, and how long. */
export interface RetrySettings {
  readonly first: Duration.Duration
  readonly factor: number
  readonly cap: Duration.Duration
  /** Redeliveries after the first attempt. */
  readonly redeliveries: number
}

export interface Settings {
  /** The organisation this integrasjonspunkt belongs to. */
  readonly organisasjonsnummer: Organisasjonsnummer
  /** Channels that are switched on. */
  readonly channels: { readonly [S in ServiceIdentifier]?: ChannelSettings }
  /** Channels whose messages are answered with statuses. */
  readonly statusServices: ReadonlyArray<ServiceIdentifier>
  /** Channels whose statuses are put in the status queue as they are registered. */
  readonly queuedStatuses: ReadonlyArray<ServiceIdentifier>
  /** Document type of statuses. */
  readonly statusDocumentType: string
  /** Process of statuses over DPE. */
  readonly receiptProcess: string
  /** Life of a status. */
  readonly statusTimeToLive: Duration.Duration
  /** How long a peeked message stays with the one who peeked. */
  readonly lockTimeout: Duration.Duration
  /** Keeps a received package back whose signature or certificate is not valid, instead of giving it out with a warning. */
  readonly refuseInvalidPackages: boolean
  readonly retry: RetrySettings
  readonly relayConcurrency: number
  readonly leaseFor: Duration.Duration
  readonly pollPageSize: number
  readonly pollThreshold: Duration.Duration
  readonly pollMaxInterval: Duration.Duration
  /** A document that no message names is left alone this long. */
  readonly orphanAge: Duration.Duration
}

/** Settings of the exchange. */
export class ExchangeSettings extends Context.Service<ExchangeSettings, Settings>()(
  "@eformidling/exchange/ExchangeSettings"
) {}

/** DPI as it is unless an operator says otherwise. */
export const dpiDefaults: ChannelSettings = { uploadLimit: promises.dpiUploadLimit, timeToLive: promises.timeToLive }

/** DPE as it is unless an operator says otherwise. */
export const dpeDefaults: ChannelSettings = { uploadLimit: promises.dpeUploadLimit, timeToLive: promises.timeToLive }

/** The promised numbers, for an organisation with both channels switched on. Source: nextmove-api 8.2. */
export const defaults = (organisasjonsnummer: Organisasjonsnummer): Settings => ({
  organisasjonsnummer,
  channels: { DPI: dpiDefaults, DPE: dpeDefaults },
  statusServices: ["DPO", "DPE"],
  queuedStatuses: [],
  statusDocumentType: StatusMessage.documentType,
  receiptProcess: StatusMessage.responseProcess,
  statusTimeToLive: promises.timeToLive,
  lockTimeout: promises.lockTimeout,
  refuseInvalidPackages: false,
  retry: {
    first: promises.retryFirst,
    factor: promises.retryFactor,
    cap: promises.retryCap,
    redeliveries: promises.retryWarmUp + Duration.toHours(promises.maximumRetry)
  },
  relayConcurrency: promises.relayConcurrency,
  leaseFor: promises.leaseFor,
  pollPageSize: promises.pollPageSize,
  pollThreshold: promises.pollThreshold,
  pollMaxInterval: promises.pollMaxInterval,
  orphanAge: promises.orphanAge
})

export const layer = (settings: Settings): Layer.Layer<ExchangeSettings> => Layer.succeed(ExchangeSettings, settings)
