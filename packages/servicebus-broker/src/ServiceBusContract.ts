import { describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Layer } from "effect"
import { breaking, dying } from "./internal/contract/failing.ts"
import { receiving } from "./internal/contract/receiving.ts"
import type { Scenario } from "./internal/contract/scenario.ts"
import { sending } from "./internal/contract/sending.ts"
import { settlement } from "./internal/contract/settlement.ts"
import { subscribing } from "./internal/contract/subscribing.ts"
import type { ServiceBusTarget } from "./ServiceBusTarget.ts"

/** What a target can do beyond serving the SDK. */
export interface Guarantees {
  /** Whether links and connections can be broken on purpose. */
  readonly faults: boolean
}

const timeout = 30_000

/**
 * What Service Bus does for the real SDK, as 27 scenarios. Each gets a target and a queue of its own.
 *
 * Without `faults` two scenarios are left out, and say so.
 *
 * Source: servicebus-amqp 0.
 */
export const suite = (name: string, target: Layer.Layer<ServiceBusTarget, unknown>, guarantees: Guarantees): void => {
  describe(`${name}: Service Bus`, () => {
    const scenario: Scenario = (title, run) =>
      it.live(title, () => run().pipe(Effect.scoped, Effect.provide(target)), timeout)
    settlement(scenario)
    subscribing(scenario)
    sending(scenario)
    receiving(scenario)
    dying(scenario)
    breaking(guarantees.faults ? scenario : (title) => it.skip(`${title} (needs fault injection)`))
  })
}
