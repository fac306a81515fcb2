/**
 * Keeps the keys and certificates of the simulated network in a folder.
 */
import { DateTime, Effect, FileSystem, Layer, Option, Path, type PlatformError } from "effect"
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto"
import {
  type Authority,
  fromIdentities,
  type Identity,
  identityOf,
  intermediateSubject,
  issue,
  makeAuthorities,
  type Party,
  pemOf,
  Pki,
  rootSubject
} from "./Pki.ts"

const certificatesIn = (text: string): ReadonlyArray<X509Certificate> =>
  (text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (pem) => new X509Certificate(pem)
  )

const keyIn = (text: string) => {
  const pem = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.exec(text)?.[0]
  return pem === undefined ? undefined : { pem: `${pem}\n`, privateKey: createPrivateKey(pem) }
}

// A file cut short or of something else counts as absent: what it held is made anew.
const read = <A>(path: string, parse: (text: string) => A | undefined) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const text = yield* files.readFileString(path)
    return yield* Effect.try(() => parse(text))
  }).pipe(Effect.option, Effect.map(Option.flatMap(Option.fromUndefinedOr)))

const write = Effect.fnUntraced(function* (path: string, text: string, mode: number) {
  const files = yield* FileSystem.FileSystem
  yield* files.writeFileString(`${path}.new`, text, { mode })
  yield* files.rename(`${path}.new`, path)
})

const isEnding = (certificate: X509Certificate, now: DateTime.Utc, left: { readonly days: number }): boolean =>
  certificate.validToDate.getTime() < DateTime.toEpochMillis(DateTime.add(now, left)) ||
  certificate.validFromDate.getTime() > DateTime.toEpochMillis(now)

const authorityIn =
  (subject: Authority["subject"], now: DateTime.Utc) =>
  (text: string): Authority | undefined => {
    const [certificate] = certificatesIn(text)
    const key = keyIn(text)
    if (certificate === undefined || key === undefined) return undefined
    if (!certificate.checkPrivateKey(key.privateKey) || isEnding(certificate, now, { days: 365 })) return undefined
    return {
      subject,
      certificate: new Uint8Array(certificate.raw),
      certificatePem: certificate.toString(),
      publicKey: createPublicKey(key.privateKey),
      privateKey: key.privateKey,
      privateKeyPem: key.pem
    }
  }

const identityIn =
  (party: Party, issuer: Authority, now: DateTime.Utc) =>
  (text: string): Identity | undefined => {
    const [certificate] = certificatesIn(text)
    const key = keyIn(text)
    if (certificate === undefined || key === undefined) return undefined
    const usable =
      certificate.checkPrivateKey(key.privateKey) &&
      certificate.verify(issuer.publicKey) &&
      certificate.subject.includes(`NTRNO-${party.organisasjonsnummer}`) &&
      !isEnding(certificate, now, { days: 30 })
    return usable ? identityOf(party, new Uint8Array(certificate.raw), issuer, key) : undefined
  }

const make = Effect.fnUntraced(function* (folder: string, parties: ReadonlyArray<Party>) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  yield* files.makeDirectory(folder, { recursive: true, mode: 0o700 })
  const now = yield* DateTime.now
  const file = (name: string) => path.join(folder, `${name}.pem`)

  const root = yield* read(file("root"), authorityIn(rootSubject, now))
  const intermediate = yield* read(file("intermediate"), authorityIn(intermediateSubject, now))
  const kept = Option.all({ root, intermediate })
  const authorities = yield* Option.match(kept, {
    onSome: Effect.succeed,
    onNone: () =>
      makeAuthorities.pipe(
        Effect.tap((made) => write(file("root"), made.root.privateKeyPem + made.root.certificatePem, 0o600)),
        Effect.tap((made) =>
          write(file("intermediate"), made.intermediate.privateKeyPem + made.intermediate.certificatePem, 0o600)
        )
      )
  })
  yield* write(file("trust"), authorities.root.certificatePem + authorities.intermediate.certificatePem, 0o644)

  const identityFor = Effect.fnUntraced(function* (party: Party) {
    const known = yield* read(file(party.name), identityIn(party, authorities.intermediate, now))
    if (Option.isSome(known)) return known.value
    const made = yield* issue(party, authorities.intermediate)
    yield* write(file(party.name), made.privateKeyPem + made.chain.map(pemOf).join(""), 0o600)
    return made
  })
  return fromIdentities(authorities, yield* Effect.forEach(parties, identityFor, { concurrency: "unbounded" }))
})

/**
 * Keys and certificates kept in `folder`, one file a party: `<name>.pem` holds its private key (PKCS#8), its
 * certificate and the issuer's. `trust.pem` holds the root and the intermediate for those who must trust them.
 *
 * What is missing, damaged, within thirty days of its end, or from another root is made anew.
 */
export const layer = (
  folder: string,
  parties: ReadonlyArray<Party>
): Layer.Layer<Pki, PlatformError.PlatformError, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(Pki, make(folder, parties))
