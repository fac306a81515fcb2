/**
 * Whose key: a PEM file, or a keystore.
 */
import * as KeystoreBusinessCertificate from "@eformidling/adapter-keystore/KeystoreBusinessCertificate"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { Config, Context, Effect, Layer, Option, Redacted } from "effect"
import { Flag } from "effect/cli"
import { createPrivateKey } from "node:crypto"
import { Hindered } from "../Ended.ts"
import * as PackageFile from "./PackageFile.ts"

/** The flags that name a key. */
export const keyFlags = {
  key: Flag.File("key").pipe(
    Flag.withMetavar("KEY.pem"),
    Flag.withDescription("Private key in PEM, its certificate in the same file or in --certificate"),
    Flag.optional
  ),
  certificate: Flag.File("certificate").pipe(
    Flag.withMetavar("CERT.pem"),
    Flag.withDescription("Certificate of the key, and its issuers, in PEM"),
    Flag.optional
  ),
  keystore: Flag.File("keystore").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("Keystore with the key: PKCS#12, JKS or PEM"),
    Flag.optional
  ),
  alias: Flag.String("alias").pipe(
    Flag.withDescription("Which key of the keystore; may be left out where it holds one"),
    Flag.optional
  ),
  password: Flag.Redacted("password").pipe(
    Flag.withDescription("Password of keystore or key; EFORMIDLING_PASSWORD in the environment unless given"),
    Flag.withFallbackConfig(Config.Redacted("EFORMIDLING_PASSWORD")),
    Flag.optional
  )
} as const

/** The flags as given. */
export interface KeyInput {
  readonly key: Option.Option<string>
  readonly certificate: Option.Option<string>
  readonly keystore: Option.Option<string>
  readonly alias: Option.Option<string>
  readonly password: Option.Option<Redacted.Redacted<string>>
}

/** A key with the certificate it belongs to, or alone: then it opens packages and cannot sign. */
export type Key =
  | { readonly _tag: "Certified"; readonly certificate: BusinessCertificate["Service"] }
  | { readonly _tag: "Bare"; readonly privateKey: Redacted.Redacted<string> }

const none = Redacted.make("")

const certified = Effect.fnUntraced(function* (path: string, { alias, password }: KeyInput) {
  const context = yield* Layer.build(
    KeystoreBusinessCertificate.layer({
      path,
      alias: Option.getOrUndefined(alias),
      password: Option.getOrElse(password, () => none)
    })
  )
  const key: Key = { _tag: "Certified", certificate: Context.get(context, BusinessCertificate) }
  return key
}, Effect.scoped)

const bare = (path: string, pem: string, { password }: KeyInput) =>
  Effect.try({
    try: (): Key => {
      const passphrase = Option.getOrUndefined(Option.map(password, Redacted.value))
      const key = createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) })
      return { _tag: "Bare", privateKey: Redacted.make(key.export({ type: "pkcs8", format: "pem" }).toString()) }
    },
    catch: () =>
      new Hindered({ message: `${path} holds no private key in PEM that opens with the password given, or with none.` })
  })

const fromPem = Effect.fnUntraced(function* (path: string, input: KeyInput) {
  const pem = yield* PackageFile.text(path)
  const certificate = Option.isSome(input.certificate) ? yield* PackageFile.text(input.certificate.value) : ""
  const joined = `${pem}\n${certificate}`
  if (!joined.includes("CERTIFICATE-----")) return yield* bare(path, pem, input)
  return yield* certified(`base64:${Buffer.from(joined, "latin1").toString("base64")}`, input)
})

/** The key the flags name; none where they name none. */
export const keyOf = Effect.fnUntraced(function* (input: KeyInput) {
  const { key, keystore } = input
  if (Option.isSome(key) && Option.isSome(keystore))
    return yield* new Hindered({ message: "Give --key or --keystore, not both." })
  if (Option.isSome(keystore)) return Option.some(yield* certified(keystore.value, input))
  return Option.isSome(key) ? Option.some(yield* fromPem(key.value, input)) : Option.none<Key>()
})
