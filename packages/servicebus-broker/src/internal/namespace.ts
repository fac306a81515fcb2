import type { JournalEntry } from "../Journal.ts"
import type { Content, DeadLetterReason, Lock, Message, Properties } from "../Message.ts"
import { Queue } from "../Queue.ts"
import type { Change, QueueRules } from "../QueueRules.ts"
import { deadLettersOf, parseAddress } from "./address.ts"
import type { Address } from "./address.ts"
import { amend } from "./amqpMessage.ts"
import { condition, lockLost, notStored } from "./conditions.ts"
import type { Refusal } from "./conditions.ts"
import { Entity } from "./entity.ts"
import type { Consumer } from "./entity.ts"
import type { FaultPlan } from "./faultPlan.ts"
import { Timers } from "./timers.ts"

/** What a receiver wants done with a message it holds. */
export type Settlement =
  | { readonly _tag: "Complete" }
  | { readonly _tag: "Abandon"; readonly properties: Properties }
  | { readonly _tag: "Defer"; readonly properties: Properties }
  | { readonly _tag: "DeadLetter"; readonly why: DeadLetterReason; readonly properties: Properties }

/** What the namespace needs from the broker around it. */
export interface NamespaceSurroundings {
  readonly now: () => number
  readonly newToken: () => string
  /** Stores the entries and then says whether they are stored; at once when there is no journal. */
  readonly commit: (entries: ReadonlyArray<JournalEntry>, done: (stored: boolean) => void) => void
  /** Told whenever something may come due earlier than before. */
  readonly onDeadline: (deadline: number) => void
  readonly rulesOf: (queue: string) => QueueRules
  readonly maxMessageSize: number
  readonly createOnFirstUse: boolean
  readonly faults: FaultPlan
}

type Done = (refusal: Refusal | undefined) => void

/** All queues of a broker, and the operations its fronts share. */
export class Namespace {
  readonly around: NamespaceSurroundings
  readonly timers = new Timers()
  readonly #entities = new Map<string, Entity>()
  #pending: Array<JournalEntry> = []

  constructor(around: NamespaceSurroundings) {
    this.around = around
  }

  get entities(): Iterable<Entity> {
    return this.#entities.values()
  }

  /** Makes the queue and its dead-letter sub-queue; one that exists already keeps its rules. */
  create(rules: QueueRules): Entity {
    const existing = this.#entities.get(rules.name.toLowerCase())
    if (existing !== undefined) return existing
    const dead = deadLettersOf(rules.name)
    const deadRules = {
      ...rules,
      name: dead,
      timeToLive: Infinity,
      maxDeliveryCount: Infinity,
      maxSize: Infinity,
      duplicateDetection: 0
    }
    const deadLetters = this.#add(deadRules, undefined)
    return this.#add(rules, deadLetters)
  }

  /** The queue or sub-queue an address names. */
  find(address: Address): Entity | undefined {
    const name = address.queue.toLowerCase()
    const known = this.#entities.get(name)
    const queue =
      known ??
      (this.around.createOnFirstUse && name !== "" ? this.create(this.around.rulesOf(address.queue)) : undefined)
    return address.deadLetters ? queue?.deadLetters : queue
  }

  /** Puts an entry of an earlier run back. */
  restore(entry: JournalEntry): void {
    const address = parseAddress(entry.queue)
    this.create(this.around.rulesOf(address.queue))
    const queue = this.find(address)?.queue
    if (entry._tag === "Stored") queue?.restore(entry.message)
    else if (entry._tag === "Numbered") queue?.continueFrom(entry.nextSequenceNumber)
  }

