import { ServiceBusAdministrationClient } from "@azure/service-bus"
import { Context, Duration, Effect, Layer, Redacted } from "effect"
import type { Scope } from "effect"
import { randomUUID } from "node:crypto"
import { Broker, layer as brokerLayer } from "./Broker.ts"
import type { Faults } from "./Faults.ts"

/** The rules a scenario asks of its queue. */
export interface TargetQueue {
  /** `short` is the target's shortest lock (default one minute). */
  readonly lock?: "short"
  readonly maxDeliveryCount?: number
  readonly deadLetterOnExpiration?: boolean
}

/** A namespace the contract is held against. */
export class ServiceBusTarget extends Context.Service<
  ServiceBusTarget,
  {
    readonly connectionString: string
    /** The same namespace and key name, with a key that is wrong. */
    readonly wrongConnectionString: string
    readonly shortLock: Duration.Duration
    /** Bytes of a body that is too large for one message. */
    readonly tooLarge: number
    /** Makes a queue of a new name, gone when the scope ends. */
    readonly createQueue: (rules?: TargetQueue) => Effect.Effect<string, unknown, Scope.Scope>
    /** Lets the namespace's time pass. */
    readonly pass: (time: Duration.Duration) => Effect.Effect<void>
    /** What can be broken on purpose; `undefined` where nothing can. */
    readonly faults: Pick<Faults, "dropConnections" | "detachLinks"> | undefined
  }
>()("@eformidling/servicebus-broker/ServiceBusTarget") {}

const newName = Effect.sync(() => `contract-${randomUUID()}`)

/** The broker of this package. */
export const layerBroker: Layer.Layer<ServiceBusTarget, unknown> = Layer.effect(
  ServiceBusTarget,
  Effect.gen(function* () {
    const broker = yield* Broker
    const shortLock = Duration.seconds(2)
    return {
      connectionString: broker.connectionString,
      wrongConnectionString: broker.connectionStringOf({ name: "RootManageSharedAccessKey", key: "not the key" }),
      shortLock,
      tooLarge: 300_000,
      createQueue: Effect.fnUntraced(function* (rules: TargetQueue = {}) {
        const name = yield* newName
        const { deadLetterOnExpiration = false, lock, maxDeliveryCount = 10 } = rules
        const lockDuration = lock === "short" ? shortLock : Duration.minutes(1)
        yield* broker.createQueue({ name, deadLetterOnExpiration, lockDuration, maxDeliveryCount })
        return name
      }),
      pass: broker.clock.adjust,
      faults: broker.faults
    }
  })
).pipe(Layer.provide(brokerLayer()))

/** A real namespace; the key needs the right to manage, as queues are made and deleted. */
export const layerNamespace = (connectionString: Redacted.Redacted): Layer.Layer<ServiceBusTarget> =>
  Layer.sync(ServiceBusTarget, () => {
    const text = Redacted.value(connectionString)
    const administration = new ServiceBusAdministrationClient(text)
    const shortLock = Duration.seconds(5)
    return {
      connectionString: text,
      wrongConnectionString: text.replace(/SharedAccessKey=[^;]*/, "SharedAccessKey=bm90IHRoZSBrZXk="),
      shortLock,
      tooLarge: 1_200_000,
      createQueue: Effect.fnUntraced(function* (rules: TargetQueue = {}) {
        const name = yield* newName
        const { deadLetterOnExpiration = false, lock, maxDeliveryCount = 10 } = rules
        const queue = Effect.tryPromise(() =>
          administration.createQueue(name, {
            maxDeliveryCount,
            lockDuration: lock === "short" ? "PT5S" : "PT1M",
            deadLetteringOnMessageExpiration: deadLetterOnExpiration
          })
        )
        yield* Effect.acquireRelease(queue, () =>
          Effect.ignore(Effect.tryPromise(() => administration.deleteQueue(name)))
        )
        return name
      }),
      pass: Effect.sleep,
      faults: undefined
    }
  })
