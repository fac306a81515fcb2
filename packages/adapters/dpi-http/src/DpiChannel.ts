import type { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import type { CertificateValidator } from "@eformidling/port-dokumentpakke/CertificateValidator"
import type { DokumentpakkeSealer } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import type { AccessTokens } from "@eformidling/port-registry/AccessTokens"
import type { PrintLookup } from "@eformidling/port-registry/PrintLookup"
import type { RecipientLookup } from "@eformidling/port-registry/RecipientLookup"
import { MessageReceiver } from "@eformidling/port-transport/MessageReceiver"
import { MessageSender } from "@eformidling/port-transport/MessageSender"
import { StatusSource } from "@eformidling/port-transport/StatusSource"
import { Context, Effect, Layer } from "effect"
import type { HttpClient } from "effect/http"
import * as Corner2 from "./Corner2.ts"
import * as DpiMessageReceiver from "./DpiMessageReceiver.ts"
import * as DpiMessageSender from "./DpiMessageSender.ts"
import type { DpiSettings } from "./DpiSettings.ts"
import * as DpiStatusSource from "./DpiStatusSource.ts"
import * as ReceivingToken from "./ReceivingToken.ts"

/** DPI through corner 2's HTTP interface: letters out, receipts and statuses back. */
export const layer = (
  settings: DpiSettings
): Layer.Layer<
  MessageSender | MessageReceiver | StatusSource,
  never,
  | AccessTokens
  | BusinessCertificate
  | CertificateValidator
  | DokumentpakkeSealer
  | HttpClient.HttpClient
  | PrintLookup
  | RecipientLookup
> =>
  Layer.effectContext(
    Effect.gen(function*() {
      const corner2 = yield* Corner2.make(settings)
      const token = yield* ReceivingToken.make(settings)
      return Context.make(MessageSender, yield* DpiMessageSender.make(settings, corner2, token)).pipe(
        Context.add(MessageReceiver, yield* DpiMessageReceiver.make(settings, corner2, token)),
        Context.add(StatusSource, DpiStatusSource.make(corner2, token))
      )
    })
  )
