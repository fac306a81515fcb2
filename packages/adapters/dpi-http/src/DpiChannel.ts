import type { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import type { CertificateValidator } from "@eformidling/port-dokumentpakke/CertificateValidator"
import type { DokumentpakkeSealer } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import type { AccessTokens } from "@eformidling/port-registry/AccessTokens"
import type { PrintLookup } from "@eformidling/port-registry/PrintLookup"
import type { RecipientLookup } from "@eformidling/port-registry/RecipientLookup"
import { MessageReceiver } from "@eformidling/port-transport/MessageReceiver"
import { MessageSender } from "@eformidling/port-transport/MessageSender"
import { StatusSource } from "@eformidling/port-transport/StatusSource"
import { Context, Effect, Layer, Redacted } from "effect"
import type { HttpClient } from "effect/http"
import * as Corner2 from "./Corner2.ts"
import * as DpiMessageReceiver from "./DpiMessageReceiver.ts"
import * as DpiMessageSender from "./DpiMessageSender.ts"
import type { DpiSettings } from "./DpiSettings.ts"
import * as DpiStatusSource from "./DpiStatusSource.ts"
import * as FileCorner2 from "./FileCorner2.ts"
import * as Kanal from "./Kanal.ts"
import * as ReceivingToken from "./ReceivingToken.ts"

const open = Effect.fnUntraced(function* (settings: DpiSettings) {
  if (settings.corner2Type === "file") {
    return { corner2: yield* FileCorner2.make(settings), token: Effect.succeed(Redacted.make("")) }
  }
  return { corner2: yield* Corner2.make(settings), token: yield* ReceivingToken.make(settings) }
})

/** Letters out through corner 2, and how far it says they have come. */
export const sending = (
  settings: DpiSettings
): Layer.Layer<
  MessageSender | StatusSource,
  never,
  AccessTokens | BusinessCertificate | DokumentpakkeSealer | HttpClient.HttpClient | PrintLookup | RecipientLookup
> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const { corner2, token } = yield* open(settings)
      yield* Effect.forEach(settings.kanaler.flatMap(Kanal.warnings), Effect.logWarning)
      return Context.make(MessageSender, yield* DpiMessageSender.make(settings, corner2, token)).pipe(
        Context.add(StatusSource, DpiStatusSource.make(corner2, token))
      )
    })
  )

/** Receipts from corner 2, polled for as long as the layer lives. */
export const receiving = (
  settings: DpiSettings
): Layer.Layer<MessageReceiver, never, AccessTokens | CertificateValidator | HttpClient.HttpClient> =>
  Layer.effect(
    MessageReceiver,
    Effect.gen(function* () {
      const { corner2, token } = yield* open(settings)
      return yield* DpiMessageReceiver.make(settings, corner2, token)
    })
  )
