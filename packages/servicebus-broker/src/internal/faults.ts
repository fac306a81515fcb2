import { Duration, Effect } from "effect"
import type { Faults, FaultScope } from "../Faults.ts"
import type { AmqpFront } from "./amqpFront.ts"
import { condition } from "./conditions.ts"
import type { Fault, FaultPlan } from "./faultPlan.ts"

/** Joins the plan, which fronts and queues consult, with the connections. */
export const makeFaults = (plan: FaultPlan, amqp: AmqpFront): Faults => {
  const arm = ({ queue, times = 1 }: FaultScope, fault: Fault): Effect.Effect<void> =>
    Effect.sync(() => plan.arm(fault, queue, times))
  return {
    dropConnections: ({ queue } = {}) => Effect.sync(() => amqp.drop(queue)),
    detachLinks: (options = {}) =>
      Effect.sync(() =>
        amqp.detach(
          {
            condition: options.condition ?? condition.detachForced,
            description: options.description ?? "The link was detached by fault injection."
          },
          options.queue
        )
      ),
    refuseSends: (options) =>
      arm(options, {
        _tag: "RefuseSend",
        condition: options.condition,
        description: options.description ?? "The send was refused by fault injection."
      }),
    throttle: (options = {}) =>
      arm(options, {
        _tag: "RefuseSend",
        condition: condition.serverBusy,
        description: "The request was terminated because the namespace is being throttled."
      }),
    delaySends: (options) => arm(options, { _tag: "DelaySend", millis: Duration.toMillis(options.for) }),
    delaySettlements: (options) => arm(options, { _tag: "DelaySettlement", millis: Duration.toMillis(options.for) }),
    loseSettlements: (options = {}) => arm(options, { _tag: "LoseSettlement" }),
    duplicateDeliveries: (options = {}) => arm(options, { _tag: "DuplicateDelivery" }),
    disable: (queue) =>
      Effect.sync(() => {
        plan.disabled.add(queue.toLowerCase())
        amqp.detach(
          { condition: condition.entityDisabled, description: `The messaging entity '${queue}' is disabled.` },
          queue
        )
      }),
    enable: (queue) => Effect.sync(() => void plan.disabled.delete(queue.toLowerCase())),
    clear: Effect.sync(() => plan.clear())
  }
}
