/**
 * Judges a DPI message: a compact JWS, or one inside a JWE.
 *
 * Source: dpi 3.4; dokumentpakke 12, 13.
 */
import * as X509CertificateValidator from "@eformidling/adapter-dokumentpakke-cms/X509CertificateValidator"
import { accepted } from "@eformidling/adapter-dpi-http/Jws"
import * as DpiMessage from "@eformidling/domain/dpi/DpiMessage"
import * as PartyIdentifier from "@eformidling/domain/PartyIdentifier"
import {
  CertificateUnreadable,
  CertificateValidator,
  type ValidatedCertificate
} from "@eformidling/port-dokumentpakke/CertificateValidator"
import type { Trust } from "@eformidling/port-dokumentpakke/Trust"
import { type DateTime, Effect, Option, Predicate, Redacted, Result } from "effect"
import { compactDecrypt, compactVerify, decodeProtectedHeader, errors, type ProtectedHeaderParameters } from "jose"
import { createPrivateKey, hash, type KeyObject, X509Certificate } from "node:crypto"
import { said } from "../Ended.ts"
import type { Key } from "./KeyFlags.ts"
import * as PackageFile from "./PackageFile.ts"
import type { Entry, Finding, Report, Rule } from "./Report.ts"
import { isJudge } from "./TrustFlags.ts"

export interface Options {
  readonly key: Option.Option<Key>
  readonly trust: Trust
  readonly at: DateTime.Utc | undefined
  /** The encrypted dokumentpakke that came with the message. */
  readonly dokumentpakke: Option.Option<string>
}

type Signer = Report["signer"]

interface Judged {
  readonly findings: ReadonlyArray<Finding>
  readonly entries: ReadonlyArray<Entry>
  readonly signer?: Signer
}

const finding =
  (severity: Finding["severity"]) =>
  (rule: Rule, detail: string): Finding => ({ rule, severity, detail })

const broken = finding("broken")
const warning = finding("warning")
const unjudged = finding("unjudged")

const refused = (...findings: ReadonlyArray<Finding>): Judged => ({ findings, entries: [] })

const entryOf = (name: string, bytes: Uint8Array): Entry => ({
  name,
  size: bytes.length,
  sha256: hash("sha256", bytes, "hex")
})

/** The certificates of `x5c`, the signer's first; a sentence where there is none. */
const certificatesOf = ({ x5c }: ProtectedHeaderParameters): Result.Result<ReadonlyArray<Uint8Array>, string> => {
  if (x5c === undefined) return Result.fail("the header has no x5c")
  return Array.isArray(x5c) && x5c.length > 0 && x5c.every(Predicate.isString)
    ? Result.succeed(x5c.map((text) => Buffer.from(text, "base64")))
    : Result.fail("x5c is not a list of certificates")
}

/** The certificate's findings, and who it names where it passed. */
const judgeCertificate = Effect.fnUntraced(function* (chain: ReadonlyArray<Uint8Array>, { at, trust }: Options) {
  const judge = isJudge(trust)
  const validator = X509CertificateValidator.layer(judge ? trust : { ...trust, mode: "SELF_SIGNED" })
  const validate = Effect.flatMap(CertificateValidator, ({ validate }) => validate(chain, at))
  const outcome = yield* Effect.result(Effect.provide(validate, validator))
  if (Result.isFailure(outcome)) {
    const unknown = !judge && !(outcome.failure.reason instanceof CertificateUnreadable)
    return { passed: undefined, findings: unknown ? [] : [broken("certificate", outcome.failure.message)] }
  }
  return { passed: judge ? outcome.success : undefined, findings: [] }
})

const unknownTrust = unjudged("certificate", "no trusted root is given to judge the signer's certificate by: --trust")

/** The rule that the library says is broken. */
const ruleOf = (cause: unknown): Rule => {
  if (cause instanceof errors.JOSENotSupported) return "header"
  return cause instanceof errors.JWSInvalid ? "format" : "signature"
}

/** Whether the first certificate's key made the signature. */
const judgeSignature = (jws: string, key: KeyObject) =>
  Effect.match(
    Effect.tryPromise({
      try: () => compactVerify(jws, key, { algorithms: accepted }),
      catch: (cause) => broken(ruleOf(cause), said(cause))
    }),
    { onFailure: (found) => [found], onSuccess: () => [] }
  )

const senderOf = (message: DpiMessage.DpiMessage): string =>
  PartyIdentifier.primaryIdentifier(message.header.sender[0]?.identifier.value ?? "")

const judgeSender = (message: DpiMessage.DpiMessage, number: string | undefined): ReadonlyArray<Finding> => {
  if (number === undefined) return [broken("sender", "the certificate names no organisation")]
  const sender = senderOf(message)
  return sender === number ? [] : [broken("sender", `the message is from ${sender}, and ${number} signed it`)]
}

