/**
 * The organisation's own certificate and private key.
 */
import { Context, type DateTime, type Option, type Redacted } from "effect"

/**
 * The virksomhetssertifikat an integrasjonspunkt signs and decrypts with.
 *
 * Read from its keystore once, when the layer is built; whoever signs parses the key once and keeps
 * what it parsed.
 */
export class BusinessCertificate extends Context.Service<
  BusinessCertificate,
  {
    /** Nine digits from `organizationIdentifier` (`NTRNO-`) or `serialNumber` of the subject, when it has one. */
    readonly organisasjonsnummer: Option.Option<string>
    /** DER, the certificate of the key first, then its issuers as far as the keystore has them. */
    readonly chain: readonly [Uint8Array, ...Array<Uint8Array>]
    /** RSA private key, PKCS#8 in PEM, not encrypted. */
    readonly privateKey: Redacted.Redacted<string>
    readonly notBefore: DateTime.Utc
    readonly notAfter: DateTime.Utc
    /** Decimal. */
    readonly serialNumber: string
    /** Distinguished name in RFC 2253 order, for texts shown to an operator. */
    readonly subject: string
  }
>()("@eformidling/port-dokumentpakke/BusinessCertificate") {}
