import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, DateTime, Effect } from "effect"
import { type NewStatus, register, withMottatt } from "./Conversation.ts"
import { Direction } from "./Direction.ts"
import * as MessageStatus from "./MessageStatus.ts"
import { ServiceIdentifier } from "./ServiceIdentifier.ts"
import * as testing from "./testing.ts"

const at = DateTime.makeUnsafe("2019-03-25T11:38:23Z")
const status = (name: MessageStatus.MessageStatus): NewStatus => ({ status: name, at })

const fresh = {
  direction: "OUTGOING",
  serviceIdentifier: "DPI",
  finished: false,
  pollable: false,
  messageStatuses: []
} as const

type State = Parameters<typeof register>[0]

/** What the conversation is after registering. */
const after = (state: State, statuses: ReadonlyArray<NewStatus>): State => {
  const { added, finished, pollable } = register(state, statuses)
  return { ...state, finished, pollable, messageStatuses: [...state.messageStatuses, ...added] }
}

const through = (...names: ReadonlyArray<MessageStatus.MessageStatus>): State =>
  names.reduce<State>((state, name) => after(state, [status(name)]), fresh)

const names = ({ messageStatuses }: State) => messageStatuses.map(({ status: name }) => name)

const anyStatuses = Arbitrary.array(Arbitrary.map(Arbitrary.schema(MessageStatus.MessageStatus), status), {
  maxLength: 12
})
const anyKind = Arbitrary.all({
  direction: Arbitrary.schema(Direction),
  serviceIdentifier: Arbitrary.schema(ServiceIdentifier)
})

describe("register", () => {
  it.effect.prop("changes nothing the second time", [anyKind, anyStatuses], ([kind, statuses]) =>
    Effect.sync(() => {
      const once = after({ ...fresh, ...kind }, statuses)
      assert.deepStrictEqual(register(once, statuses).added, [])
      assert.deepStrictEqual(after(once, statuses), once)
    })
  )

  it.effect.prop("never gives a name twice, and leaves none out", [anyKind, anyStatuses], ([kind, statuses]) =>
    Effect.sync(() => {
      const registered = names(after({ ...fresh, ...kind }, statuses))
      assert.deepStrictEqual(registered, [...new Set(statuses.map(({ status: name }) => name))])
    })
  )

  it.effect.prop(
    "ends the same whether statuses come together or one by one",
    [anyKind, anyStatuses],
    ([kind, statuses]) =>
      Effect.sync(() => {
        const together = after({ ...fresh, ...kind }, statuses)
        const apart = statuses.reduce<State>((state, each) => after(state, [each]), { ...fresh, ...kind })
        assert.deepStrictEqual(apart, together)
      })
  )

  it.effect.prop(
    "ends finished and pollable alike in whatever order statuses come",
    [anyKind, anyStatuses],
    ([kind, statuses]) =>
      Effect.sync(() => {
        const forwards = after({ ...fresh, ...kind }, statuses)
        const backwards = after({ ...fresh, ...kind }, [...statuses].reverse())
        assert.strictEqual(backwards.finished, forwards.finished)
        assert.strictEqual(backwards.pollable, forwards.pollable)
      })
  )

  it.effect.prop("makes only outgoing DPI messages pollable", [anyKind, anyStatuses], ([kind, statuses]) =>
    Effect.sync(() => {
      const { pollable } = after({ ...fresh, ...kind }, statuses)
      if (kind.serviceIdentifier !== "DPI" || kind.direction !== "OUTGOING") assert.isFalse(pollable)
    })
  )

  it("begins polling with SENDT and ends it with MOTTATT", () => {
    assert.isTrue(through("OPPRETTET", "SENDT").pollable)
    assert.isFalse(through("OPPRETTET", "SENDT", "MOTTATT").pollable)
    assert.isFalse(through("OPPRETTET", "SENDT", "MOTTATT").finished)
  })

  it("finishes with LEVERT, and still takes LEST (DPI-85)", () => {
    const levert = through("OPPRETTET", "SENDT", "LEVERT")
    assert.isTrue(levert.finished)
    assert.isFalse(levert.pollable)
    assert.deepStrictEqual(names(after(levert, [status("LEST")])), ["OPPRETTET", "SENDT", "LEVERT", "LEST"])
  })

  it("keeps the first of two FEIL (DPI-86)", () => {
    const first: NewStatus = { ...status("FEIL"), description: "første" }
    const { added } = register(fresh, [first, { ...status("FEIL"), description: "andre" }])
    assert.deepStrictEqual(added, [first])
  })

  it("takes LEVERT after LEVETID_UTLOPT and after FEIL", () => {
    assert.deepStrictEqual(names(through("LEVETID_UTLOPT", "LEVERT")), ["LEVETID_UTLOPT", "LEVERT"])
    assert.isTrue(through("FEIL", "LEVERT").finished)
  })
})

describe("withMottatt", () => {
  it("puts MOTTATT one second before LEVERT, without a text (DPI-81, API-67)", () => {
    const sent = through("OPPRETTET", "SENDT")
    const { added } = register(sent, withMottatt({ ...status("LEVERT"), description: "tekst", rawReceipt: "jws" }))
    assert.deepStrictEqual(added, [
      { status: "MOTTATT", at: DateTime.makeUnsafe("2019-03-25T11:38:22Z") },
      { status: "LEVERT", at, description: "tekst", rawReceipt: "jws" }
    ])
    assert.deepStrictEqual(register(after(sent, added), [status("MOTTATT")]).added, [], "DPI-82")
  })

  it("adds one MOTTATT only, whoever tells first (DPI-82, DPI-83)", () => {
    const received = through("OPPRETTET", "SENDT", "MOTTATT")
    const delivered = after(received, withMottatt(status("LEVERT")))
    assert.deepStrictEqual(names(delivered), ["OPPRETTET", "SENDT", "MOTTATT", "LEVERT"])
    assert.deepStrictEqual(register(delivered, withMottatt(status("LEVERT"))).added, [])
  })

  it.effect.prop("leaves every other status alone", [testing.instant, MessageStatus.MessageStatus], ([when, name]) =>
    Effect.sync(() => {
      const given: NewStatus = { status: name, at: when }
      assert.deepStrictEqual(withMottatt(given).at(-1), given)
      assert.strictEqual(withMottatt(given).length, name === "LEVERT" ? 2 : 1)
    })
  )
})
