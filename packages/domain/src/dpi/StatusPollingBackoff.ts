/** How seldom corner 2 is asked about an old letter. */
export interface Backoff {
  readonly thresholdDays: number
  readonly maxIntervalMinutes: number
}

/** Minutes between questions about a letter of this age in minutes; grows evenly up to the threshold. Source: dpi 8.7. */
export const intervalMinutes = (ageMinutes: number, { maxIntervalMinutes, thresholdDays }: Backoff): number => {
  const threshold = thresholdDays * 24 * 60
  return ageMinutes >= threshold
    ? maxIntervalMinutes
    : Math.max(1, 1 + Math.floor((ageMinutes * (maxIntervalMinutes - 1)) / threshold))
}

/**
 * Whether a letter is to be asked about in this run. Ages are whole minutes, now and at the start of the previous run;
 * everything is due when there was none.
 */
export const isDue = (ageNow: number, agePrevious: number | undefined, backoff: Backoff): boolean => {
  if (agePrevious === undefined) return true
  const interval = intervalMinutes(ageNow, backoff)
  return Math.trunc(ageNow / interval) > Math.trunc(agePrevious / interval)
}
