/**
 * Whether the registry, corner 2 and Service Bus let us in. Nothing is sent, taken or marked as read.
 */
import * as Namespace from "@eformidling/adapter-dpe-servicebus/Namespace"
import * as ServiceBusFailure from "@eformidling/adapter-dpe-servicebus/ServiceBusFailure"
import type { Settings } from "@eformidling/configuration/Settings"
import * as QueueName from "@eformidling/domain/dpe/QueueName"
import { MessageId } from "@eformidling/domain/MessageId"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { CertificateLookup } from "@eformidling/port-registry/CertificateLookup"
import { StatusSource } from "@eformidling/port-transport/StatusSource"
import * as Certificates from "@eformidling/receiver/Certificates"
import * as DpeWiring from "@eformidling/receiver/DpeWiring"
import * as DpiWiring from "@eformidling/receiver/DpiWiring"
import * as Registries from "@eformidling/receiver/Registries"
import { Effect, Layer } from "effect"
import { randomUUID, X509Certificate } from "node:crypto"
import { attempt, ok, skipped, warning } from "./Check.ts"

type All = Settings["Service"]

const registryName = "Service registry"
const registered = "Certificate in the registry"

/** Asks for the own certificate: others seal for the one that is there. */
const registry = (settings: All) =>
  attempt(
    registryName,
    Effect.gen(function* () {
      const { certificateOf } = yield* CertificateLookup
      const { chain } = yield* BusinessCertificate
      const answered = ok(registryName, `${String(settings.registry.endpoint)} answers.`)
      const pem = yield* Effect.catchReason(certificateOf(settings.org.number), "RegistryError", "NotFound", () =>
        Effect.succeed(undefined)
      )
      if (pem === undefined)
        return [answered, warning(registered, `There is none for ${settings.org.number}: nobody can seal for it.`)]
      const same = yield* Effect.try({
        try: () => new X509Certificate(pem).raw.equals(chain[0]),
        catch: () => ({ message: `What the registry has for ${settings.org.number} is not a certificate.` })
      })
      return [
        answered,
        same
          ? ok(registered, "It is the one in the keystore.")
          : warning(
              registered,
              "It is another than the one in the keystore: what others seal for it may not open here."
            )
      ]
    }).pipe(Effect.provide([Registries.registry(settings), Certificates.keystore(settings.org.keystore)]))
  )

const corner2Name = "Corner 2"

/** Asks about a message that nobody has sent. */
const corner2 = (settings: All) =>
  attempt(
    corner2Name,
    Effect.gen(function* () {
      const { statusesOf } = yield* StatusSource
      yield* statusesOf(MessageId.make(yield* Effect.sync(() => randomUUID())))
      return [ok(corner2Name, `${String(settings.dpi.uri)} answers, and lets us in.`)]
    }).pipe(Effect.provide(DpiWiring.sending(settings).pipe(Layer.provide(Registries.registry(settings)))))
  )

const serviceBusName = "Service Bus"

/** Looks into the own queue without taking anything. */
const serviceBus = (settings: All) => {
  const { channel, key } = DpeWiring.channelOf(settings)
  const queue = QueueName.own(channel.organisasjonsnummer, channel.mode)
  return attempt(
    serviceBusName,
    Effect.gen(function* () {
      const namespace = yield* Namespace.make(channel)
      const { receiver } = yield* namespace.receiver(queue)
      const waiting = yield* Effect.tryPromise({
        try: () => receiver.peekMessages(1),
        catch: ServiceBusFailure.transportError
      })
      const what = waiting.length === 0 ? "nothing waits" : "messages wait"
      return [ok(serviceBusName, `${channel.host} lets us read ${queue}; ${what}.`)]
    }).pipe(Effect.scoped, Effect.provide(key ?? Registries.registry(settings)))
  )
}

/** Everybody the channels in use need. */
export const reach = Effect.fnUntraced(function* (settings: All) {
  const { enableDPE, enableDPI } = settings.feature
  const found = yield* Effect.all(
    [
      registry(settings),
      enableDPI ? corner2(settings) : Effect.succeed([skipped(corner2Name, "difi.move.feature.enableDPI is false.")]),
      enableDPE
        ? serviceBus(settings)
        : Effect.succeed([skipped(serviceBusName, "difi.move.feature.enableDPE is false.")])
    ],
    { concurrency: "unbounded" }
  )
  return found.flat()
})
