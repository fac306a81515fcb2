import { Heap } from "./heap.ts"

interface Timer {
  readonly at: number
  run: (() => void) | undefined
}

/** Things to do at an instant of the broker's time. Nothing runs by itself: `fire` is told the time. */
export class Timers {
  readonly #heap = new Heap<Timer>((timer) => timer.at)

  /** Returns what takes the timer back. */
  at(instant: number, run: () => void): () => void {
    const timer: Timer = { at: instant, run }
    this.#heap.push(timer)
    return () => {
      timer.run = undefined
    }
  }

  nextDeadline(): number {
    for (let top = this.#heap.peek(); top !== undefined && top.run === undefined; top = this.#heap.peek())
      this.#heap.pop()
    return this.#heap.peek()?.at ?? Infinity
  }

  fire(now: number): void {
    for (let top = this.#heap.peek(); top !== undefined && top.at <= now; top = this.#heap.peek()) {
      this.#heap.pop()
      top.run?.()
    }
  }
}
