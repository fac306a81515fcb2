import * as MemoryRegistry from "@eformidling/adapter-memory/MemoryRegistry"
import { MessageSender } from "@eformidling/port-transport/MessageSender"
import { Broker } from "@eformidling/servicebus-broker/Broker"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import {
  documentOf,
  einnsyn,
  keyName,
  kommune,
  type Options,
  outgoing,
  record,
  rightKey,
  urn,
  world
} from "./internal/world.testing.ts"
import type { ServiceBusSettings } from "./ServiceBusSettings.ts"

const send = Effect.fnUntraced(function* (
  options: Options,
  documents = [] as ReadonlyArray<ReturnType<typeof documentOf>>
) {
  const message = yield* outgoing(options, documents)
  yield* (yield* MessageSender).send(message)
  return message
})

const messagesIn = Effect.fnUntraced(function* (queue: string) {
  const broker = yield* Broker
  return yield* broker.queue(queue).messages()
})

const attempted = (options: Options, documents?: ReadonlyArray<ReturnType<typeof documentOf>>) =>
  Effect.flip(send(options, documents)).pipe(Effect.map(({ reason }) => reason))

/** Asserts that a message of each kind ends in the queue with that suffix, and is the only one there. */
const arrives = (overrides: Partial<ServiceBusSettings>, options: Options, suffix: string) =>
  Effect.gen(function* () {
    yield* send(options)
    assert.lengthOf(yield* messagesIn(`nextbestqueue${einnsyn}${suffix}`), 1, suffix)
  }).pipe(Effect.provide(world(overrides)))

const kvittering = (referanseType: string): Options => ({
  type: "einnsyn_kvittering",
  body: { dokumentId: "1", status: "OK", referanseType }
})

const pdf = documentOf("brev.pdf", new Uint8Array(1000))

