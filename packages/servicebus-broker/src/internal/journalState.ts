import type { JournalEntry } from "../Journal.ts"
import type { StoredMessage } from "../Message.ts"

interface QueueState {
  next: number
  readonly messages: Map<number, StoredMessage>
}

/** What entries amount to: the messages that are left, and where each queue's numbering stands. */
export class JournalState {
  readonly #queues = new Map<string, QueueState>()
  /** Bytes of message content that are left. */
  size = 0

  apply(entry: JournalEntry): void {
    const queue = this.#queue(entry.queue)
    if (entry._tag === "Stored") {
      const { sequenceNumber } = entry.message
      this.#forget(queue, sequenceNumber)
      queue.messages.set(sequenceNumber, entry.message)
      this.size += entry.message.content.bytes.length
      queue.next = Math.max(queue.next, sequenceNumber + 1)
    } else if (entry._tag === "Counted") {
      const message = queue.messages.get(entry.sequenceNumber)
      const { deferred, deliveryCount } = entry
      if (message !== undefined) queue.messages.set(entry.sequenceNumber, { ...message, deliveryCount, deferred })
    } else if (entry._tag === "Removed") this.#forget(queue, entry.sequenceNumber)
    else queue.next = Math.max(queue.next, entry.nextSequenceNumber)
  }

  /** The fewest entries that amount to the same. */
  entries(): ReadonlyArray<JournalEntry> {
    const entries: Array<JournalEntry> = []
    for (const [queue, { messages, next }] of this.#queues) {
      entries.push({ _tag: "Numbered", queue, nextSequenceNumber: next })
      const ordered = [...messages.values()].sort((a, b) => a.sequenceNumber - b.sequenceNumber)
      for (const message of ordered) entries.push({ _tag: "Stored", queue, message })
    }
    return entries
  }

  #queue(address: string): QueueState {
    const known = this.#queues.get(address)
    if (known !== undefined) return known
    const created: QueueState = { next: 1, messages: new Map() }
    this.#queues.set(address, created)
    return created
  }

  #forget(queue: QueueState, sequenceNumber: number): void {
    this.size -= queue.messages.get(sequenceNumber)?.content.bytes.length ?? 0
    queue.messages.delete(sequenceNumber)
  }
}
