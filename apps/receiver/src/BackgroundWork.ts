/**
 * Everything that happens without anybody asking: sending, receiving, polling, expiring, tidying up.
 */
import type { Settings } from "@eformidling/configuration/Settings"
import {
  expireForever,
  forgetForever,
  pollForever,
  pushForever,
  sweepForever,
  unlockForever
} from "@eformidling/exchange/Background"
import { Channels } from "@eformidling/exchange/Channels"
import { receiveForever } from "@eformidling/exchange/ReceiveMessage"
import { relayForever } from "@eformidling/exchange/RelayOutbox"
import { MessageReceiver } from "@eformidling/port-transport/MessageReceiver"
import { MessageSender } from "@eformidling/port-transport/MessageSender"
import { StatusSource } from "@eformidling/port-transport/StatusSource"
import { Context, Duration, Effect, Layer } from "effect"
import * as Certificates from "./Certificates.ts"
import * as DpeWiring from "./DpeWiring.ts"
import * as DpiWiring from "./DpiWiring.ts"
import * as HttpWebhookSender from "./HttpWebhookSender.ts"

const background = <E, R>(work: Effect.Effect<never, E, R>) => Effect.forkScoped(work)

const dpiChannel = Effect.fnUntraced(function* (settings: Settings["Service"]) {
  const sending = yield* Layer.build(DpiWiring.sending(settings))
  if (settings.feature.enableReceipts) {
    const receiving = yield* Layer.build(DpiWiring.receiving(settings))
    yield* background(receiveForever("DPI", Context.get(receiving, MessageReceiver)))
  }
  return { sender: Context.get(sending, MessageSender), statuses: Context.get(sending, StatusSource) }
})

const dpeChannel = Effect.fnUntraced(function* (settings: Settings["Service"]) {
  const bus = yield* Layer.build(DpeWiring.layer(settings))
  yield* background(receiveForever("DPE", Context.get(bus, MessageReceiver)))
  return { sender: Context.get(bus, MessageSender) }
})

const webhooks = ({
  allowPrivateTargets,
  connectTimeout,
  readTimeout,
  secret
}: Settings["Service"]["nextMove"]["webhooks"]) =>
  HttpWebhookSender.layer({ secret, allowPrivateTargets, timeout: Duration.sum(connectTimeout, readTimeout) })

/** Works from when the layer is built until its scope closes. */
export const layer = (settings: Settings["Service"]) =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const { enableDPE, enableDPI, enableReceipts } = settings.feature
      yield* Certificates.warnOfNoTrust(settings)
      const channels = Channels.of({
        ...(enableDPI ? { DPI: yield* dpiChannel(settings) } : {}),
        ...(enableDPE ? { DPE: yield* dpeChannel(settings) } : {})
      })
      const withChannels = Effect.provideService(Channels, channels)
      yield* background(withChannels(relayForever()))
      if (enableReceipts) yield* background(withChannels(pollForever))
      yield* background(expireForever)
      yield* background(unlockForever)
      yield* background(sweepForever)
      yield* background(Effect.provide(pushForever, webhooks(settings.nextMove.webhooks)))
      yield* background(forgetForever)
    })
  )
