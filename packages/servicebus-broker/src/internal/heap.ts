/** A binary heap: the smallest element, by `rank`, comes out first. */
export class Heap<A> {
  readonly #items: Array<A> = []
  readonly #rank: (item: A) => number

  constructor(rank: (item: A) => number) {
    this.#rank = rank
  }

  get size(): number {
    return this.#items.length
  }

  peek(): A | undefined {
    return this.#items[0]
  }

  push(item: A): void {
    const items = this.#items
    const rank = this.#rank(item)
    let index = items.length
    items.push(item)
    while (index > 0) {
      const above = (index - 1) >> 1
      const parent = items[above]
      if (parent === undefined || this.#rank(parent) <= rank) break
      items[index] = parent
      index = above
    }
    items[index] = item
  }

  pop(): A | undefined {
    const items = this.#items
    const top = items[0]
    const last = items.pop()
    if (last === undefined || items.length === 0) return top
    const rank = this.#rank(last)
    let index = 0
    for (;;) {
      let below = index * 2 + 1
      const left = items[below]
      if (left === undefined) break
      const right = items[below + 1]
      let child = left
      if (right !== undefined && this.#rank(right) < this.#rank(left)) {
        child = right
        below++
      }
      if (this.#rank(child) >= rank) break
      items[index] = child
      index = below
    }
    items[index] = last
    return top
  }
}
