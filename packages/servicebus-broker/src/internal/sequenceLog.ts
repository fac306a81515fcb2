/** An entry is kept until it says it is gone. */
export interface Sequenced {
  readonly sequenceNumber: number
  readonly gone: boolean
}

/**
 * Entries in ascending sequence order, found by binary search.
 *
 * Entries leave by turning `gone`; the room they took is given back once they are the majority, so that each
 * operation costs constant time over the life of the log, and a lookup logarithmic time.
 */
export class SequenceLog<A extends Sequenced> {
  #entries: Array<A> = []
  #gone = 0

  /** The sequence number must be larger than that of every entry before. */
  append(entry: A): void {
    this.#entries.push(entry)
  }

  /** Says that one more entry has turned `gone`. */
  forget(): void {
    this.#gone++
    if (this.#gone > 64 && this.#gone * 2 > this.#entries.length) {
      this.#entries = this.#entries.filter((entry) => !entry.gone)
      this.#gone = 0
    }
  }

  find(sequenceNumber: number): A | undefined {
    const entry = this.#entries[this.#indexOf(sequenceNumber)]
    return entry !== undefined && entry.sequenceNumber === sequenceNumber && !entry.gone ? entry : undefined
  }

  /** Entries that are not gone, from `sequenceNumber` on. */
  *from(sequenceNumber: number): IterableIterator<A> {
    const entries = this.#entries
    for (let index = this.#indexOf(sequenceNumber); index < entries.length; index++) {
      const entry = entries[index]
      if (entry !== undefined && !entry.gone) yield entry
    }
  }

  #indexOf(sequenceNumber: number): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      const entry = this.#entries[middle]
      if (entry !== undefined && entry.sequenceNumber < sequenceNumber) low = middle + 1
      else high = middle
    }
    return low
  }
}
