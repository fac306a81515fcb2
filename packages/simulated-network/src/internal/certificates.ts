import { Result } from "effect"
import { X509Certificate } from "node:crypto"

/** The certificate in base64, as x5c holds it; undefined when it is none. */
export const fromBase64 = (text: string): X509Certificate | undefined =>
  /^[A-Za-z0-9+/]+={0,2}$/.test(text)
    ? Result.getOrUndefined(Result.try(() => new X509Certificate(Buffer.from(text, "base64"))))
    : undefined

/** Nine digits from the subject's organizationIdentifier or serialNumber. */
export const organisasjonsnummerOf = (certificate: X509Certificate): string | undefined =>
  /^organizationIdentifier=NTRNO-(\d{9})$/m.exec(certificate.subject)?.[1] ??
  /^serialNumber=(\d{9})$/m.exec(certificate.subject)?.[1]

/** Whether `issuer` signed it and it is in force. */
export const isGood = (certificate: X509Certificate, issuer: X509Certificate, nowMillis: number): boolean =>
  certificate.checkIssued(issuer) &&
  certificate.verify(issuer.publicKey) &&
  certificate.validFromDate.getTime() <= nowMillis &&
  nowMillis <= certificate.validToDate.getTime()
