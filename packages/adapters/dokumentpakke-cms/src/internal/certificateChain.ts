/**
 * Builds a certificate's chain to an anchor and judges it by the rules of a mode.
 *
 * Source: RFC 5280, section 6; dpi 3.5; dokumentpakke 15.6.
 */
import {
  CertificateError,
  CertificateNotInForce,
  CertificateNotTrusted,
  CertificateUnreadable
} from "@eformidling/port-dokumentpakke/CertificateValidator"
import type { Trust } from "@eformidling/port-dokumentpakke/Trust"
import { Effect } from "effect"
import { certificateModes, matchesPolicy, type ModeRules } from "../CertificateModes.ts"
import { expect, integer, read } from "./ber.ts"
import { type Certificate, certificateBytes, hasKeyUsage, parseCertificate, policiesOf } from "./certificate.ts"
import { oids } from "./oids.ts"

/** Trust settings with their certificates parsed. */
export interface ParsedTrust {
  readonly rules: ModeRules
  readonly anchors: ReadonlyArray<Certificate>
  readonly intermediates: ReadonlyArray<Certificate>
}

/** Throws where one of the configured certificates cannot be read. */
export const parseTrust = (trust: Trust): ParsedTrust => {
  const parse = (sources: ReadonlyArray<string | Uint8Array>) => sources.flatMap(certificateBytes).map(parseCertificate)
  const rules: ModeRules = certificateModes[trust.mode]
  return {
    rules: trust.policies === undefined ? rules : { ...rules, policies: trust.policies },
    anchors: parse(trust.anchors),
    intermediates: parse(trust.intermediates)
  }
}

const maximumPath = 8
const keyCertSign = 5
const allowedCritical: ReadonlySet<string> = new Set([oids.keyUsage, oids.basicConstraints])
/** Critical extensions that are understood outside the strict modes: also extended key usage and policies. */
const understoodCritical: ReadonlySet<string> = new Set([...allowedCritical, "2.5.29.37", oids.certificatePolicies])

const refuse = (detail: string) => Effect.fail(new CertificateError({ reason: new CertificateNotTrusted({ detail }) }))
const notInForce = (detail: string) =>
  Effect.fail(new CertificateError({ reason: new CertificateNotInForce({ detail }) }))

const same = (left: Uint8Array, right: Uint8Array) => Buffer.compare(left, right) === 0

const isIssuedBy = (certificate: Certificate, issuer: Certificate) =>
  same(certificate.issuer, issuer.subjectDer) && certificate.x509.verify(issuer.publicKey)

/** How many issuers may stand below a CA; unlimited where it does not say. */
const pathLength = (certificate: Certificate): number => {
  const extension = certificate.extensions.get(oids.basicConstraints)
  const length =
    extension === undefined ? undefined : expect(read(extension.value), 0x30).children.find(({ tag }) => tag === 0x02)
  return length === undefined ? Infinity : Number(integer(length))
}

const mayIssue = (certificate: Certificate, below: number) =>
  certificate.x509.ca && hasKeyUsage(certificate, keyCertSign) !== false && pathLength(certificate) >= below

/** A path from the certificate to an anchor, both included, whose signatures hold. */
const findPath = (
  path: ReadonlyArray<Certificate>,
  trust: ParsedTrust,
  candidates: ReadonlyArray<Certificate>
): ReadonlyArray<Certificate> | undefined => {
  const last = path.at(-1)!
  if (trust.anchors.some((anchor) => same(anchor.der, last.der))) return path
  if (path.length >= maximumPath) return undefined
  for (const issuer of [...trust.anchors, ...candidates]) {
    if (path.includes(issuer) || !mayIssue(issuer, path.length - 1) || !isIssuedBy(last, issuer)) continue
    const found = findPath([...path, issuer], trust, candidates)
    if (found !== undefined) return found
  }
  return undefined
}

const checkInForce = (certificate: Certificate, at: string) =>
  at < certificate.notBefore
    ? notInForce(`${certificate.subject} is valid from ${certificate.notBefore}`)
    : at > certificate.notAfter
      ? notInForce(`${certificate.subject} was valid until ${certificate.notAfter}`)
      : Effect.void

const checkExtensions = (certificate: Certificate, rules: ModeRules) => {
  const critical = [...certificate.extensions].filter(([, extension]) => extension.critical).map(([name]) => name)
  const allowed = rules.strictExtensions ? allowedCritical : understoodCritical
  const unknown = critical.find((name) => !allowed.has(name))
  if (unknown !== undefined) return refuse(`it has the critical extension ${unknown}`)
  if (rules.strictExtensions && !critical.includes(oids.keyUsage)) return refuse("it has no critical key usage")
  return Effect.void
}

const checkPolicies = (certificate: Certificate, rules: ModeRules) => {
  const policies = policiesOf(certificate)
  return rules.policies.length === 0 ||
    policies.some((policy) => rules.policies.some((pattern) => matchesPolicy(pattern, policy)))
    ? Effect.void
    : refuse(`it has none of the certificate policies asked for; its own are ${policies.join(", ") || "none"}`)
}

const unreadable = (cause: unknown) =>
  new CertificateError({
    reason: new CertificateUnreadable({ detail: cause instanceof Error ? cause.message : String(cause) })
  })

/** Parses what came along; what cannot be parsed does not help, and is left out. */
const parseCandidates = (others: ReadonlyArray<Uint8Array>) =>
  Effect.map(
    Effect.forEach(others, (der) => Effect.option(Effect.try({ try: () => parseCertificate(der), catch: unreadable }))),
    (parsed) => parsed.flatMap((certificate) => (certificate._tag === "Some" ? [certificate.value] : []))
  )

/** Judges `certificate` at a time given as ISO 8601 in UTC. `others` came with it and are not trusted for that. */
export const judgeCertificate = Effect.fnUntraced(function* (
  certificate: Certificate,
  others: ReadonlyArray<Uint8Array>,
  trust: ParsedTrust,
  at: string
): Effect.fn.Return<void, CertificateError> {
  yield* checkInForce(certificate, at)
  const selfSigned = isIssuedBy(certificate, certificate)
  if (trust.rules.chain === "selfSigned") return selfSigned ? undefined : yield* refuse("it is not self-signed")
  if (trust.rules.strictExtensions && selfSigned) return yield* refuse("it is self-signed")
  const candidates = yield* parseCandidates(others)
  const path = yield* Effect.try({
    try: () => findPath([certificate], trust, [...trust.intermediates, ...candidates]),
    catch: unreadable
  })
  if (path === undefined) return yield* refuse(`no chain leads from ${certificate.subject} to a trusted root`)
  for (const issuer of path) yield* checkInForce(issuer, at)
  yield* checkExtensions(certificate, trust.rules)
  yield* checkPolicies(certificate, trust.rules)
})
