import type { Duration } from "effect"

/** How this organisation uses its meldingsformidler (corner 2). Source: dpi 11. */
export interface DpiSettings {
  /** `file` writes letters to a folder in corner 2's place, for development. `web` unless set. */
  readonly corner2Type?: "web" | "file" | undefined
  /** Base address; paths are appended to it. Of `file`, the folder is its path. */
  readonly uri: string
  /** Receipt channels: messages are sent on them in turn, and all of them are polled. Empty: no channel is named. */
  readonly kanaler: ReadonlyArray<string>
  /** Polled one by one in addition to, or instead of, polling without. */
  readonly avsenderidentifikatorer: ReadonlyArray<string>
  readonly pollWithoutAvsenderidentifikator: boolean
  /** Receipts asked for at a time. */
  readonly pageSize: number
  /** Between the end of one round of polling and the start of the next. */
  readonly pollingRate: Duration.Duration
  /** For any one request, from its start to the end of its answer. */
  readonly timeout: Duration.Duration
  readonly scopes: ReadonlyArray<string>
  /** Language of titles in a print letter's manifest where the registry names none. */
  readonly language: string
}