const judgeFingerprint = Effect.fnUntraced(function* (message: DpiMessage.DpiMessage, { dokumentpakke }: Options) {
  if (!("dokumentpakkefingeravtrykk" in message.body)) return []
  if (Option.isNone(dokumentpakke))
    return [warning("fingerprint", "not compared: give the dokumentpakke that belongs to it as --package")]
  const { digestMethod, digestValue } = message.body.dokumentpakkefingeravtrykk
  const { fingerprint } = yield* PackageFile.summary(dokumentpakke.value)
  if (digestMethod !== "http://www.w3.org/2001/04/xmlenc#sha256")
    return [broken("fingerprint", `the digest method is ${digestMethod}, not SHA-256`)]
  return digestValue === fingerprint
    ? []
    : [broken("fingerprint", `the message is about another package, with fingerprint ${digestValue}`)]
})

/** The content as JSON, where it is a business document at all. */
const documentIn = (payload: Uint8Array): Option.Option<object> =>
  Result.try((): unknown => JSON.parse(Buffer.from(payload).toString("utf8"))).pipe(
    Result.getSuccess,
    Option.filter((json) => Predicate.hasProperty(json, "standardBusinessDocument"))
  )

/** What the signed content says of itself. Content that is no business document, as DPH's, is signed all the same. */
const judgeContent = Effect.fnUntraced(function* (payload: Uint8Array, signer: Signer, options: Options) {
  const json = documentIn(payload)
  if (Option.isNone(json))
    return [warning("message", "the content is no DPI message, so that sender and fingerprint are not judged")]
  const message = DpiMessage.decode(json.value)
  if (Result.isFailure(message)) return [broken("message", message.failure.message)]
  return [
    ...judgeSender(message.success, signer?.organisasjonsnummer),
    ...(yield* judgeFingerprint(message.success, options))
  ]
})

const signerOf = (certificate: X509Certificate, passed: ValidatedCertificate | undefined): Signer => ({
  subject: passed?.subject ?? certificate.subject.split("\n").toReversed().join(","),
  organisasjonsnummer:
    passed === undefined
      ? /^(?:organizationIdentifier=NTRNO-|serialNumber=)(\d{9})$/m.exec(certificate.subject)?.[1]
      : Option.getOrUndefined(passed.organisasjonsnummer)
})

const judgeJws = Effect.fnUntraced(function* (jws: string, options: Options) {
  const parts = jws.split(".")
  if (parts.length !== 3) return refused(broken("format", `a JWS has three parts, and this has ${parts.length}`))
  const header = Result.try({
    try: () => decodeProtectedHeader(jws),
    catch: () => broken("format", "the header is not JSON")
  })
  if (Result.isFailure(header)) return refused(header.failure)
  const payload = Buffer.from(parts[1] ?? "", "base64url")
  const { alg = "none" } = header.success
  const algorithm = accepted.includes(alg) ? [] : [broken("algorithm", `${alg} is not accepted`)]
  const chain = certificatesOf(header.success)
  const entries = [entryOf("(payload)", payload)]
  if (Result.isFailure(chain)) return { findings: [...algorithm, broken("certificate", chain.failure)], entries }
  const judged = yield* judgeCertificate(chain.success, options)
  const parsed = Result.try(() => new X509Certificate(chain.success[0] ?? new Uint8Array()))
  if (Result.isFailure(parsed)) return { findings: [...algorithm, ...judged.findings], entries }
  const signer = signerOf(parsed.success, judged.passed)
  const outcome: Judged = {
    entries,
    signer,
    findings: [
      ...algorithm,
      ...judged.findings,
      ...(isJudge(options.trust) ? [] : [unknownTrust]),
      ...(algorithm.length > 0 ? [] : yield* judgeSignature(jws, parsed.success.publicKey)),
      ...(yield* judgeContent(payload, signer, options))
    ]
  }
  return outcome
})

const privateKeyOf = (key: Key): KeyObject =>
  createPrivateKey(Redacted.value(key._tag === "Bare" ? key.privateKey : key.certificate.privateKey))

/** What a JWE holds, for the one whose key it is. */
const decrypt = (jwe: string, key: Key) =>
  Effect.tryPromise({
    try: () =>
      compactDecrypt(jwe, privateKeyOf(key), {
        keyManagementAlgorithms: ["RSA-OAEP-256"],
        contentEncryptionAlgorithms: ["A256GCM"]
      }),
    catch: () => broken("decrypt", "the JWE does not open with this key")
  }).pipe(Effect.map(({ plaintext }) => Buffer.from(plaintext).toString("utf8")))

const judge = Effect.fnUntraced(function* (text: string, encrypted: boolean, options: Options) {
  if (!encrypted) return yield* judgeJws(text, options)
  if (Option.isNone(options.key))
    return refused(unjudged("decrypt", "it is encrypted: give the recipient's --key or --keystore"))
  const inner = yield* Effect.result(decrypt(text, options.key.value))
  return Result.isFailure(inner) ? refused(inner.failure) : yield* judgeJws(inner.success, options)
})

/** Judges the file by every rule of a signed DPI message. */
export const inspect = Effect.fnUntraced(function* (file: string, options: Options) {
  const { fingerprint, size } = yield* PackageFile.summary(file)
  const text = (yield* PackageFile.text(file)).trim()
  const encrypted = text.split(".").length === 5
  const report: Report = {
    file,
    flavour: "jws",
    encrypted,
    size,
    fingerprint,
    ...(yield* judge(text, encrypted, options))
  }
  return report
})
