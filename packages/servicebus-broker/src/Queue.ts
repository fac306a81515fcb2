import { Fifo } from "./internal/fifo.ts"
import { Heap } from "./internal/heap.ts"
import { Entry } from "./internal/queueEntry.ts"
import { RecentIds } from "./internal/recentIds.ts"
import { SequenceLog } from "./internal/sequenceLog.ts"
import type { Content, Counts, DeadLetterReason, Lock, Message, Properties, StoredMessage } from "./Message.ts"
import type { Admission, QueueRules, QueueSurroundings } from "./QueueRules.ts"

/**
 * The state machine of one queue. It reads no clock and does no I/O: time and lock tokens are passed in, and every
 * operation first does what has come due by `now`. Operations cost at most logarithmic time.
 *
 * Source: servicebus-amqp 7, 8, 9.
 */
export class Queue {
  readonly rules: QueueRules
  readonly #around: QueueSurroundings
  #nextSequenceNumber = 1
  readonly #log = new SequenceLog<Entry>()
  readonly #arrived = new Fifo<Entry>()
  readonly #returned = new Heap<Entry>((entry) => entry.sequenceNumber)
  readonly #locks = new Map<string, Entry>()
  readonly #lockEnds = new Heap<Lock>((lock) => lock.lockedUntil)
  readonly #expiries = new Heap<Entry>((entry) => entry.expiresAt)
  readonly #schedule = new Heap<Entry>((entry) => entry.scheduledFor ?? 0)
  readonly #seen = new RecentIds()
  #counts = { active: 0, locked: 0, deferred: 0, scheduled: 0 }
  #size = 0

  constructor(rules: QueueRules, around: QueueSurroundings) {
    this.rules = rules
    this.#around = around
  }

