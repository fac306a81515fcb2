import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { make } from "./Broker.ts"
import { make as makeJournal } from "./FileJournal.ts"
import { attempt, connect } from "./internal/contract/connect.ts"

const serve = `
  const { Effect } = await import("effect")
  const { make } = await import(process.env.BROKER)
  const { make: makeJournal } = await import(process.env.JOURNAL)
  await Effect.runPromise(Effect.scoped(Effect.gen(function*() {
    const broker = yield* make({ queues: ["q"], restPort: false, journal: yield* makeJournal({ path: process.env.FILE }) })
    process.stdout.write(broker.connectionString)
    yield* Effect.never
  })))
`

/** A broker in a process of its own; `kill` is SIGKILL. */
const serveApart = (file: string) =>
  Effect.callback<{ readonly connectionString: string; readonly kill: Effect.Effect<void> }, Error>((resume) => {
    const module = (name: string) => new URL(`./${name}.ts`, import.meta.url).href
    const child = spawn(process.execPath, ["--input-type=module", "-e", serve], {
      cwd: new URL("..", import.meta.url).pathname,
      env: { BROKER: module("Broker"), JOURNAL: module("FileJournal"), FILE: file },
      stdio: ["ignore", "pipe", "inherit"]
    })
    const kill = Effect.callback<void>((killed) => {
      child.once("exit", () => killed(Effect.void))
      child.kill("SIGKILL")
    })
    child.stdout.once("data", (text: Buffer) => resume(Effect.succeed({ connectionString: text.toString(), kill })))
    child.once("exit", () => resume(Effect.fail(new Error("the broker's process ended"))))
  })

it.live(
  "has every message it accepted, and none it completed, after its process was killed",
  () =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.promise(() => mkdtemp(join(tmpdir(), "crash-"))),
        (path) => Effect.promise(() => rm(path, { recursive: true }))
      )
      const file = join(folder, "journal")
      const accepted = new Set<string>()
      const completed = new Set<string>()
      /** A completion whose answer the kill swallowed may have been carried out, or not. */
      const begun = new Set<string>()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const apart = yield* serveApart(file)
          const client = yield* connect(apart.connectionString)
          const sender = client.createSender("q")
          const receiver = client.createReceiver("q", { maxAutoLockRenewalDurationInMs: 0 })
          let next = 0
          const send = Effect.gen(function* () {
            const messageId = String(next++)
            yield* attempt(() => sender.sendMessages({ body: Buffer.alloc(1000), messageId }))
            accepted.add(messageId)
          })
          const complete = Effect.gen(function* () {
            for (const message of yield* attempt(() => receiver.receiveMessages(10, { maxWaitTimeInMs: 1000 }))) {
              begun.add(String(message.messageId))
              yield* attempt(() => receiver.completeMessage(message))
              completed.add(String(message.messageId))
            }
          })
          const work = [...Array.from({ length: 20 }, () => Effect.forever(send)), Effect.forever(complete)]
          const killed = Effect.suspend(() =>
            accepted.size >= 500 && completed.size >= 20 ? apart.kill : Effect.fail("not yet" as const)
          )
          const kill = Effect.retry(killed, { while: () => Effect.as(Effect.sleep(5), true) })
          yield* Effect.race(kill, Effect.all(work, { concurrency: "unbounded" }))
        })
      )
      const broker = yield* make({ queues: ["q"], restPort: false, journal: yield* makeJournal({ path: file }) })
      const left = new Set((yield* broker.queue("q").messages()).map(({ messageId }) => messageId))
      assert.isAtLeast(accepted.size, 500)
      assert.isAtMost(begun.size - completed.size, 1)
      for (const id of accepted)
        if (!begun.has(id)) assert.isTrue(left.has(id), `message ${id} was accepted and is lost`)
      for (const id of completed) assert.isFalse(left.has(id), `message ${id} was completed and is back`)
    }),
  60_000
)
