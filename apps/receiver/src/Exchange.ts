/**
 * What the use cases rest on, as the configuration says.
 */
import type { Settings } from "@eformidling/configuration/Settings"
import type { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import { ServiceIdentifier as ServiceIdentifierSchema } from "@eformidling/domain/ServiceIdentifier"
import * as ExchangeSettings from "@eformidling/exchange/ExchangeSettings"
import { promises } from "@eformidling/exchange/Promises"
import { Duration, Schema } from "effect"

const isServiceIdentifier = Schema.is(ServiceIdentifierSchema)

const services = (names: ReadonlyArray<string>) =>
  names.filter((name): name is ServiceIdentifier => isServiceIdentifier(name))

const exchangeSettings = ({ dpi, feature, nextMove, org }: Settings["Service"]): ExchangeSettings.Settings => ({
  ...ExchangeSettings.defaults(org.number),
  channels: {
    ...(feature.enableDPI ? { DPI: { uploadLimit: dpi.uploadSizeLimitBytes, timeToLive: dpi.defaultTtl } } : {}),
    ...(feature.enableDPE
      ? { DPE: { uploadLimit: nextMove.serviceBus.uploadSizeLimitBytes, timeToLive: nextMove.serviceBus.defaultTtl } }
      : {})
  },
  statusServices: services(nextMove.statusServices),
  queuedStatuses: services(feature.statusQueueIncludes),
  statusDocumentType: nextMove.statusDocumentType,
  receiptProcess: nextMove.receiptProcess,
  statusTimeToLive: nextMove.defaultTtl,
  lockTimeout: nextMove.lockTimeout,
  retry: {
    first: promises.retryFirst,
    factor: promises.retryFactor,
    cap: promises.retryCap,
    redeliveries: promises.retryWarmUp + Duration.toHours(nextMove.queue.maximumRetry)
  },
  relayConcurrency: nextMove.queue.concurrency,
  pollPageSize: nextMove.statusPollingPageSize,
  pollThreshold: nextMove.statusPollingBackoffThreshold,
  pollMaxInterval: nextMove.statusPollingBackoffMaxInterval
})

/** The numbers and switches of the use cases. */
export const layer = (settings: Settings["Service"]) => ExchangeSettings.layer(exchangeSettings(settings))
