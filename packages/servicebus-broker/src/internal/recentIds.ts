import { Fifo } from "./fifo.ts"

/** Ids that are remembered for a while. They must be added in the order they are forgotten in. */
export class RecentIds {
  readonly #until = new Map<string, number>()
  readonly #ends = new Fifo<readonly [id: string, until: number]>()

  has(id: string): boolean {
    return this.#until.has(id)
  }

  add(id: string, until: number): void {
    this.#until.set(id, until)
    this.#ends.push([id, until])
  }

  delete(id: string): void {
    this.#until.delete(id)
  }

  /** Forgets what was to be remembered until `now`. */
  forget(now: number): void {
    for (let first = this.#ends.peek(); first !== undefined && first[1] <= now; first = this.#ends.peek()) {
      this.#ends.shift()
      if (this.#until.get(first[0]) === first[1]) this.#until.delete(first[0])
    }
  }
}