  /** Takes all messages or none. They are deliverable once they are stored. */
  send(
    entity: Entity,
    contents: ReadonlyArray<Content>,
    done: (refusal: Refusal | undefined, messages: ReadonlyArray<Message>) => void
  ): void {
    const { faults } = this.around
    const now = this.around.now()
    const refused = this.refusalOf(entity) ?? faults.take("RefuseSend", entity.address)
    if (refused !== undefined) return done(refused, [])
    this.#comeDue(entity, now)
    const admitted: Array<Message> = []
    for (const content of contents) {
      const admission = entity.queue.admit(content, now)
      if (admission._tag === "Admitted") admitted.push(admission.message)
      if (admission._tag === "QuotaExceeded") {
        for (const message of admitted) entity.queue.withdraw(message)
        this.#drain()
        const description = `The maximum size of queue '${entity.address}' has been reached.`
        return done({ condition: condition.resourceLimitExceeded, description }, [])
      }
    }
    const delay = faults.take("DelaySend", entity.address)?.millis
    this.around.commit(this.#drain(), (stored) => {
      for (const message of admitted) {
        if (stored) entity.queue.publish(message, this.around.now())
        else entity.queue.withdraw(message)
      }
      this.#touch(entity)
      this.#after(delay, () => done(stored ? undefined : notStored, admitted))
    })
  }

  /** Settles one delivery. `done` is not called when a fault loses the answer. */
  settle(entity: Entity, token: string, settlement: Settlement, done: Done): void {
    const { faults } = this.around
    const delay = faults.take("DelaySettlement", entity.address)?.millis
    const lost = faults.take("LoseSettlement", entity.address) !== undefined
    this.change(
      entity,
      (queue, now) => this.#apply(queue, token, settlement, now, entity.address),
      (held, stored) => {
        if (!lost) this.#after(delay, () => done(!held ? lockLost : stored ? undefined : notStored))
      }
    )
  }

  renew(entity: Entity, token: string): Lock | undefined {
    const lock = entity.queue.renew(token, this.around.now())
    this.#flush(entity)
    return lock
  }

  /** Does something to a queue and tells the outcome once the changes are stored. */
  change<A>(
    entity: Entity,
    operate: (queue: Queue, now: number) => A,
    done: (outcome: A, stored: boolean) => void
  ): void {
    const outcome = operate(entity.queue, this.around.now())
    const entries = this.#drain()
    if (entries.length === 0) done(outcome, true)
    else this.around.commit(entries, (stored) => done(outcome, stored))
    this.#touch(entity)
  }

  /** Why the entity takes no requests at all, if it does not. */
  refusalOf(entity: Entity): Refusal | undefined {
    const name = parseAddress(entity.address).queue
    if (!this.around.faults.disabled.has(name.toLowerCase())) return undefined
    return { condition: condition.entityDisabled, description: `The messaging entity '${name}' is disabled.` }
  }

  /** Does what has come due everywhere. */
  advance(): void {
    const now = this.around.now()
    this.timers.fire(now)
    for (const entity of this.#entities.values()) {
      this.#comeDue(entity, now)
      if (entity.deadLetters !== undefined) this.#comeDue(entity.deadLetters, now)
    }
  }

  nextDeadline(): number {
    let next = this.timers.nextDeadline()
    for (const entity of this.#entities.values()) {
      next = Math.min(next, entity.queue.nextDeadline(), entity.deadLetters?.queue.nextDeadline() ?? Infinity)
    }
    return next
  }

  /** Runs something at an instant of the broker's time; returns what takes it back. */
  schedule(at: number, run: () => void): () => void {
    const cancel = this.timers.at(at, run)
    this.around.onDeadline(at)
    return cancel
  }

  #add(rules: QueueRules, deadLetters: Entity | undefined): Entity {
    const record = (change: Change): void => {
      this.#pending.push({ ...change, queue: rules.name })
    }
    const queue = new Queue(rules, { record, amend, deadLetters: deadLetters?.queue })
    const entity = new Entity(rules.name, queue, deadLetters, (self, mode) => this.#take(self, mode))
    if (deadLetters !== undefined) this.#entities.set(rules.name.toLowerCase(), entity)
    return entity
  }

  #take(entity: Entity, mode: Consumer["mode"]): Message | undefined {
    const { newToken, now } = this.around
    const message = mode === "PeekLock" ? entity.queue.lock(newToken(), now()) : entity.queue.take(now())
    this.#flush(entity)
    return message
  }

  #apply(queue: Queue, token: string, settlement: Settlement, now: number, address: string): boolean {
    switch (settlement._tag) {
      case "Complete":
        return this.around.faults.take("DuplicateDelivery", address) === undefined
          ? queue.complete(token, now)
          : queue.abandon(token, {}, now)
      case "Abandon":
        return queue.abandon(token, settlement.properties, now)
      case "Defer":
        return queue.defer(token, settlement.properties, now)
      case "DeadLetter":
        return queue.deadLetter(token, settlement.why, settlement.properties, now)
    }
  }

  #comeDue(entity: Entity, now: number): void {
    entity.queue.advance(now)
    this.#flush(entity)
  }

  #drain(): ReadonlyArray<JournalEntry> {
    const entries = this.#pending
    this.#pending = []
    return entries
  }

  #flush(entity: Entity): void {
    const entries = this.#drain()
    if (entries.length > 0) this.around.commit(entries, () => undefined)
    this.#touch(entity)
  }

  #touch(entity: Entity): void {
    if (entity.queue.hasActive) entity.pump()
    if (entity.deadLetters?.queue.hasActive === true) entity.deadLetters.pump()
    this.around.onDeadline(entity.queue.nextDeadline())
  }

  #after(delay: number | undefined, run: () => void): void {
    if (delay === undefined) run()
    else this.schedule(this.around.now() + delay, run)
  }
}