  get counts(): Counts {
    return { ...this.#counts }
  }

  /** Whether a message waits to be delivered. */
  get hasActive(): boolean {
    return this.#counts.active > 0
  }

  /** The sequence number the next message is given. */
  get nextSequenceNumber(): number {
    return this.#nextSequenceNumber
  }

  /** Gives the message its place and records it. It is not delivered before `publish`. */
  admit(content: Content, now: number): Admission {
    this.advance(now)
    if (this.#size + content.bytes.length > this.rules.maxSize) return { _tag: "QuotaExceeded" }
    if (this.rules.duplicateDetection > 0 && content.messageId !== undefined) {
      if (this.#seen.has(content.messageId)) return { _tag: "Duplicate" }
      this.#seen.add(content.messageId, now + this.rules.duplicateDetection)
    }
    const scheduledFor =
      content.scheduledFor !== undefined && content.scheduledFor > now ? content.scheduledFor : undefined
    const message = this.#append({
      content,
      enqueuedAt: scheduledFor ?? now,
      expiresAt: (scheduledFor ?? now) + Math.min(content.timeToLive ?? Infinity, this.rules.timeToLive),
      scheduledFor
    })
    this.#around.record({ _tag: "Stored", message: message.stored() })
    return { _tag: "Admitted", message }
  }

  /** Makes an admitted message deliverable: at once, or at its scheduled time. */
  publish(message: Message, now: number): void {
    const entry = this.#log.find(message.sequenceNumber)
    if (entry !== undefined && entry.place === "Admitted") this.#enter(entry)
    this.advance(now)
  }

  /** Takes back an admitted message that could not be stored. */
  withdraw(message: Message): void {
    const entry = this.#log.find(message.sequenceNumber)
    if (entry === undefined || entry.place !== "Admitted") return
    if (entry.content.messageId !== undefined) this.#seen.delete(entry.content.messageId)
    this.#remove(entry)
  }

  /** Puts back a message of an earlier run, where it stood. Messages must come in sequence order. */
  restore(stored: StoredMessage): void {
    const entry = this.#append(stored, stored.sequenceNumber)
    if (stored.deferred) {
      entry.deferred = true
      this.#place(entry, "Deferred")
      if (Number.isFinite(entry.expiresAt)) this.#expiries.push(entry)
    } else this.#enter(entry)
  }

  /** Continues the numbering of an earlier run. */
  continueFrom(sequenceNumber: number): void {
    this.#nextSequenceNumber = Math.max(this.#nextSequenceNumber, sequenceNumber)
  }

  /** Locks the first active message under `token`. */
  lock(token: string, now: number): Message | undefined {
    this.advance(now)
    const entry = this.#shiftActive()
    if (entry !== undefined) this.#lock(entry, token, now)
    return entry
  }

  /** Removes and returns the first active message. */
  take(now: number): Message | undefined {
    this.advance(now)
    const entry = this.#shiftActive()
    if (entry !== undefined) this.#drop(entry)
    return entry
  }

  /** Removes the message. `false` when the lock is lost, here and below. */
  complete(token: string, now: number): boolean {
    const entry = this.#unlock(token, now)
    if (entry === undefined) return false
    this.#drop(entry)
    return true
  }

  /** Gives the message back to its place and counts the delivery. */
  abandon(token: string, properties: Properties, now: number): boolean {
    const entry = this.#unlock(token, now)
    if (entry === undefined) return false
    const amended = this.#amend(entry, properties)
    this.#giveBack(entry, now, amended)
    return true
  }

  /** Sets the message aside, to be asked for by its sequence number. */
  defer(token: string, properties: Properties, now: number): boolean {
    const entry = this.#unlock(token, now)
    if (entry === undefined) return false
    const amended = this.#amend(entry, properties)
    entry.deferred = true
    this.#rest(entry, now, amended)
    return true
  }

  /** Moves the message to the dead-letter queue, with the reason and `properties` laid over its own. */
  deadLetter(token: string, reason: DeadLetterReason, properties: Properties, now: number): boolean {
    const entry = this.#unlock(token, now)
    if (entry === undefined) return false
    this.#moveToDeadLetters(entry, reason, properties, now)
    return true
  }

  /** Extends the lock from now. `undefined` when it is lost. */
  renew(token: string, now: number): Lock | undefined {
    this.advance(now)
    const entry = this.#locks.get(token)
    if (entry === undefined) return undefined
    const lock = { token, lockedUntil: now + this.rules.lockDuration }
    entry.lock = lock
    this.#lockEnds.push(lock)
    return lock
  }

  /** Locks a deferred message under `token`. */
  lockDeferred(sequenceNumber: number, token: string, now: number): Message | undefined {
    this.advance(now)
    const entry = this.#log.find(sequenceNumber)
    if (entry === undefined || entry.place !== "Deferred") return undefined
    this.#lock(entry, token, now)
    return entry
  }

  /** Removes and returns a deferred message. */
  takeDeferred(sequenceNumber: number, now: number): Message | undefined {
    this.advance(now)
    const entry = this.#log.find(sequenceNumber)
    if (entry === undefined || entry.place !== "Deferred") return undefined
    this.#drop(entry)
    return entry
  }

  /** Removes a scheduled message that has not come due. */
  cancelScheduled(sequenceNumber: number, now: number): boolean {
    this.advance(now)
    const entry = this.#log.find(sequenceNumber)
    if (entry === undefined || entry.place !== "Scheduled") return false
    this.#drop(entry)
    return true
  }

  /** The message locked under `token`. */
  heldBy(token: string, now: number): Message | undefined {
    this.advance(now)
    return this.#locks.get(token)
  }

  /** Whether the message is set aside and not locked. */
  isDeferred(sequenceNumber: number, now: number): boolean {
    this.advance(now)
    return this.#log.find(sequenceNumber)?.place === "Deferred"
  }

  /** Up to `count` messages of any state, in sequence order. Changes nothing. */
  peek(fromSequenceNumber: number, count: number, now: number): ReadonlyArray<Message> {
    this.advance(now)
    const found: Array<Message> = []
    if (count <= 0) return found
    for (const entry of this.#log.from(fromSequenceNumber)) {
      if (entry.place === "Admitted") continue
      found.push(entry)
      if (found.length >= count) break
    }
    return found
  }

  /** When something next comes due, in Unix milliseconds; `Infinity` for never. */
  nextDeadline(): number {
    for (let top = this.#lockEnds.peek(); top !== undefined && !this.#holds(top); top = this.#lockEnds.peek()) {
      this.#lockEnds.pop()
    }
    for (let top = this.#expiries.peek(); top?.gone === true; top = this.#expiries.peek()) this.#expiries.pop()
    for (let top = this.#schedule.peek(); top?.gone === true; top = this.#schedule.peek()) this.#schedule.pop()
    return Math.min(
      this.#lockEnds.peek()?.lockedUntil ?? Infinity,
      this.#expiries.peek()?.expiresAt ?? Infinity,
      this.#schedule.peek()?.scheduledFor ?? Infinity
    )
  }

  /** Does what has come due: lost locks, scheduled messages, expired messages. */
  advance(now: number): void {
    for (
      let due = this.#schedule.peek();
      due !== undefined && (due.scheduledFor ?? 0) <= now;
      due = this.#schedule.peek()
    ) {
      this.#schedule.pop()
      if (!due.gone) this.#comeDue(due)
    }
    for (let due = this.#lockEnds.peek(); due !== undefined && due.lockedUntil <= now; due = this.#lockEnds.peek()) {
      this.#lockEnds.pop()
      if (!this.#holds(due)) continue
      const entry = this.#locks.get(due.token)
      if (entry === undefined) continue
      this.#release(entry)
      this.#giveBack(entry, now, false)
    }
    for (let due = this.#expiries.peek(); due !== undefined && due.expiresAt <= now; due = this.#expiries.peek()) {
      this.#expiries.pop()
      if (!due.gone && due.place !== "Locked") this.#expire(due, now)
    }
    this.#seen.forget(now)
  }

  #append(
    from: Partial<StoredMessage> & Pick<StoredMessage, "content" | "enqueuedAt" | "expiresAt">,
    sequenceNumber = this.#nextSequenceNumber
  ): Entry {
    const entry = new Entry(sequenceNumber, from)
    this.continueFrom(sequenceNumber + 1)
    this.#size += entry.content.bytes.length
    this.#log.append(entry)
    return entry
  }

  #enter(entry: Entry): void {
    if (entry.scheduledFor === undefined) {
      this.#place(entry, "Active")
      this.#arrived.push(entry)
      if (Number.isFinite(entry.expiresAt)) this.#expiries.push(entry)
    } else {
      this.#place(entry, "Scheduled")
      this.#schedule.push(entry)
    }
  }

  #comeDue(scheduled: Entry): void {
    const { content, enqueuedAt, enqueuedSequenceNumber, expiresAt } = scheduled
    const entry = this.#append({ content, enqueuedAt, enqueuedSequenceNumber, expiresAt })
    this.#around.record({ _tag: "Stored", message: entry.stored() })
    this.#drop(scheduled)
    this.#enter(entry)
  }

  #place(entry: Entry, place: Entry["place"]): void {
    this.#countPlace(entry.place, -1)
    entry.place = place
    this.#countPlace(place, 1)
  }

