/**
 * Judges certificates by configured anchors and a certificate mode.
 */
import {
  CertificateError,
  CertificateUnreadable,
  CertificateValidator
} from "@eformidling/port-dokumentpakke/CertificateValidator"
import type { Trust } from "@eformidling/port-dokumentpakke/Trust"
import { DateTime, Effect, Layer, Option } from "effect"
import { parseCertificate } from "./internal/certificate.ts"
import { judgeCertificate, parseTrust } from "./internal/certificateChain.ts"

const unreadable = (detail: string) => new CertificateError({ reason: new CertificateUnreadable({ detail }) })

const describe = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))

const make = Effect.fnUntraced(function* (trust: Trust) {
  const parsed = yield* Effect.try({
    try: () => parseTrust(trust),
    catch: (cause) => unreadable(`a trusted certificate in the settings: ${describe(cause)}`)
  })
  const validate = Effect.fn("X509CertificateValidator.validate")(function* (
    chain: ReadonlyArray<Uint8Array>,
    at?: DateTime.Utc
  ) {
    const [first, ...others] = chain
    if (first === undefined) return yield* unreadable("there is none")
    const certificate = yield* Effect.try({
      try: () => parseCertificate(first),
      catch: (cause) => unreadable(describe(cause))
    })
    yield* judgeCertificate(certificate, others, parsed, DateTime.formatIso(at ?? (yield* DateTime.now)))
    return {
      organisasjonsnummer: Option.fromUndefinedOr(certificate.organisasjonsnummer),
      subject: certificate.subject,
      publicKey: certificate.publicKey.export({ type: "spki", format: "pem" }).toString()
    }
  })
  return CertificateValidator.of({ validate })
})

/** Fails when a certificate in the settings cannot be read. */
export const layer = (trust: Trust): Layer.Layer<CertificateValidator, CertificateError> =>
  Layer.effect(CertificateValidator, make(trust))
