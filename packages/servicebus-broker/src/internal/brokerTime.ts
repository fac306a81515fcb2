import { Duration, Effect, Latch } from "effect"
import type { Clock } from "effect"

/** Whether the broker's time runs with the host's, or stands until it is moved. */
export type TimeMode = "running" | "manual"

/** The longest a timer of the host can sleep is some 24 days. */
const longestSleep = Duration.toMillis("1 day")

/**
 * The broker's time: the time of Effect's Clock, which tests may control, and what it has been moved by.
 *
 * Manual time starts at the Clock's time and then stands.
 */
export class BrokerTime {
  readonly #clock: Clock.Clock
  readonly #frozenAt: number | undefined
  readonly #changed = Latch.makeUnsafe(false)
  #moved = 0
  #armed = Infinity

  constructor(clock: Clock.Clock, mode: TimeMode) {
    this.#clock = clock
    this.#frozenAt = mode === "manual" ? clock.currentTimeMillisUnsafe() : undefined
  }

  now(): number {
    return (this.#frozenAt ?? this.#clock.currentTimeMillisUnsafe()) + this.#moved
  }

  move(millis: number): void {
    this.#moved += millis
    this.#changed.openUnsafe()
  }

  /** Says that something comes due then. */
  arm(deadline: number): void {
    if (deadline < this.#armed) this.#changed.openUnsafe()
  }

  /** Calls `advance` whenever the deadline it gave is reached, for ever. */
  keep(advance: () => number): Effect.Effect<never> {
    return Effect.forever(
      Effect.suspend(() => {
        this.#changed.closeUnsafe()
        this.#armed = -Infinity
        this.#armed = advance()
        const wait = this.#armed - this.now()
        if (this.#frozenAt !== undefined || !Number.isFinite(wait)) return this.#changed.await
        const sleep = this.#clock.sleep(Duration.millis(Math.min(Math.max(wait, 0), longestSleep)))
        return Effect.raceFirst(sleep, this.#changed.await)
      })
    )
  }
}
