import type { MessageId } from "@eformidling/domain/MessageId"
import type { MessageStatus } from "@eformidling/domain/MessageStatus"
import { Broker } from "@eformidling/servicebus-broker/Broker"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Layer, Random, Ref, References, Schedule, Scope } from "effect"
import * as Integrasjonspunkt from "./internal/integrasjonspunkt.testing.ts"
import { broker, einnsyn, kommune, type Options, registry } from "./internal/world.testing.ts"

const municipality = { organisasjonsnummer: kommune, mode: "innsyn" } as const
const national = { organisasjonsnummer: einnsyn, mode: "data" } as const

const publisering: Options = { type: "publisering" }
const innsynskrav: Options = { type: "innsynskrav", sender: `0192:${einnsyn}`, receiver: `0192:${kommune}` }
const kvittering: Options = { type: "einnsyn_kvittering", sender: `0192:${einnsyn}`, receiver: `0192:${kommune}` }

type Life = Layer.Success<ReturnType<typeof Integrasjonspunkt.layer>>

/** An integrasjonspunkt that can be ended and begun anew over the same store. */
const living = Effect.fnUntraced(function* (party: Integrasjonspunkt.Party) {
  const { host, port } = yield* Broker
  const path = yield* Integrasjonspunkt.folder
  const begin = Effect.gen(function* () {
    const scope = yield* Scope.make()
    const life = yield* Layer.buildWithScope(
      Integrasjonspunkt.layer(party, `${host}:${port}`, Integrasjonspunkt.onFiles(party, path)),
      scope
    )
    return { scope, life }
  })
  const current = yield* Ref.make(yield* begin)
  const end = Effect.flatMap(Ref.get(current), ({ scope }) => Scope.close(scope, Exit.void))
  yield* Effect.addFinalizer(() => end)
  return {
    restart: Effect.gen(function* () {
      yield* end
      yield* Ref.set(current, yield* begin)
    }),
    run: <A, E>(effect: Effect.Effect<A, E, Life>) =>
      Effect.flatMap(Ref.get(current), ({ life }) => Effect.provide(effect, life))
  }
})

const quietly = Effect.provideService(References.MinimumLogLevel, "Error")

const eventually = <E, R>(check: Effect.Effect<boolean, E, R>) =>
  Effect.repeat(check, { until: (holds) => holds, schedule: Schedule.spaced("20 millis") })

const delivered: ReadonlyArray<MessageStatus> = ["OPPRETTET", "SENDT", "MOTTATT", "LEVERT"]

const queues = [`nextbestqueue${kommune}innsyn`, `nextbestqueue${einnsyn}data`]

const assertNothingIsLeft = Effect.gen(function* () {
  const { queue } = yield* Broker
  const counts = Effect.forEach(queues, (name) => queue(name).counts)
  yield* eventually(Effect.map(counts, (all) => all.every(({ active, locked }) => active + locked === 0)))
  assert.deepStrictEqual(
    (yield* counts).map(({ deadLettered }) => deadLettered),
    [0, 0]
  )
})

describe("two integrasjonspunkt over Service Bus", () => {
  it.live(
    "exchange publisering, kvittering and innsynskrav, and see SENDT, MOTTATT and LEVERT (DPE-31, DPE-33, DPE-34)",
    () =>
      Effect.gen(function* () {
        const here = yield* living(municipality)
        const there = yield* living(national)
        const published = yield* here.run(Integrasjonspunkt.send(publisering))
        yield* eventually(
          Effect.map(here.run(Integrasjonspunkt.statusesOf(published)), (all) => all.includes("MOTTATT"))
        )
        assert.deepStrictEqual(yield* here.run(Integrasjonspunkt.statusesOf(published)), delivered.slice(0, 3))
        assert.deepStrictEqual(yield* there.run(Integrasjonspunkt.collect), [published])
        const receipt = yield* there.run(Integrasjonspunkt.send(kvittering))
        const asked = yield* there.run(Integrasjonspunkt.send(innsynskrav))
        const arrived: Array<string> = []
        yield* eventually(
          Effect.map(here.run(Integrasjonspunkt.collect), (ids) => arrived.push(...ids) >= 0 && arrived.length === 2)
        )
        assert.sameMembers(arrived, [receipt, asked])
        for (const [side, messageId] of [
          [here, published],
          [there, receipt],
          [there, asked]
        ] as const) {
          const statuses = side.run(Integrasjonspunkt.statusesOf(messageId))
          yield* eventually(Effect.map(statuses, (all) => all.includes("LEVERT")))
          assert.deepStrictEqual(yield* statuses, delivered)
        }
        yield* assertNothingIsLeft
      }).pipe(Effect.scoped, Effect.provide(Layer.merge(broker(), registry)), quietly)
  )

  it.live(
    "deliver every message exactly once while both are ended and connections are cut at random",
    () =>
      Effect.gen(function* () {
        const { faults } = yield* Broker
        const here = yield* living(municipality)
        const there = yield* living(national)
        const content = new Uint8Array(2000)
        const publiseringer = yield* Effect.replicateEffect(here.run(Integrasjonspunkt.send(publisering, content)), 100)
        const innsyn = yield* Effect.replicateEffect(there.run(Integrasjonspunkt.send(innsynskrav, content)), 50)
        const kvitteringer = yield* Effect.replicateEffect(there.run(Integrasjonspunkt.send(kvittering)), 50)
        const collected = { here: [] as Array<string>, there: [] as Array<string> }
        const collect = Effect.gen(function* () {
          collected.here.push(...(yield* here.run(Integrasjonspunkt.collect)))
          collected.there.push(...(yield* there.run(Integrasjonspunkt.collect)))
        })
        const troubles = [here.restart, there.restart, faults.dropConnections(), faults.loseSettlements({ times: 3 })]
        for (let round = 0; round < 16; round++) {
          yield* troubles[yield* Random.nextIntBetween(0, troubles.length - 1)] ?? Effect.void
          yield* Effect.sleep(yield* Random.nextIntBetween(20, 300))
          yield* collect
        }
        yield* faults.clear
        const finished = (side: typeof here, ids: ReadonlyArray<MessageId>) =>
          Effect.map(
            Effect.forEach(ids, (id) => side.run(Integrasjonspunkt.statusesOf(id))),
            (all) => all.every((statuses) => statuses.includes("LEVERT"))
          )
        const theirs = [...innsyn, ...kvitteringer]
        yield* eventually(
          Effect.andThen(
            collect,
            Effect.zipWith(finished(here, publiseringer), finished(there, theirs), (ours, others) => ours && others)
          )
        )
        assert.deepStrictEqual([...collected.there].sort(), [...publiseringer].sort())
        assert.deepStrictEqual([...collected.here].sort(), [...theirs].sort())
        for (const id of publiseringer)
          assert.deepStrictEqual(yield* here.run(Integrasjonspunkt.statusesOf(id)), delivered)
        for (const id of theirs) assert.deepStrictEqual(yield* there.run(Integrasjonspunkt.statusesOf(id)), delivered)
        yield* assertNothingIsLeft
      }).pipe(
        Effect.scoped,
        Effect.provide(Layer.merge(broker({ lockDuration: "2 seconds", maxDeliveryCount: 100 }), registry)),
        quietly
      ),
    120_000
  )
})
