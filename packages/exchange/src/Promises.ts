/**
 * The numbers this package keeps its word on.
 *
 * Source: nextmove-api 4.4, 4.6, 4.8, 8.2; dpi 8.7; dpe 5.3, 6.1.
 */
import { Duration } from "effect"

export const promises = {
  /** Attempts that may be under way at the same time. */
  relayConcurrency: 10,
  /** Nobody else tries a message this long after the process that tries it has died. */
  leaseFor: Duration.seconds(20),
  /** An idle relay looks at the outbox at least this often; work offered in its own process wakes it at once. */
  relayIdle: Duration.seconds(5),
  /** Wait after the first failed attempt. */
  retryFirst: Duration.seconds(20),
  /** Each wait is this many times the one before. */
  retryFactor: 3,
  /** No wait is longer. */
  retryCap: Duration.hours(1),
  /** Redeliveries that take less than the cap; one for each hour of `maximumRetry` comes after them. */
  retryWarmUp: 5,
  maximumRetry: Duration.hours(100),
  /** Between looks for messages whose time is out. */
  expireEvery: Duration.seconds(30),
  /** Between looks for locks that have ended. */
  unlockEvery: Duration.seconds(5),
  /** A message stays locked this long after a peek. */
  lockTimeout: Duration.minutes(5),
  timeToLive: Duration.hours(24),
  /** Between rounds of asking for statuses. */
  pollEvery: Duration.minutes(1),
  /** Conversations read at a time in a round. */
  pollPageSize: 2000,
  /** Questions under way at the same time. */
  pollConcurrency: 4,
  /** From this age on a conversation is asked about once in every `pollMaxInterval`. */
  pollThreshold: Duration.days(30),
  pollMaxInterval: Duration.minutes(60),
  /** A document that no message names is left alone this long. */
  orphanAge: Duration.hours(24),
  sweepEvery: Duration.hours(1),
  /** Incoming messages handled at the same time, for each receiver. */
  receiveConcurrency: 4,
  /** Wait after a receiver or the store has failed; doubled until `receiveRetryCap`. */
  receiveRetryFirst: Duration.seconds(1),
  receiveRetryCap: Duration.minutes(1),
  /** Between looks for events to push. */
  pushEvery: Duration.seconds(1),
  /** Pushes under way at the same time. */
  webhookConcurrency: 10,
  /** An event is given up after this many attempts; waits between them are those of a message. */
  webhookAttempts: 10,
  /** A push takes no longer. */
  webhookTimeout: Duration.minutes(1),
  /** Nobody else pushes an event this long after the process that tried has died. */
  webhookLeaseFor: Duration.minutes(2),
  /** Attempts to push are remembered this long. */
  webhookHistory: Duration.days(30),
  /** Of one file in a multipart request; bytes. */
  multipartFileLimit: 5 * 1024 * 1024,
  /** DPI documents of one message together; bytes. */
  dpiUploadLimit: 50 * 1024 * 1024,
  /** DPE documents of one message together; bytes. */
  dpeUploadLimit: 2 * 1024 * 1024
} as const
