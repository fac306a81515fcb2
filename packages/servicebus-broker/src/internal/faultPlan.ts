/** A fault that waits for its turn. */
export type Fault =
  | { readonly _tag: "RefuseSend"; readonly condition: string; readonly description: string }
  | { readonly _tag: "DelaySend"; readonly millis: number }
  | { readonly _tag: "DelaySettlement"; readonly millis: number }
  | { readonly _tag: "LoseSettlement" }
  | { readonly _tag: "DuplicateDelivery" }

interface Armed {
  readonly fault: Fault
  readonly queue: string | undefined
  left: number
}

/** The faults that are armed, each for a number of times and one queue or all. */
export class FaultPlan {
  #armed: Array<Armed> = []
  readonly disabled = new Set<string>()

  arm(fault: Fault, queue: string | undefined, times: number): void {
    this.#armed.push({ fault, queue: queue?.toLowerCase(), left: times })
  }

  /** The first armed fault of this kind for the queue; uses it once. */
  take<T extends Fault["_tag"]>(tag: T, queue: string): Extract<Fault, { readonly _tag: T }> | undefined {
    if (this.#armed.length === 0) return undefined
    const name = queue.toLowerCase()
    for (const armed of this.#armed) {
      const { fault } = armed
      if (!isOf(fault, tag) || (armed.queue !== undefined && armed.queue !== name)) continue
      armed.left--
      if (armed.left <= 0) this.#armed = this.#armed.filter((other) => other !== armed)
      return fault
    }
    return undefined
  }

  clear(): void {
    this.#armed = []
    this.disabled.clear()
  }
}

const isOf = <T extends Fault["_tag"]>(fault: Fault, tag: T): fault is Extract<Fault, { readonly _tag: T }> =>
  fault._tag === tag
