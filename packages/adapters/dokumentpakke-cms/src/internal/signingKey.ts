/**
 * The business certificate as a signer wants it: parsed once, with what every signature repeats.
 */
import type { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { DokumentpakkeError, Unavailable } from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import { Effect, Redacted } from "effect"
import { createPrivateKey, type KeyObject, sign } from "node:crypto"
import { type Certificate, parseCertificate } from "./certificate.ts"

export interface SigningKey {
  readonly privateKey: KeyObject
  readonly certificate: Certificate
  /** DER, the signer first. */
  readonly chain: readonly [Uint8Array, ...Array<Uint8Array>]
}

/** A certificate or key that does not parse is a defect: the keystore's reader has judged both. */
export const makeSigningKey = (business: BusinessCertificate["Service"]): Effect.Effect<SigningKey> =>
  Effect.sync(() => ({
    privateKey: createPrivateKey(Redacted.value(business.privateKey)),
    certificate: parseCertificate(business.chain[0]),
    chain: business.chain
  }))

/** RSASSA-PKCS1-v1_5 with SHA-256, on the thread pool. */
export const signBytes = (key: SigningKey, bytes: Uint8Array): Effect.Effect<Uint8Array, DokumentpakkeError> =>
  Effect.callback((resume) => {
    sign("sha256", bytes, key.privateKey, (error, signature) =>
      resume(
        error === null
          ? Effect.succeed(signature)
          : Effect.fail(
              new DokumentpakkeError({
                reason: new Unavailable({ detail: "The package could not be signed.", cause: error })
              })
            )
      )
    )
  })
