/**
 * Whether the keystores open, and how their certificates are.
 */
import * as X509CertificateValidator from "@eformidling/adapter-dokumentpakke-cms/X509CertificateValidator"
import type { KeystoreSettings } from "@eformidling/configuration/KeystoreSettings"
import type { Settings } from "@eformidling/configuration/Settings"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import * as Certificates from "@eformidling/receiver/Certificates"
import { Context, DateTime, Effect, Layer, Option, Redacted } from "effect"
import { attempt, type Check, failed, ok, warning } from "./Check.ts"

type All = Settings["Service"]
type Keystore = Pick<KeystoreSettings, "alias" | "password" | "path"> & { readonly type: string }

interface Named {
  readonly name: string
  readonly keystore: Keystore
  /** Whether the certificate is to be the organisation's. */
  readonly isOwn: boolean
}

const same = (left: Keystore, right: Keystore): boolean =>
  left.path === right.path && left.alias === right.alias && left.type === right.type

/** Each keystore once, under the first name it is used by. */
const keystoresOf = ({ dpi, feature, maskinporten, org, server }: All): ReadonlyArray<Named> => {
  const own = (name: string, keystore: Keystore): Named => ({ name, keystore, isOwn: true })
  const { enabled, keyAlias, keyStore, keyStorePassword, keyStoreType } = server.tls
  const all: ReadonlyArray<Named> = [
    own("difi.move.org.keystore", org.keystore),
    ...(maskinporten.enabled ? [own("difi.move.oidc.keystore", maskinporten.keystore)] : []),
    ...(feature.enableDPI ? [own("difi.move.dpi.keystore", dpi.keystore)] : []),
    ...(feature.enableDPI && dpi.oidc.enabled ? [own("difi.move.dpi.oidc.keystore", dpi.oidc.keystore)] : []),
    ...(enabled && keyStore !== undefined
      ? [
          {
            name: "difi.ssl.key-store",
            keystore: { path: keyStore, alias: keyAlias, password: keyStorePassword, type: keyStoreType },
            isOwn: false
          }
        ]
      : [])
  ]
  return all.filter(({ keystore }, index) => all.findIndex((other) => same(other.keystore, keystore)) === index)
}

const dayMillis = 86_400_000
/** Days before its end that a certificate should be renewed. */
const renewalDays = 30

const validity = Effect.fnUntraced(function* ({ notAfter, notBefore }: BusinessCertificate["Service"], name: string) {
  const now = yield* DateTime.now
  const end = DateTime.formatIsoDateUtc(notAfter)
  const days = Math.floor((DateTime.toEpochMillis(notAfter) - DateTime.toEpochMillis(now)) / dayMillis)
  if (DateTime.isGreaterThan(notBefore, now))
    return failed(`${name}: certificate`, `It is not valid before ${DateTime.formatIso(notBefore)}.`)
  if (days < 0) return failed(`${name}: certificate`, `It ran out ${end}. Get a new one, and write its keystore here.`)
  return days < renewalDays
    ? warning(`${name}: certificate`, `It runs out ${end}, in ${days} days. Get a new one.`)
    : ok(`${name}: certificate`, `Valid until ${end}, ${days} days.`)
})

const organisation = (certificate: BusinessCertificate["Service"], name: string, own: string): ReadonlyArray<Check> =>
  Option.match(certificate.organisasjonsnummer, {
    onNone: () => [warning(`${name}: organisation`, "The certificate names no organisation.")],
    onSome: (number) =>
      number === own
        ? []
        : [
            warning(
              `${name}: organisation`,
              `The certificate is that of ${number}, and difi.move.org.number is ${own}. That is right only for a supplier.`
            )
          ]
  })

const judge = ({ isOwn, keystore, name }: Named, own: string) =>
  attempt(
    name,
    Effect.gen(function* () {
      const context = yield* Layer.build(
        Certificates.keystore({ ...keystore, password: keystore.password ?? Redacted.make("") })
      )
      const certificate = Context.get(context, BusinessCertificate)
      return [
        ok(name, certificate.subject),
        yield* validity(certificate, name),
        ...(isOwn ? organisation(certificate, name, own) : [])
      ]
    }).pipe(Effect.scoped)
  )

const trustProperty = "difi.move.dpi.certificate.trust"

const trust = (settings: All) =>
  attempt(
    trustProperty,
    Effect.gen(function* () {
      const trusted = yield* Certificates.trust(settings)
      yield* Effect.scoped(Layer.build(X509CertificateValidator.layer(trusted)))
      if (trusted.mode === "SELF_SIGNED")
        return [warning(trustProperty, "Mode SELF_SIGNED takes any self-signed certificate: for tests only.")]
      return [
        trusted.anchors.length === 0
          ? warning(trustProperty, "It is not set: nothing that others have signed can be verified.")
          : ok(trustProperty, `${trusted.anchors.length} files, mode ${trusted.mode}.`)
      ]
    })
  )

/** Every keystore and certificate the settings name. */
export const keystores = Effect.fnUntraced(function* (settings: All) {
  const own = yield* Effect.forEach(keystoresOf(settings), (named) => judge(named, settings.org.number))
  return [...own.flat(), ...(yield* trust(settings))]
})
