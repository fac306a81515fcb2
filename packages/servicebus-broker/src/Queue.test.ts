import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { content } from "./internal/testContent.ts"
import type { Content } from "./Message.ts"
import { Queue } from "./Queue.ts"
import type { Change, QueueRules } from "./QueueRules.ts"

const rules: QueueRules = {
  name: "q",
  lockDuration: 1000,
  maxDeliveryCount: 3,
  timeToLive: Infinity,
  deadLetterOnExpiration: true,
  maxSize: Infinity,
  duplicateDetection: 0
}

const make = (over: Partial<QueueRules> = {}) => {
  const changes: Array<Change> = []
  const around = { amend: (held: Content) => held, deadLetters: undefined }
  const dead = new Queue(
    { ...rules, name: "q/$DeadLetterQueue", maxDeliveryCount: Infinity, timeToLive: Infinity },
    { ...around, record: () => undefined }
  )
  const queue = new Queue(
    { ...rules, ...over },
    { ...around, deadLetters: dead, record: (change) => void changes.push(change) }
  )
  const put = (messageId: string, now: number, with_: Partial<Content> = {}) => {
    const admission = queue.admit(content(messageId, with_), now)
    if (admission._tag === "Admitted") queue.publish(admission.message, now)
    return admission._tag
  }
  return { queue, dead, put, changes }
}

const Step = Schema.Struct({
  act: Schema.Literals([
    "put",
    "putShort",
    "putLater",
    "lock",
    "take",
    "complete",
    "abandon",
    "defer",
    "deadLetter",
    "renew",
    "wait",
    "receiveDeferred"
  ]),
  pick: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20 }))
})

const total = (queue: Queue): number => {
  const { active, deferred, locked, scheduled } = queue.counts
  return active + deferred + locked + scheduled
}

/** Runs steps, and tells what was put in and what was taken out. */
const run = (steps: ReadonlyArray<typeof Step.Type>) => {
  const made = make()
  const { dead, put, queue } = made
  let [now, put_, out, tokens] = [0, 0, 0, 0]
  const held: Array<string> = []
  for (const { act, pick } of steps) {
    const token = held[pick % Math.max(held.length, 1)] ?? "none"
    if (act === "wait") now += pick * 100
    else if (act === "put" || act === "putShort" || act === "putLater") {
      put_++
      put(
        String(put_),
        now,
        act === "put" ? {} : act === "putShort" ? { timeToLive: pick * 50 } : { scheduledFor: now + pick * 50 }
      )
    } else if (act === "lock") {
      const name = `t${tokens++}`
      if (queue.lock(name, now) !== undefined) held.push(name)
    } else if (act === "receiveDeferred") {
      const name = `t${tokens++}`
      if (queue.lockDeferred(pick, name, now) !== undefined) held.push(name)
    } else if (act === "take") out += queue.take(now) === undefined ? 0 : 1
    else if (act === "complete") out += queue.complete(token, now) ? 1 : 0
    else if (act === "abandon") queue.abandon(token, {}, now)
    else if (act === "defer") queue.defer(token, {}, now)
    else if (act === "deadLetter") queue.deadLetter(token, { reason: "r", description: undefined }, {}, now)
    else queue.renew(token, now)
  }
  return { ...made, now, put: put_, out, total: total(queue) + total(dead) }
}

describe("Queue", () => {
  const options = { arbitrary: { runs: 300 } }

  it.prop(
    "loses no message and makes none",
    [Schema.Array(Step)],
    ([steps]) => {
      const { out, put, total } = run(steps)
      assert.strictEqual(total + out, put)
    },
    options
  )

  it.prop(
    "counts what peeking shows",
    [Schema.Array(Step)],
    ([steps]) => {
      const { now, queue } = run(steps)
      const seen = queue.peek(0, Infinity, now)
      const of = (state: string) => seen.filter((message) => message.state === state).length
      assert.deepStrictEqual(queue.counts, {
        active: of("Active"),
        locked: of("Locked"),
        deferred: of("Deferred"),
        scheduled: of("Scheduled")
      })
      assert.deepStrictEqual(
        seen.map((message) => message.sequenceNumber),
        seen.map((message) => message.sequenceNumber).toSorted((a, b) => a - b)
      )
    },
    options
  )

  it.prop(
    "keeps every delivery count below the maximum",
    [Schema.Array(Step)],
    ([steps]) => {
      const { now, queue } = run(steps)
      for (const message of queue.peek(0, Infinity, now)) assert.isBelow(message.deliveryCount, rules.maxDeliveryCount)
    },
    options
  )

  it.prop(
    "has nothing due by now, and its next deadline ahead",
    [Schema.Array(Step)],
    ([steps]) => {
      const { now, queue } = run(steps)
      queue.advance(now)
      assert.isAbove(queue.nextDeadline(), now)
    },
    options
  )

  it.prop(
    "records enough to stand up again",
    [Schema.Array(Step)],
    ([steps]) => {
      const { changes, now, queue } = run(steps)
      queue.advance(now)
      const left = new Set<number>()
      for (const change of changes) {
        if (change._tag === "Stored") left.add(change.message.sequenceNumber)
        else if (change._tag === "Removed") left.delete(change.sequenceNumber)
      }
      assert.sameMembers(
        [...left],
        queue.peek(0, Infinity, now).map((message) => message.sequenceNumber)
      )
    },
    options
  )

  it("puts messages of an earlier run back under their own numbers", () => {
    const { changes, put, queue } = make()
    for (const id of ["a", "b", "c"]) put(id, 0)
    const again = make().queue
    again.continueFrom(queue.nextSequenceNumber)
    for (const change of changes)
      if (change._tag === "Stored" && change.message.content.messageId !== "a") again.restore(change.message)
    assert.deepStrictEqual(
      again.peek(0, Infinity, 0).map(({ sequenceNumber }) => sequenceNumber),
      [2, 3]
    )
    assert.strictEqual(again.nextSequenceNumber, 4)
  })

  it("gives a message back at its place when its lock ends", () => {
    const { put, queue } = make()
    put("a", 0)
    put("b", 0)
    queue.lock("t", 0)
    assert.isFalse(queue.complete("t", 1000))
    assert.strictEqual(queue.lock("u", 1000)?.content.messageId, "a")
    assert.strictEqual(queue.lock("v", 1000)?.content.messageId, "b")
  })

  it("drops a second message with a MessageId it remembers", () => {
    const { put, queue } = make({ duplicateDetection: 500 })
    assert.deepStrictEqual([put("a", 0), put("a", 499), put("a", 500)], ["Admitted", "Duplicate", "Admitted"])
    assert.strictEqual(queue.counts.active, 2)
  })

  it("refuses more bytes than it may hold, until some are gone", () => {
    const { put, queue } = make({ maxSize: 6 })
    assert.deepStrictEqual([put("a", 0), put("b", 0), put("c", 0)], ["Admitted", "Admitted", "QuotaExceeded"])
    queue.take(0)
    assert.strictEqual(put("c", 0), "Admitted")
  })

  it("lets an expired message be completed by who holds it, and expires it when it is given back", () => {
    const { dead, put, queue } = make()
    put("a", 0, { timeToLive: 500 })
    put("b", 0, { timeToLive: 500 })
    queue.lock("t", 0)
    queue.lock("u", 0)
    assert.isTrue(queue.complete("t", 900))
    assert.isTrue(queue.abandon("u", {}, 900))
    assert.strictEqual(dead.counts.active, 1)
  })
})
