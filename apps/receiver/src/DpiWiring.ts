/**
 * DPI, as the configuration says.
 */
import * as DpiChannel from "@eformidling/adapter-dpi-http/DpiChannel"
import type { DpiSettings } from "@eformidling/adapter-dpi-http/DpiSettings"
import * as Kanal from "@eformidling/adapter-dpi-http/Kanal"
import type { Settings } from "@eformidling/configuration/Settings"
import { Layer } from "effect"
import * as Certificates from "./Certificates.ts"
import * as Dokumentpakker from "./Dokumentpakker.ts"
import * as Registries from "./Registries.ts"

const dpiSettings = ({ dpi }: Settings["Service"]): DpiSettings => ({
  corner2Type: dpi.corner2Type,
  uri: String(dpi.uri),
  kanaler: Kanal.list({ mpcId: dpi.mpcId, mpcIdListe: dpi.mpcIdListe, concurrency: dpi.mpcConcurrency }),
  avsenderidentifikatorer: dpi.avsenderidentifikatorListe,
  pollWithoutAvsenderidentifikator: dpi.pollWithoutAvsenderidentifikator,
  pageSize: dpi.pageSize,
  pollingRate: dpi.pollingRate,
  timeout: dpi.timeout.read,
  scopes: dpi.oidc.scopes,
  language: dpi.language
})

/** DPI may sign with another certificate than the rest. */
const signing = (settings: Settings["Service"]) =>
  Dokumentpakker.layer(settings).pipe(Layer.provideMerge(Certificates.keystore(settings.dpi.keystore)))

/** Sends letters and asks about them. */
export const sending = (settings: Settings["Service"]) =>
  DpiChannel.sending(dpiSettings(settings)).pipe(
    Layer.provide([signing(settings), Registries.dpiTokens(settings), Registries.printHouse(settings)])
  )

/** Takes receipts. */
export const receiving = (settings: Settings["Service"]) =>
  DpiChannel.receiving(dpiSettings(settings)).pipe(Layer.provide([signing(settings), Registries.dpiTokens(settings)]))
