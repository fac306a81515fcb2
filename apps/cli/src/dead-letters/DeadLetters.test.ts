import { ServiceBusClient } from "@azure/service-bus"
import { fromRecord } from "@eformidling/configuration/Settings"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { Conversations } from "@eformidling/port-store/Conversations"
import { DeadLetters } from "@eformidling/port-store/DeadLetters"
import type { Store } from "@eformidling/port-store/Store"
import * as Samples from "@eformidling/port-store/StoreSamples"
import * as Certificates from "@eformidling/receiver/Certificates"
import * as Foundation from "@eformidling/receiver/Foundation"
import { Broker } from "@eformidling/servicebus-broker/Broker"
import * as Receipts from "@eformidling/simulated-network/dpi/Receipts"
import { assert, layer } from "@effect/vitest"
import { DateTime, Effect, Layer, Path, Redacted } from "effect"
import { hash, randomUUID } from "node:crypto"
import { commandLine } from "../commandLine.testing.ts"
import { Folder, network, own, propertiesOf, settingsOf } from "../network.testing.ts"

const supplier = "984661185"

/** Looks into the store that the command line opens. */
const inStore = <A, E>(effect: Effect.Effect<A, E, Store>) =>
  Effect.gen(function* () {
    const settings = yield* fromRecord(yield* propertiesOf(own), "staging")
    return yield* Effect.provide(effect, Layer.fresh(Foundation.layer(settings)))
  })

/** A kvittering that the supplier signed, for a letter that the store knows. */
const kvittering = Effect.gen(function* () {
  const path = yield* Path.Path
  const file = path.join(yield* Folder, "pki", `${supplier}.pem`)
  const keystore = Certificates.keystore({ path: file, type: "PEM", alias: undefined, password: Redacted.make("") })
  const certificate = yield* Effect.provide(BusinessCertificate, keystore)
  const letter = yield* Samples.conversation()
  const at = yield* DateTime.now
  const { jws } = yield* Receipts.writer(
    supplier,
    certificate
  )({
    type: "leveringskvittering",
    conversationId: letter.conversationId,
    receiver: own,
    process: "digital",
    at
  })
  yield* inStore(Effect.flatMap(Conversations, ({ open }) => open(letter, [Samples.status("SENDT")])))
  return { jws, letter }
})

/** Puts something aside as the receiver does, and tells its key. */
const setAside = Effect.fnUntraced(function* (body: string, source = "dpi-kvittering") {
  const key = hash("sha256", body, "hex")
  const letter = { source, key, reason: "CertificateRefused", description: "no chain", body: Buffer.from(body) }
  yield* inStore(Effect.flatMap(DeadLetters, ({ add }) => add(letter)))
  return key
})

const deadLetters = Effect.fnUntraced(function* (
  args: ReadonlyArray<string>,
  changed: Readonly<Record<string, string>> = {}
) {
  return yield* commandLine("dead-letters", ...args, ...(yield* settingsOf(own, changed)))
})

/** Sends something to the own queue, and sets it aside there as the receiver does. */
const kill = Effect.fnUntraced(function* (body: string) {
  const { connectionString } = yield* Broker
  const queue = `nextbestqueue${own}innsyn`
  yield* Effect.acquireUseRelease(
    Effect.sync(() => new ServiceBusClient(connectionString)),
    (client) =>
      Effect.promise(async () => {
        await client.createSender(queue).sendMessages({ body: Buffer.from(body), messageId: randomUUID() })
        const receiver = client.createReceiver(queue, { skipParsingBodyAsJson: true })
        for (const message of await receiver.receiveMessages(1))
          await receiver.deadLetterMessage(message, {
            deadLetterReason: "InvalidSbd",
            deadLetterErrorDescription: "the receiver is missing"
          })
      }),
    (client) => Effect.promise(() => client.close())
  )
  return queue
})

