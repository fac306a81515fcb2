import { count, cron, days, hours, list, millis, minutes, pollingRate, secret, text, truth } from "./internal/kinds.ts"
import { defaulted, optional, type Values } from "./internal/table.ts"
import { serviceBusTable } from "./ServiceBusSettings.ts"

const nextMove = "difi.move.nextmove"

export const nextMoveTable = {
  defaultTtl: defaulted(`${nextMove}.default-ttl-hours`, hours, "24"),
  lockTimeout: defaulted(`${nextMove}.lockTimeoutMinutes`, minutes, "5"),
  ttlPollingRate: defaulted(`${nextMove}.ttlPollingrate`, pollingRate, "30000"),
  statusServices: defaulted(`${nextMove}.status-services`, list, "DPO,DPE"),
  statusDocumentType: defaulted(`${nextMove}.status-document-type`, text, "urn:no:difi:eformidling:xsd::status"),
  receiptProcess: defaulted("difi.move.einnsyn.receipt-process", text, "urn:no:difi:profile:einnsyn:response:ver1.0"),
  statusPollingCron: defaulted(`${nextMove}.statusPollingCron`, cron, "0 * * * * *"),
  statusPollingPageSize: defaulted(`${nextMove}.statusPollingPageSize`, count("statuses", 1), "2000"),
  statusPollingBackoffThreshold: defaulted(`${nextMove}.statusPollingBackoffThresholdDays`, days, "30"),
  statusPollingBackoffMaxInterval: defaulted(`${nextMove}.statusPollingBackoffMaxIntervalMinutes`, minutes, "60"),
  fileDirectory: defaulted(`${nextMove}.filedir`, text, "messages"),
  serviceBus: serviceBusTable,
  queue: {
    maximumRetry: defaulted("difi.move.queue.maximum-retry-hours", hours, "100"),
    concurrency: defaulted("difi.move.queue.concurrency", count("messages", 1), "10")
  },
  webhooks: {
    connectTimeout: defaulted("difi.move.webhooks.connectTimeout", millis, "10000"),
    readTimeout: defaulted("difi.move.webhooks.readTimeout", millis, "10000"),
    secret: optional("difi.move.webhooks.secret", secret),
    allowPrivateTargets: defaulted("difi.move.webhooks.allow-private-targets", truth, "false")
  },
  ntp: {
    disabled: defaulted("difi.move.ntp.disable", truth, "false"),
    host: optional("difi.move.ntp.host", text, { base: "time.google.com" })
  }
} as const

/** The life of a message: how long it lives, how often is tried and polled, where documents lie. Source: nextmove-api 8.2. */
export type NextMoveSettings = Values<typeof nextMoveTable>
