/**
 * When a failed attempt is repeated.
 *
 * Source: nextmove-api 4.4; dpe 5.3.
 */
import { Duration } from "effect"
import type { RetrySettings } from "./ExchangeSettings.ts"

/** Wait after the attempt with this number, which is 1 on the first. */
export const delayAfter = (attempt: number, { cap, factor, first }: RetrySettings): Duration.Duration =>
  Duration.min(cap, Duration.millis(Duration.toMillis(first) * factor ** Math.min(attempt - 1, 64)))

/** Whether the attempt with this number was the last. */
export const isLast = (attempt: number, { redeliveries }: RetrySettings): boolean => attempt > redeliveries
