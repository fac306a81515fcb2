/**
 * Recipients' certificates, parsed once each.
 *
 * Source: dpi 3.5 and 5; dpe 3.5.
 */
import { DokumentpakkeError, RecipientCertificateRefused } from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import type { RecipientCertificate } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import { DateTime, Effect } from "effect"
import { type Certificate, certificateBytes, hasKeyUsage, parseCertificate } from "./certificate.ts"

const remembered = 256
const minimumBits = 2048
const keyEncipherment = 2

const refuse = (detail: string) =>
  Effect.fail(new DokumentpakkeError({ reason: new RecipientCertificateRefused({ detail }) }))

const parse = (source: RecipientCertificate) => {
  const [der] = certificateBytes(source)
  return der === undefined ? undefined : parseCertificate(der)
}

/** Judges and parses; the last few hundred are remembered. */
export const makeRecipients = () => {
  const cache = new Map<string, Certificate>()
  return Effect.fnUntraced(function* (source: RecipientCertificate, now: DateTime.Utc) {
    const key = typeof source === "string" ? source : Buffer.from(source).toString("latin1")
    let certificate = cache.get(key)
    if (certificate === undefined) {
      const parsed = yield* Effect.catch(Effect.try({ try: () => parse(source), catch: (cause) => cause }), (cause) =>
        refuse(`it cannot be read (${cause instanceof Error ? cause.message : String(cause)})`)
      )
      if (parsed === undefined) return yield* refuse("it is empty")
      const { publicKey } = parsed
      if (publicKey.asymmetricKeyType !== "rsa") return yield* refuse("its key is not an RSA key")
      if ((publicKey.asymmetricKeyDetails?.modulusLength ?? 0) < minimumBits)
        return yield* refuse(`its key is shorter than ${minimumBits} bits`)
      if (hasKeyUsage(parsed, keyEncipherment) === false)
        return yield* refuse("its key usage does not allow keyEncipherment")
      if (cache.size >= remembered) cache.delete(cache.keys().next().value!)
      cache.set(key, parsed)
      certificate = parsed
    }
    const at = DateTime.formatIso(now)
    if (at < certificate.notBefore) return yield* refuse(`it is valid from ${certificate.notBefore}`)
    if (at > certificate.notAfter) return yield* refuse(`it expired ${certificate.notAfter}`)
    return certificate
  })
}
