import { randomUUID } from "node:crypto"
import { ServiceBusClient } from "@azure/service-bus"
import * as DeadLetterQueueContract from "@eformidling/port-transport/DeadLetterQueueContract"
import { Broker } from "@eformidling/servicebus-broker/Broker"
import { Effect, Layer } from "effect"
import { kommune, settings, surroundings } from "./internal/world.testing.ts"
import * as ServiceBusChannel from "./ServiceBusChannel.ts"

const own = `nextbestqueue${kommune}innsyn`

const peer = Layer.effect(
  DeadLetterQueueContract.Peer,
  Effect.gen(function* () {
    const broker = yield* Broker
    const client = yield* Effect.acquireRelease(
      Effect.sync(() => new ServiceBusClient(broker.connectionString)),
      (client) => Effect.promise(() => client.close())
    )
    const receiver = client.createReceiver(own, { skipParsingBodyAsJson: true, maxAutoLockRenewalDurationInMs: 0 })
    const sender = client.createSender(own)
    const keyOf = (body: Uint8Array) => Buffer.from(body).toString()
    return DeadLetterQueueContract.Peer.of({
      kill: Effect.fnUntraced(function* ({ description, reason }) {
        const key = randomUUID()
        yield* Effect.promise(() => sender.sendMessages({ body: Buffer.from(key) }))
        let sought = true
        while (sought) {
          const [message] = yield* Effect.promise(() => receiver.receiveMessages(1))
          if (message === undefined) continue
          sought = keyOf(message.body) !== key
          yield* Effect.promise(() =>
            sought
              ? receiver.deferMessage(message)
              : receiver.deadLetterMessage(message, {
                  deadLetterReason: reason,
                  deadLetterErrorDescription: description
                })
          )
        }
        return key
      }),
      waiting: Effect.map(Effect.orDie(broker.queue(own).messages()), (all) => all.map(({ body }) => keyOf(body))),
      keyOf
    })
  })
)

const deadLetters = Layer.unwrap(
  Effect.map(Broker, ({ host, port }) => ServiceBusChannel.deadLetters(settings(`${host}:${port}`)))
)

DeadLetterQueueContract.suite(
  "Service Bus",
  Layer.merge(peer, deadLetters).pipe(Layer.provide(surroundings({ queues: [own] })))
)
