import { createPrivateKey, createPublicKey } from "node:crypto"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { CertificateValidator, type ValidatedCertificate } from "@eformidling/port-dokumentpakke/CertificateValidator"
import { Effect, Redacted, Schema } from "effect"
import { CompactSign, compactVerify, decodeProtectedHeader } from "jose"

/** A JWS that may not be used. `reason` is stable, `detail` for people; neither quotes the content. */
export class JwsRefused extends Schema.TaggedError<JwsRefused>()("JwsRefused", {
  reason: Schema.Literals(["Malformed", "CertificateRefused", "BadSignature"]),
  detail: Schema.String
}) {
  override get message(): string {
    return this.detail
  }
}

/** Signature algorithms taken from others. Source: dpi 3.4. */
export const accepted: Array<string> = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]

/** Content whose signature and certificate have been found good. */
export interface Verified {
  readonly payload: unknown
  readonly signer: ValidatedCertificate
}

/**
 * Signs as the organisation: RS256, the signing certificate alone in `x5c`, no other header member.
 *
 * Source: dpi 3.1.
 */
export const signer = Effect.gen(function* () {
  const certificate = yield* BusinessCertificate
  const key = createPrivateKey(Redacted.value(certificate.privateKey))
  const x5c = [Buffer.from(certificate.chain[0]).toString("base64")]
  return (payload: unknown): Effect.Effect<string> =>
    Effect.promise(() =>
      new CompactSign(Buffer.from(JSON.stringify(payload))).setProtectedHeader({ x5c, alg: "RS256" }).sign(key)
    )
})

const refuse = (reason: JwsRefused["reason"], detail: string) => new JwsRefused({ reason, detail })

const headerOf = (jws: string) =>
  Effect.try({ try: () => decodeProtectedHeader(jws), catch: () => refuse("Malformed", "Parsing JWT failed!") })

const certificatesOf = (x5c: unknown): Effect.Effect<ReadonlyArray<Uint8Array>, JwsRefused> =>
  Array.isArray(x5c) && x5c.length > 0 && x5c.every((text) => typeof text === "string")
    ? Effect.succeed(x5c.map((text) => Buffer.from(text, "base64")))
    : Effect.fail(refuse("Malformed", "Could not parse signingKeystore certificate!"))

/** Checks certificate, signature and that the content is JSON, in that order. */
export const verifier = Effect.gen(function* () {
  const certificates = yield* CertificateValidator
  return Effect.fn("Jws.verify")(function* (jws: string): Effect.fn.Return<Verified, JwsRefused> {
    const header = yield* headerOf(jws)
    if (!accepted.includes(header.alg ?? "")) return yield* refuse("BadSignature", "the algorithm is not accepted")
    const chain = yield* certificatesOf(header.x5c)
    const signer = yield* Effect.mapError(certificates.validate(chain), (error) =>
      refuse("CertificateRefused", `Validation of business certificate failed! ${error.message}`)
    )
    const { payload } = yield* Effect.tryPromise({
      try: () => compactVerify(jws, createPublicKey(signer.publicKey), { algorithms: accepted }),
      catch: () => refuse("BadSignature", "Verifying JWT failed!")
    })
    return yield* Effect.try({
      try: (): Verified => ({ payload: JSON.parse(Buffer.from(payload).toString("utf8")), signer }),
      catch: () => refuse("Malformed", "the signed content is not JSON")
    })
  })
})
