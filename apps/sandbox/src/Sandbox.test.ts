import { NodeHttpClient, NodeServices } from "@effect/platform-node"
import { assert, it } from "@effect/vitest"
import { Effect, FileSystem, Schedule } from "effect"
import { spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { fileURLToPath } from "node:url"
import * as Client from "./demo/Client.ts"
import * as Demo from "./demo/Demo.ts"
import * as Messages from "./demo/Messages.ts"
import * as Sandbox from "./Sandbox.ts"

const folder = Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped({ prefix: "sandbox-" }))

const anyPorts = { municipalityPort: 0, eInnsynPort: 0, networkPort: 0 }

it.live(
  "carries two letters, a publisering with its kvittering and an innsynskrav to their last status",
  () =>
    Effect.gen(function* () {
      yield* Demo.run(yield* Sandbox.start({ ...anyPorts, folder: yield* folder }))
    }).pipe(Effect.scoped, Effect.provide([NodeServices.layer, NodeHttpClient.layerNodeHttp])),
  120_000
)

const main = fileURLToPath(new URL("main.ts", import.meta.url))

const addressesIn = (output: string): Sandbox.Addresses | undefined => {
  const [municipality, eInnsyn] = [/the municipality +(\S+)/, /eInnsyn +(\S+)/].map((line) => line.exec(output)?.[1])
  const network = /(\S+)\/mailboxes/.exec(output)?.[1]
  return municipality === undefined || eInnsyn === undefined || network === undefined
    ? undefined
    : { municipality, eInnsyn, network }
}

/** The sandbox as a process of its own, killed without warning when the scope closes. */
const started = Effect.fnUntraced(function* (data: string) {
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [main], {
        env: { SERVER_PORT: "0", SANDBOX_DATA: data },
        stdio: ["ignore", "pipe", "inherit"]
      })
    ),
    (child) =>
      Effect.callback<void>((resume) => {
        child.once("exit", () => resume(Effect.void))
        child.kill("SIGKILL")
      })
  )
  return yield* Effect.callback<Sandbox.Addresses, string>((resume) => {
    let output = ""
    child.once("exit", () => resume(Effect.fail(`the sandbox ended by itself:\n${output}`)))
    child.stdout.on("data", (bytes: Buffer) => {
      output += bytes.toString()
      const addresses = addressesIn(output)
      if (addresses !== undefined) resume(Effect.succeed(addresses))
    })
  })
})

const untilDelivered = (server: string, messageId: string) =>
  Client.statuses(server, messageId).pipe(
    Effect.filterOrFail(
      (statuses) => statuses.includes("LEVERT"),
      () => "not yet"
    ),
    Effect.retry({ schedule: Schedule.spaced("200 millis"), times: 450 })
  )

it.live(
  "loses nothing and sends nothing twice when it is killed in the middle of its work",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const letters = Array.from({ length: 6 }, () => Messages.digital(randomUUID()))
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { municipality } = yield* started(data)
          yield* Effect.forEach(letters, (letter) => Client.send(municipality, letter), {
            concurrency: 6,
            discard: true
          })
        })
      )
      const { municipality, network } = yield* started(data)
      yield* Effect.forEach(
        letters,
        ({ messageId }) =>
          Effect.gen(function* () {
            const statuses = yield* untilDelivered(municipality, messageId)
            assert.strictEqual(statuses.filter((status) => status === "SENDT").length, 1)
            assert.strictEqual(yield* Client.copies(network, messageId), 1)
          }),
        { concurrency: "unbounded", discard: true }
      )
    }).pipe(Effect.scoped, Effect.provide([NodeServices.layer, NodeHttpClient.layerNodeHttp])),
  150_000
)
