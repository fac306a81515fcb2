/**
 * Judges other parties' certificates.
 */
import { Context, type DateTime, type Effect, type Option, Schema } from "effect"

/** The certificate cannot be parsed; the same bytes fail again. */
export class CertificateUnreadable extends Schema.TaggedError<CertificateUnreadable>()("CertificateUnreadable", {
  detail: Schema.String
}) {
  override get message() {
    return `The certificate cannot be read: ${this.detail}`
  }
}

/** The certificate, or one of its issuers, was not in force at the time asked about. */
export class CertificateNotInForce extends Schema.TaggedError<CertificateNotInForce>()("CertificateNotInForce", {
  detail: Schema.String
}) {
  override get message() {
    return `The certificate is not in force: ${this.detail}`
  }
}

/** The certificate breaks a rule of the mode: no chain to an anchor, wrong policy, key usage and the like. */
export class CertificateNotTrusted extends Schema.TaggedError<CertificateNotTrusted>()("CertificateNotTrusted", {
  detail: Schema.String
}) {
  override get message() {
    return `The certificate is not trusted: ${this.detail}`
  }
}

/** A certificate was refused. The same certificate is refused again, at the same time and with the same trust. */
export class CertificateError extends Schema.TaggedError<CertificateError>()("CertificateError", {
  reason: Schema.Union([CertificateUnreadable, CertificateNotInForce, CertificateNotTrusted])
}) {
  override get message() {
    return this.reason.message
  }
}

/** A certificate that passed. */
export interface ValidatedCertificate {
  /** Nine digits, from `organizationIdentifier` (SEID2) or `serialNumber` (SEID1) of the subject. */
  readonly organisasjonsnummer: Option.Option<string>
  readonly subject: string
  /** SubjectPublicKeyInfo in PEM, to verify a signature with. */
  readonly publicKey: string
}

/** Judges a certificate by the configured trust. */
export class CertificateValidator extends Context.Service<
  CertificateValidator,
  {
    /**
     * Succeeds when the first certificate is trusted at `at` (now, unless given).
     *
     * `chain` is DER, the certificate to judge first; the rest may be in any order, be missing, or hold certificates
     * that do not matter. Nothing in it is trusted by being there.
     */
    readonly validate: (
      chain: ReadonlyArray<Uint8Array>,
      at?: DateTime.Utc
    ) => Effect.Effect<ValidatedCertificate, CertificateError>
  }
>()("@eformidling/port-dokumentpakke/CertificateValidator") {}
