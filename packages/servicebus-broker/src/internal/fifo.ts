/** First in, first out, at constant cost for each element. */
export class Fifo<A> {
  #items: Array<A | undefined> = []
  #head = 0

  get size(): number {
    return this.#items.length - this.#head
  }

  peek(): A | undefined {
    return this.#items[this.#head]
  }

  push(item: A): void {
    this.#items.push(item)
  }

  shift(): A | undefined {
    const item = this.#items[this.#head]
    if (item === undefined) return undefined
    this.#items[this.#head] = undefined
    this.#head++
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}
