/**
 * A process that writes until it is killed: `crashWriter.ts <sqlite file or Postgres URL> <documents folder> <key file>`.
 * Prints `ready`, then for each commit, once it is acknowledged, the message's id and its document's key.
 */
import { Conversations } from "@eformidling/port-store/Conversations"
import { Documents } from "@eformidling/port-store/Documents"
import { conversation, sbd, status } from "@eformidling/port-store/StoreSamples"
import { OutMessages } from "@eformidling/port-store/OutMessages"
import { Outbox } from "@eformidling/port-store/Outbox"
import { Transaction } from "@eformidling/port-store/Transaction"
import { Effect, Layer, Redacted, Stream } from "effect"
import { readFileSync, writeSync } from "node:fs"
import * as PostgresStore from "../PostgresStore.ts"
import * as SqliteStore from "../SqliteStore.ts"
import { businessCertificate } from "./testStores.ts"

const [database = "", documentsFolder = "", keyFile = ""] = process.argv.slice(2)

const Store = database.startsWith("postgres")
  ? PostgresStore.layer({ url: Redacted.make(database), documentsFolder })
  : SqliteStore.layer({ filename: database, documentsFolder })

const say = (line: string) => Effect.sync(() => writeSync(1, `${line}\n`))

const exchange = Effect.gen(function* () {
  const { run } = yield* Transaction
  const conversations = yield* Conversations
  const outMessages = yield* OutMessages
  const outbox = yield* Outbox
  const document = yield* sbd()
  const { messageId } = document
  const written = yield* (yield* Documents).write(Stream.make(new TextEncoder().encode(messageId)))
  yield* run(
    Effect.gen(function* () {
      const { id } = yield* conversations.open(yield* conversation({ messageId }), [status("OPPRETTET")])
      yield* outMessages.put({ messageId, sbd: document, serviceIdentifier: "DPI" })
      yield* outMessages.addDocument(messageId, {
        ...written,
        number: 1,
        filename: "a.txt",
        mimeType: "text/plain",
        title: undefined,
        primary: true
      })
      yield* outbox.offer({ id: messageId, work: { kind: "message", messageId }, serviceIdentifier: "DPI" })
      yield* conversations.register(id, [status("SENDT")])
    })
  )
  yield* say(`${messageId} ${written.key}`)
})

const writers = Effect.andThen(
  say("ready"),
  Effect.forEach([1, 2, 3, 4], () => Effect.forever(exchange), { concurrency: "unbounded", discard: true })
)

Effect.runFork(
  writers.pipe(
    Effect.provide(Store.pipe(Layer.provide(businessCertificate("1", readFileSync(keyFile, "utf8"))))),
    Effect.tapCause((cause) => Effect.logError(cause))
  )
)
