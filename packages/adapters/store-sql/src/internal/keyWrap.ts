import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import type { StoreError } from "@eformidling/port-store/StoreError"
import { Effect, Redacted } from "effect"
import { constants, createPrivateKey, createPublicKey, publicEncrypt } from "node:crypto"
import { damaged } from "./failure.ts"

/** Wraps data keys under the organisation's own key: RSA-OAEP with SHA-256 (RFC 8017). */
interface KeyWrap {
  /** Decimal serial number of the certificate whose key wraps. */
  readonly certificateSerial: string
  readonly wrap: (key: Uint8Array) => Uint8Array
  readonly unwrap: (operation: string, wrapped: Uint8Array) => Effect.Effect<Uint8Array, StoreError>
}

export const keyWrap = Effect.gen(function* () {
  const certificate = yield* BusinessCertificate
  const key = createPrivateKey(Redacted.value(certificate.privateKey))
  const publicKey = createPublicKey(key)
  const privateKey = key.toCryptoKey({ name: "RSA-OAEP", hash: "SHA-256" }, false, ["decrypt"])
  const wrap: KeyWrap = {
    certificateSerial: certificate.serialNumber,
    wrap: (key) =>
      publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, key),
    unwrap: (operation, wrapped) =>
      Effect.tryPromise({
        try: () => crypto.subtle.decrypt({ name: "RSA-OAEP" }, privateKey, new Uint8Array(wrapped)),
        catch: () => damaged(operation, "the key of the document does not open; the file has been changed")
      }).pipe(Effect.map((key) => new Uint8Array(key)))
  }
  return wrap
})
