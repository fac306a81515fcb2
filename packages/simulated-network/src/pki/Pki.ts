/**
 * Keys and certificates of everyone in the simulated network.
 */
import { Context, DateTime, Effect, Layer } from "effect"
import { type KeyObject, X509Certificate } from "node:crypto"
import * as rsa from "../internal/rsa.ts"
import * as x509 from "../internal/x509.ts"

/** Somebody who needs a key and a business certificate. */
export interface Party {
  /** What the others in this program know it by, and what its file is called: its organisasjonsnummer or a service's name. */
  readonly name: string
  readonly organisasjonsnummer: string
  readonly organisation: string
}

/** A key with the certificates that vouch for it. */
export interface Identity {
  readonly party: Party
  /** DER, the certificate of the key first, then its issuer. */
  readonly chain: readonly [Uint8Array, Uint8Array]
  /** The certificate of the key. PEM. */
  readonly certificatePem: string
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  /** PKCS#8 in PEM. */
  readonly privateKeyPem: string
}

/** One of the two issuers. */
export interface Authority {
  readonly subject: x509.Subject
  /** DER. */
  readonly certificate: Uint8Array
  readonly certificatePem: string
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  readonly privateKeyPem: string
}

/** The issuers and everyone they have issued a certificate to. */
export class Pki extends Context.Service<
  Pki,
  {
    /** The one trust anchor of the simulated network. */
    readonly root: Authority
    readonly intermediate: Authority
    readonly identities: ReadonlyArray<Identity>
    /** The identity of this name. Dies when there is none: who asks for it has left it out of the parties. */
    readonly identity: (name: string) => Effect.Effect<Identity>
  }
>()("@eformidling/simulated-network/pki/Pki") {}

/** Commfides' policy for SEID2 test certificates, which mode `TEST` takes and `PRODUCTION` does not. Source: dpi 3.5. */
export const policy = "2.16.578.1.29.913.1.1.0"

const issuerSubject = (commonName: string): x509.Subject => ({
  organisasjonsnummer: "310001007",
  organisation: "Simulert utsteder",
  commonName
})

export const rootSubject = issuerSubject("Simulated Network Root CA")
export const intermediateSubject = issuerSubject("Simulated Network Business CA")

/** DER as PEM. */
export const pemOf = (der: Uint8Array): string => new X509Certificate(der).toString()

const aDayAgo = Effect.map(DateTime.now, DateTime.subtract({ days: 1 }))

const authority = (subject: x509.Subject, certificate: Uint8Array, key: rsa.RsaKey): Authority => ({
  subject,
  certificate,
  certificatePem: pemOf(certificate),
  publicKey: key.publicKey,
  privateKey: key.privateKey,
  privateKeyPem: key.pem
})

/** Makes the two issuers, in force for twenty and ten years. */
export const makeAuthorities = Effect.gen(function* () {
  const [rootKey, intermediateKey] = yield* Effect.all([rsa.generate, rsa.generate], { concurrency: 2 })
  const notBefore = yield* aDayAgo
  const rootCertificate = yield* x509.certificate({
    subject: rootSubject,
    publicKey: rootKey.publicKey,
    issuer: { subject: rootSubject, ...rootKey },
    notBefore,
    notAfter: DateTime.add(notBefore, { years: 20 }),
    profile: { _tag: "authority", pathLength: 1 }
  })
  const intermediateCertificate = yield* x509.certificate({
    subject: intermediateSubject,
    publicKey: intermediateKey.publicKey,
    issuer: { subject: rootSubject, ...rootKey },
    notBefore,
    notAfter: DateTime.add(notBefore, { years: 10 }),
    profile: { _tag: "authority", pathLength: 0 }
  })
  return {
    root: authority(rootSubject, rootCertificate, rootKey),
    intermediate: authority(intermediateSubject, intermediateCertificate, intermediateKey)
  }
})

/** An identity from its parts. */
export const identityOf = (
  party: Party,
  certificate: Uint8Array,
  issuer: Authority,
  key: { readonly privateKey: KeyObject; readonly pem: string }
): Identity => {
  const parsed = new X509Certificate(certificate)
  return {
    party,
    chain: [certificate, issuer.certificate],
    certificatePem: parsed.toString(),
    publicKey: parsed.publicKey,
    privateKey: key.privateKey,
    privateKeyPem: key.pem
  }
}

/** Makes a key and a business certificate for a party, in force from yesterday and for three years unless told otherwise. */
export const issue = Effect.fnUntraced(function* (
  party: Party,
  issuer: Authority,
  validity?: { readonly notBefore: DateTime.Utc; readonly notAfter: DateTime.Utc }
) {
  const key = yield* rsa.generate
  const notBefore = validity?.notBefore ?? (yield* aDayAgo)
  const certificate = yield* x509.certificate({
    subject: {
      organisasjonsnummer: party.organisasjonsnummer,
      organisation: party.organisation,
      commonName: party.organisation
    },
    publicKey: key.publicKey,
    issuer,
    notBefore,
    notAfter: validity?.notAfter ?? DateTime.add(notBefore, { years: 3 }),
    profile: { _tag: "business", policy }
  })
  return identityOf(party, certificate, issuer, key)
})

/** The service over what has been made or read. */
export const fromIdentities = (
  authorities: { readonly root: Authority; readonly intermediate: Authority },
  identities: ReadonlyArray<Identity>
): Pki["Service"] => {
  const byName = new Map(identities.map((identity) => [identity.party.name, identity]))
  return Pki.of({
    ...authorities,
    identities,
    identity: (name) => {
      const found = byName.get(name)
      return found === undefined ? Effect.die(new Error(`No party is called ${name}`)) : Effect.succeed(found)
    }
  })
}

/** New keys and certificates for everyone, forgotten with the layer. */
export const layer = (parties: ReadonlyArray<Party>): Layer.Layer<Pki> =>
  Layer.effect(
    Pki,
    Effect.gen(function* () {
      const authorities = yield* makeAuthorities
      const identities = yield* Effect.forEach(parties, (party) => issue(party, authorities.intermediate), {
        concurrency: "unbounded"
      })
      return fromIdentities(authorities, identities)
    })
  )
