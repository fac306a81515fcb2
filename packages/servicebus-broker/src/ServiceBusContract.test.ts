import { it } from "@effect/vitest"
import { Config, Effect, Option } from "effect"
import { suite } from "./ServiceBusContract.ts"
import { layerBroker, layerNamespace } from "./ServiceBusTarget.ts"

suite("the broker", layerBroker, { faults: true })

const variable = "SERVICEBUS_CONNECTION_STRING"
const connectionString = Effect.runSync(Config.Redacted(variable).pipe(Config.option, Effect.orDie))

if (Option.isSome(connectionString)) suite("a namespace", layerNamespace(connectionString.value), { faults: false })
else it.skip(`keeps the contract in a real namespace (skipped: ${variable} is not set)`)
