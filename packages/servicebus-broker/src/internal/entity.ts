import type { Message } from "../Message.ts"
import type { Queue } from "../Queue.ts"

/** A receiver that waits for messages of one entity. */
export interface Consumer {
  readonly mode: "PeekLock" | "ReceiveAndDelete"
  /** Whether it can take one more message now. */
  readonly ready: () => boolean
  readonly deliver: (message: Message) => void
  /** Told when there is nothing more to deliver for the moment, or it was not ready. */
  readonly idle: () => void
}

/** Messages that are delivered before other work gets a turn. */
const deliveriesInATurn = 100

/** A queue or dead-letter sub-queue, and who waits for its messages. */
export class Entity {
  readonly address: string
  readonly queue: Queue
  readonly deadLetters: Entity | undefined
  readonly #take: (consumer: Consumer) => Message | undefined
  #consumers: Array<Consumer> = []
  #turn = 0
  #pumping = false

  constructor(
    address: string,
    queue: Queue,
    deadLetters: Entity | undefined,
    take: (entity: Entity, mode: Consumer["mode"]) => Message | undefined
  ) {
    this.address = address
    this.queue = queue
    this.deadLetters = deadLetters
    this.#take = (consumer) => take(this, consumer.mode)
  }

  /** Returns what takes the consumer away again. */
  attach(consumer: Consumer): () => void {
    this.#consumers.push(consumer)
    this.pump()
    return () => {
      this.#consumers = this.#consumers.filter((other) => other !== consumer)
    }
  }

  /** Delivers what can be delivered, soon. */
  pump(): void {
    if (this.#pumping || this.#consumers.length === 0) return
    this.#pumping = true
    queueMicrotask(() => this.#deliver())
  }

  #deliver(): void {
    for (let delivered = 0; this.queue.hasActive; delivered++) {
      if (delivered >= deliveriesInATurn) {
        setImmediate(() => this.#deliver())
        return
      }
      const consumer = this.#nextReady()
      const message = consumer === undefined ? undefined : this.#take(consumer)
      if (consumer === undefined || message === undefined) break
      consumer.deliver(message)
    }
    this.#pumping = false
    for (const consumer of this.#consumers) consumer.idle()
  }

  #nextReady(): Consumer | undefined {
    const consumers = this.#consumers
    for (let tried = 0; tried < consumers.length; tried++) {
      const consumer = consumers[this.#turn % consumers.length]
      this.#turn = (this.#turn + 1) % consumers.length
      if (consumer?.ready() === true) return consumer
    }
    return undefined
  }
}
