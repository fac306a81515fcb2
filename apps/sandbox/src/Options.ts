/**
 * What the environment says about the sandbox.
 */
import { Config, Schema } from "effect"
import { resolve } from "node:path"

/** As text in the environment; the two ports above it are used too. */
const portNumber = Schema.NumberFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 0, maximum: 65_533 }))

/** `SERVER_PORT` is the municipality's; eInnsyn and the simulated network take the two after it. 0 takes any that are free. */
export const options = Config.all({
  port: Config.schema(portNumber, "SERVER_PORT").pipe(Config.withDefault(9093)),
  folder: Config.String("SANDBOX_DATA").pipe(
    Config.withDefault(".sandbox"),
    Config.map((folder) => resolve(folder))
  )
})
