/**
 * Sealing and opening dokumentpakker, as the configuration says.
 */
import * as CmsDokumentpakkeOpener from "@eformidling/adapter-dokumentpakke-cms/CmsDokumentpakkeOpener"
import * as CmsDokumentpakkeSealer from "@eformidling/adapter-dokumentpakke-cms/CmsDokumentpakkeSealer"
import type { Settings as PackageSettings } from "@eformidling/adapter-dokumentpakke-cms/Settings"
import * as X509CertificateValidator from "@eformidling/adapter-dokumentpakke-cms/X509CertificateValidator"
import type { Settings } from "@eformidling/configuration/Settings"
import { Effect, Layer } from "effect"
import { tmpdir } from "node:os"
import * as Certificates from "./Certificates.ts"

const settingsOf = Effect.fnUntraced(function* (settings: Settings["Service"]) {
  const trust = yield* Certificates.trust(settings)
  const packages: PackageSettings = {
    temporaryDirectory: settings.dpi.temporaryFileDirectory ?? tmpdir(),
    memoryBytes: settings.dpi.temporaryFileThresholdBytes,
    trust
  }
  return packages
})

/** Seals, opens, and judges certificates. Needs the certificate to do it with. */
export const layer = (settings: Settings["Service"]) =>
  Layer.unwrap(
    Effect.map(settingsOf(settings), (packages) =>
      Layer.mergeAll(
        CmsDokumentpakkeSealer.layer(packages),
        CmsDokumentpakkeOpener.layer(packages),
        X509CertificateValidator.layer(packages.trust)
      )
    )
  )
