/**
 * Everything this package offers, as one layer.
 */
import type { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import type { CertificateError, CertificateValidator } from "@eformidling/port-dokumentpakke/CertificateValidator"
import type { DokumentpakkeOpener } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import type { DokumentpakkeSealer } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import { Layer } from "effect"
import * as CmsDokumentpakkeOpener from "./CmsDokumentpakkeOpener.ts"
import * as CmsDokumentpakkeSealer from "./CmsDokumentpakkeSealer.ts"
import type { Settings } from "./Settings.ts"
import * as X509CertificateValidator from "./X509CertificateValidator.ts"

/** Seals, opens and validates by the same settings; fails when a trusted certificate in them cannot be read. */
export const layer = (
  settings: Settings
): Layer.Layer<
  DokumentpakkeSealer | DokumentpakkeOpener | CertificateValidator,
  CertificateError,
  BusinessCertificate
> =>
  Layer.mergeAll(
    CmsDokumentpakkeSealer.layer(settings),
    CmsDokumentpakkeOpener.layer(settings),
    X509CertificateValidator.layer(settings.trust)
  )