describe("ServiceBusMessageSender", () => {
  it.live("sends to the queue the registry names for the receiver", () => arrives({}, { type: "publisering" }, "data"))

  it.live("sends a kvittering by what it is about (DPE-7)", () =>
    Effect.andThen(arrives({}, kvittering("publisering"), "innsyn"), arrives({}, kvittering("innsynskrav"), "data"))
  )

  it.live("sends kvitteringer to the receipt queue when there is one (DPE-8)", () =>
    Effect.andThen(
      arrives({ receiptQueue: "xyz" }, kvittering("publisering"), "xyz"),
      arrives({ receiptQueue: "xyz" }, kvittering("innsynskrav"), "xyz")
    )
  )

  it.live("sends a status by the queue that is read (DPE-9)", () =>
    Effect.gen(function* () {
      yield* arrives({ mode: "innsyn" }, { type: "status" }, "data")
      yield* arrives({ mode: "data" }, { type: "status" }, "innsyn")
      yield* arrives({ mode: "meeting" }, { type: "status" }, "innsyn")
    })
  )

  it.live("sends statuses to the receipt queue when there is one (DPE-10)", () =>
    arrives({ receiptQueue: "xyz" }, { type: "status" }, "xyz")
  )

  it.live("answers a supplier on the supplier's queue, whole identifier in the message (DPE-61)", () =>
    Effect.gen(function* () {
      const { sbd } = yield* send({ type: "status", receiver: "0192:111111111:222222222" })
      assert.strictEqual(sbd.receiver, "0192:111111111:222222222")
      const [message] = yield* messagesIn("nextbestqueue111111111data")
      const body = JSON.parse(Buffer.from(message?.body ?? []).toString())
      const [{ identifier }] = body.sbd.standardBusinessDocumentHeader.receiver
      assert.strictEqual(identifier.value, "0192:111111111:222222222")
    }).pipe(Effect.provide(world()))
  )

  it.live("tries again later when the registry names no queue (DPE-11)", () =>
    Effect.gen(function* () {
      const registry = yield* MemoryRegistry.MemoryRegistry
      yield* registry.update((contents) => ({
        ...contents,
        recipients: { [einnsyn]: [record("publisering", " ")] }
      }))
      const reason = yield* attempted({ type: "publisering" })
      assert(reason._tag === "Unavailable")
      assert.isFalse(reason.ambiguous)
      assert.strictEqual(reason.detail, `No endpointUrl defined for process ${urn.publisering[0]}`)
    }).pipe(Effect.provide(world()))
  )

  it.live("sends a kvittering without asking the registry (DPE-12)", () =>
    Effect.gen(function* () {
      const registry = yield* MemoryRegistry.MemoryRegistry
      yield* send({ type: "status" })
      const before = yield* registry.questions
      yield* send(kvittering("publisering"))
      assert.strictEqual((yield* registry.questions) - before, 0)
      assert.lengthOf(yield* messagesIn(`nextbestqueue${einnsyn}innsyn`), 1)
    }).pipe(Effect.provide(world()))
  )

  it.live("gives a message up at once that is larger than the queue takes, naming both sizes (DPE-20)", () =>
    Effect.gen(function* () {
      const noise = Uint8Array.from({ length: 900_000 }, (_, index) => (index * 7919) % 251)
      const reason = yield* attempted({ type: "publisering" }, [documentOf("stor.pdf", noise)])
      assert(reason._tag === "Rejected")
      assert.strictEqual(reason.code, "MessageSizeExceeded")
      assert.match(reason.detail, /is \d{7} bytes when encoded, and the queue takes at most 1047552$/)
    }).pipe(Effect.provide(world()))
  )

  it.live("gives each queue message an id of its own (DPE-25)", () =>
    Effect.gen(function* () {
      const { messageId } = yield* send({ type: "publisering" }, [pdf])
      yield* send({ type: "publisering", messageId })
      const ids = (yield* messagesIn(`nextbestqueue${einnsyn}data`)).map((message) => message.messageId)
      assert.strictEqual(new Set([...ids, messageId, undefined]).size, 4)
    }).pipe(Effect.provide(world()))
  )

  it.live("asks for the key again when the broker does not take it (DPE-26)", () =>
    Effect.gen(function* () {
      const broker = yield* Broker
      const registry = yield* MemoryRegistry.MemoryRegistry
      yield* broker.putKey({ name: keyName, key: "the next key", rights: ["Manage"] })
      assert.strictEqual((yield* attempted({ type: "status" }))._tag, "NotAuthorized")
      yield* registry.update((contents) => ({ ...contents, serviceBusKey: "the next key" }))
      yield* send({ type: "status" })
      assert.lengthOf(yield* messagesIn(`nextbestqueue${einnsyn}data`), 1)
    }).pipe(Effect.provide(world()))
  )

  it.live("tries again later while there is no key (DPE-28)", () =>
    Effect.gen(function* () {
      const registry = yield* MemoryRegistry.MemoryRegistry
      yield* registry.setAvailable(false)
      const reason = yield* attempted({ type: "status" })
      assert(reason._tag === "Unavailable")
      assert.isFalse(reason.ambiguous)
      yield* registry.setAvailable(true)
      yield* send({ type: "status" })
    }).pipe(Effect.provide(world()))
  )

  it.live("sends one data section of JSON in ASCII (DPE-29)", () =>
    Effect.gen(function* () {
      yield* send(
        { type: "innsynskrav", body: { orgnr: kommune, epost: "bjørn@example.no" }, receiver: `0192:${kommune}` },
        [pdf]
      )
      const [message] = yield* messagesIn(`nextbestqueue${kommune}innsyn`).pipe(
        Effect.repeat({ until: (messages) => messages.length > 0 })
      )
      assert.strictEqual(message?.contentType, "application/json")
      assert.isTrue(message?.body.every((byte) => byte < 0x7f))
      assert.strictEqual(
        JSON.parse(Buffer.from(message?.body ?? []).toString()).sbd.innsynskrav.epost,
        "bjørn@example.no"
      )
    }).pipe(Effect.provide(world()))
  )

  it.live("does not say that a message may have arrived when the broker itself says no", () =>
    Effect.gen(function* () {
      const { faults } = yield* Broker
      for (const condition of ["amqp:resource-limit-exceeded", "com.microsoft:server-busy"]) {
        yield* faults.refuseSends({ condition })
        const reason = yield* attempted({ type: "status" })
        assert(reason._tag === "Unavailable")
        assert.isFalse(reason.ambiguous, condition)
      }
      yield* faults.disable(`nextbestqueue${einnsyn}data`)
      yield* attempted({ type: "status" })
      const reason = yield* attempted({ type: "status" })
      assert(reason._tag === "Unavailable")
      assert.isFalse(reason.ambiguous)
    }).pipe(Effect.provide(world()))
  )

  it.live("keeps the right key when it has not been refused", () =>
    Effect.gen(function* () {
      const registry = yield* MemoryRegistry.MemoryRegistry
      yield* Effect.forEach(Array.from({ length: 5 }), () => send({ type: "status" }), { concurrency: "unbounded" })
      assert.strictEqual((yield* registry.contents).serviceBusKey, rightKey)
      assert.strictEqual(yield* registry.questions, 2, "one for the key, one for this assertion")
    }).pipe(Effect.provide(world()))
  )
})
