/**
 * The organisation's own certificate, as the exchange checks it before it takes on a message.
 *
 * Source: nextmove-api 2.7 (4), 2.8.
 */
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { CertificateLookup } from "@eformidling/port-registry/CertificateLookup"
import { DateTime, Effect } from "effect"
import { InvalidCertificate, refuse } from "./ExchangeError.ts"
import { ExchangeSettings } from "./ExchangeSettings.ts"
import { serialNumberOf } from "./internal/serialNumberOf.ts"

/**
 * Fails with `InvalidCertificate` when the own certificate is not in force or, with DPE switched on, is not the one
 * the registry gives to those who send to us.
 *
 * A registry that is out of reach does not stop a message.
 */
export const checkOwnCertificate = Effect.fn("checkOwnCertificate")(function* () {
  const { channels, organisasjonsnummer } = yield* ExchangeSettings
  const certificate = yield* BusinessCertificate
  const now = yield* DateTime.now
  if (DateTime.isLessThan(certificate.notAfter, now)) {
    return yield* refuse(new InvalidCertificate({ detail: `NotAfter: ${DateTime.formatIso(certificate.notAfter)}` }))
  }
  if (DateTime.isGreaterThan(certificate.notBefore, now)) {
    return yield* refuse(new InvalidCertificate({ detail: `NotBefore: ${DateTime.formatIso(certificate.notBefore)}` }))
  }
  if (channels.DPE === undefined) return
  const registered = yield* registeredSerialNumber(organisasjonsnummer)
  if (registered === undefined || registered === certificate.serialNumber) return
  return yield* refuse(
    new InvalidCertificate({
      detail:
        `Keystore certificate serial number (${certificate.serialNumber}) does not match certificate in Virksert ` +
        `(${registered})`
    })
  )
})

const registeredSerialNumber = Effect.fnUntraced(
  function* (organisasjonsnummer: string) {
    const lookup = yield* CertificateLookup
    return yield* serialNumberOf(yield* lookup.certificateOf(organisasjonsnummer))
  },
  Effect.catch((error) =>
    Effect.as(Effect.logWarning("The own certificate could not be compared with the one in Virksert", error), undefined)
  )
)
