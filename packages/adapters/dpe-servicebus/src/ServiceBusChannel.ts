import type { DokumentpakkeSealer } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import type { RecipientLookup } from "@eformidling/port-registry/RecipientLookup"
import type { ServiceBusKeyLookup } from "@eformidling/port-registry/ServiceBusKeyLookup"
import { DeadLetterQueue } from "@eformidling/port-transport/DeadLetterQueue"
import { MessageReceiver } from "@eformidling/port-transport/MessageReceiver"
import { MessageSender } from "@eformidling/port-transport/MessageSender"
import { Context, Effect, Layer } from "effect"
import * as Namespace from "./Namespace.ts"
import * as ServiceBusDeadLetterQueue from "./ServiceBusDeadLetterQueue.ts"
import * as ServiceBusMessageReceiver from "./ServiceBusMessageReceiver.ts"
import * as ServiceBusMessageSender from "./ServiceBusMessageSender.ts"
import type { ServiceBusSettings } from "./ServiceBusSettings.ts"

/** The dead letters of the own queue alone, without receiving from it: for an operator's tools. */
export const deadLetters = (settings: ServiceBusSettings): Layer.Layer<DeadLetterQueue, never, ServiceBusKeyLookup> =>
  Layer.effect(
    DeadLetterQueue,
    Effect.map(Namespace.make(settings), (namespace) => ServiceBusDeadLetterQueue.make(settings, namespace))
  )

/** DPE over Service Bus, both ways on one connection, with the dead letters of the own queue. */
export const layer = (
  settings: ServiceBusSettings
): Layer.Layer<
  MessageSender | MessageReceiver | DeadLetterQueue,
  never,
  ServiceBusKeyLookup | RecipientLookup | DokumentpakkeSealer
> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const namespace = yield* Namespace.make(settings)
      return Context.make(MessageSender, yield* ServiceBusMessageSender.make(settings, namespace)).pipe(
        Context.add(MessageReceiver, yield* ServiceBusMessageReceiver.make(settings, namespace)),
        Context.add(DeadLetterQueue, ServiceBusDeadLetterQueue.make(settings, namespace))
      )
    })
  )