  #countPlace(place: Entry["place"], by: 1 | -1): void {
    if (place === "Active") this.#counts.active += by
    else if (place === "Locked") this.#counts.locked += by
    else if (place === "Deferred") this.#counts.deferred += by
    else if (place === "Scheduled") this.#counts.scheduled += by
  }

  #shiftActive(): Entry | undefined {
    for (;;) {
      const arrived = this.#arrived.peek()
      const returned = this.#returned.peek()
      const next =
        returned === undefined || (arrived !== undefined && arrived.sequenceNumber < returned.sequenceNumber)
          ? this.#arrived.shift()
          : this.#returned.pop()
      if (next === undefined || next.place === "Active") return next
    }
  }

  #holds(lock: Lock): boolean {
    return this.#locks.get(lock.token)?.lock === lock
  }

  #lock(entry: Entry, token: string, now: number): void {
    const lock = { token, lockedUntil: now + this.rules.lockDuration }
    entry.lock = lock
    this.#locks.set(token, entry)
    this.#lockEnds.push(lock)
    this.#place(entry, "Locked")
  }

  #release(entry: Entry): void {
    if (entry.lock !== undefined) this.#locks.delete(entry.lock.token)
    entry.lock = undefined
  }

  #unlock(token: string, now: number): Entry | undefined {
    this.advance(now)
    const entry = this.#locks.get(token)
    if (entry !== undefined) this.#release(entry)
    return entry
  }

  #amend(entry: Entry, properties: Properties): boolean {
    if (Object.keys(properties).length === 0) return false
    const before = entry.content.bytes.length
    entry.content = this.#around.amend(entry.content, properties)
    this.#size += entry.content.bytes.length - before
    return true
  }

  #giveBack(entry: Entry, now: number, amended: boolean): void {
    entry.deliveryCount++
    if (entry.deliveryCount >= this.rules.maxDeliveryCount) {
      const description = `Message could not be consumed after ${entry.deliveryCount} delivery attempts.`
      this.#moveToDeadLetters(entry, { reason: "MaxDeliveryCountExceeded", description }, {}, now)
    } else this.#rest(entry, now, amended)
  }

  #rest(entry: Entry, now: number, amended: boolean): void {
    if (entry.expiresAt <= now) return this.#expire(entry, now)
    this.#place(entry, entry.deferred ? "Deferred" : "Active")
    if (!entry.deferred) this.#returned.push(entry)
    const { deferred, deliveryCount, sequenceNumber } = entry
    this.#around.record(
      amended
        ? { _tag: "Stored", message: entry.stored() }
        : { _tag: "Counted", sequenceNumber, deliveryCount, deferred }
    )
  }

  #expire(entry: Entry, now: number): void {
    if (!this.rules.deadLetterOnExpiration) return this.#drop(entry)
    const description = "The message expired and was dead lettered."
    this.#moveToDeadLetters(entry, { reason: "TTLExpiredException", description }, {}, now)
  }

  #moveToDeadLetters(entry: Entry, why: DeadLetterReason, properties: Properties, now: number): void {
    const content = this.#around.amend(entry.content, {
      ...properties,
      ...(why.reason === undefined ? {} : { DeadLetterReason: why.reason }),
      ...(why.description === undefined ? {} : { DeadLetterErrorDescription: why.description })
    })
    const target = this.#around.deadLetters ?? this
    target.#receiveDeadLetter(entry, content, entry.deadLetterSource ?? this.rules.name, now)
    this.#drop(entry)
  }

  #receiveDeadLetter(from: Entry, content: Content, deadLetterSource: string, now: number): void {
    const { deliveryCount, enqueuedSequenceNumber } = from
    const letter = this.#append({
      content,
      deadLetterSource,
      deliveryCount,
      enqueuedAt: now,
      enqueuedSequenceNumber,
      expiresAt: Infinity
    })
    this.#around.record({ _tag: "Stored", message: letter.stored() })
    this.#enter(letter)
  }

  #drop(entry: Entry): void {
    this.#remove(entry)
    this.#around.record({ _tag: "Removed", sequenceNumber: entry.sequenceNumber })
  }

  #remove(entry: Entry): void {
    this.#release(entry)
    this.#size -= entry.content.bytes.length
    this.#place(entry, "Gone")
    this.#log.forget()
  }
}
