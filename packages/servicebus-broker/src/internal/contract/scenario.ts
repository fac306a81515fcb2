import type { Effect, Scope } from "effect"
import type { ServiceBusTarget } from "../../ServiceBusTarget.ts"

/** Adds one scenario to the suite; it gets a target of its own. */
export type Scenario = (title: string, run: () => Effect.Effect<void, unknown, ServiceBusTarget | Scope.Scope>) => void
