/**
 * What the environment says about the sandbox.
 */
import { Config } from "effect"
import { resolve } from "node:path"

/** `SERVER_PORT` is the municipality's; eInnsyn and the simulated network take the two after it. */
export const options = Config.all({
  port: Config.Port("SERVER_PORT").pipe(Config.withDefault(9093)),
  folder: Config.String("SANDBOX_DATA").pipe(
    Config.withDefault(".sandbox"),
    Config.map((folder) => resolve(folder))
  )
})
