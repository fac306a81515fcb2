import type { DokumentpakkeSealer } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import type { RecipientLookup } from "@eformidling/port-registry/RecipientLookup"
import type { ServiceBusKeyLookup } from "@eformidling/port-registry/ServiceBusKeyLookup"
import { MessageReceiver } from "@eformidling/port-transport/MessageReceiver"
import { MessageSender } from "@eformidling/port-transport/MessageSender"
import { Context, Effect, Layer } from "effect"
import * as Namespace from "./Namespace.ts"
import * as ServiceBusMessageReceiver from "./ServiceBusMessageReceiver.ts"
import * as ServiceBusMessageSender from "./ServiceBusMessageSender.ts"
import type { ServiceBusSettings } from "./ServiceBusSettings.ts"

/** DPE over Service Bus, both ways on one connection. */
export const layer = (
  settings: ServiceBusSettings
): Layer.Layer<
  MessageSender | MessageReceiver,
  never,
  ServiceBusKeyLookup | RecipientLookup | DokumentpakkeSealer
> =>
  Layer.effectContext(
    Effect.gen(function*() {
      const namespace = yield* Namespace.make(settings)
      return Context.make(MessageSender, yield* ServiceBusMessageSender.make(settings, namespace)).pipe(
        Context.add(MessageReceiver, yield* ServiceBusMessageReceiver.make(settings, namespace))
      )
    })
  )