layer(network, { excludeTestServices: true, timeout: "60 seconds" })("dead-letters", (it) => {
  it.effect("lists and shows what could not be read, its content only when asked", () =>
    Effect.gen(function* () {
      const key = yield* setAside("<html>\u001b[2J")
      const listed = yield* deadLetters(["list"])
      assert.strictEqual(listed.code, 0)
      assert.match(listed.out, new RegExp(`^dpi-kvittering  ${key}  \\S+  CertificateRefused +10  no chain$`, "m"))
      const shown = yield* deadLetters(["show", "dpi-kvittering", key])
      assert.match(shown.out, /^reason +CertificateRefused$/m)
      assert.notInclude(shown.out, "<html>")
      const whole = yield* deadLetters(["show", "dpi-kvittering", key, "--body"])
      assert.include(whole.out, "<html>\\u001b[2J")
      const json = yield* deadLetters(["show", "dpi-kvittering", key, "--body", "--json"])
      assert.include(json.out, `"body": "${Buffer.from("<html>\u001b[2J").toString("base64")}"`)
    })
  )

  it.effect("replays a kvittering once its signer is trusted, and keeps it until then", () =>
    Effect.gen(function* () {
      const { jws, letter } = yield* kvittering
      const key = yield* setAside(jws)
      const args = ["replay", "dpi-kvittering", key]
      const early = yield* deadLetters(args, { "difi.move.dpi.certificate.trust": "" })
      assert.strictEqual(early.code, 1)
      assert.match(early.out, /^kept {2}dpi-kvittering .*CertificateRefused/)
      assert.include(early.out, "0 replayed, 1 kept")

      const late = yield* deadLetters(args)
      assert.strictEqual(late.code, 0)
      assert.include(late.out, `leveringskvittering of conversation ${letter.conversationId}`)
      const statuses = yield* inStore(
        Effect.flatMap(Conversations, ({ outgoingByConversationId }) => outgoingByConversationId(letter.conversationId))
      )
      assert.deepStrictEqual(
        statuses[0]?.messageStatuses.map(({ status }) => status),
        ["SENDT", "MOTTATT", "LEVERT"]
      )
      const gone = yield* deadLetters(args)
      assert.deepStrictEqual([gone.code, gone.out], [2, ""])
      assert.include(gone.error, "There is no dead letter")
    })
  )

  it.effect("replays all there are, and tells which are kept", () =>
    Effect.gen(function* () {
      const spoilt = yield* setAside(Receipts.spoilt((yield* kvittering).jws))
      const unknown = yield* setAside("what", "elsewhere")
      yield* setAside((yield* kvittering).jws)
      const { code, out } = yield* deadLetters(["replay", "--all"])
      assert.strictEqual(code, 1)
      assert.match(out, new RegExp(`^kept  dpi-kvittering ${spoilt}  BadSignature`, "m"))
      assert.include(out, `kept  elsewhere ${unknown}  Nothing handles letters from elsewhere again.`)
      assert.match(out, /^1 replayed, /m)
    })
  )

  it.effect("says how replay is to be asked", () =>
    Effect.gen(function* () {
      for (const args of [["replay"], ["replay", "a"], ["replay", "a", "b", "--all"]]) {
        const { code, error } = yield* deadLetters(args)
        assert.strictEqual(code, 2)
        assert.include(error, "or --all")
      }
    })
  )

  it.effect("says what is wrong with the settings", () =>
    Effect.gen(function* () {
      const { code, error } = yield* commandLine("dead-letters", "list")
      assert.strictEqual(code, 2)
      assert.include(error, "difi.move.org.number is not set")
    })
  )

  it.effect("lists, shows and replays what lies in the queue's dead letters", () =>
    Effect.gen(function* () {
      const queue = yield* kill("{}")
      const listed = yield* deadLetters(["list"])
      assert.strictEqual(listed.code, 0)
      const line = /^servicebus +(\d+) +\S+ +InvalidSbd +2 +the receiver is missing$/m.exec(listed.out)
      assert(line !== null, listed.out)
      const key = line[1] ?? ""
      const shown = yield* deadLetters(["show", "servicebus", key, "--body"])
      assert.match(shown.out, /\n\{\}$/)
      const replayed = yield* deadLetters(["replay", "servicebus", key])
      assert.strictEqual(replayed.code, 0)
      const broker = yield* Broker
      const waiting = yield* broker.queue(queue).messages()
      assert.deepStrictEqual(
        waiting.map(({ body }) => Buffer.from(body).toString()),
        ["{}"]
      )
      const again = yield* deadLetters(["replay", "servicebus", key])
      assert.strictEqual(again.code, 2)
    })
  )

  it.effect("lists what it can reach, and says what it cannot", () =>
    Effect.gen(function* () {
      const key = yield* setAside("anything")
      const { code, error, out } = yield* deadLetters(["list"], {
        "difi.move.nextmove.serviceBus.baseUrl": "127.0.0.1:1",
        "difi.move.nextmove.serviceBus.connectTimeout": "2000"
      })
      assert.strictEqual(code, 2)
      assert.include(out, key)
      assert.include(error, "Service Bus: ")
    })
  )
})
