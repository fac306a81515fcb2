/**
 * The business certificate from a keystore: PKCS#12, JKS or PEM.
 */
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import {
  AliasNotFound,
  KeystoreError,
  KeystoreNotFound,
  UnsupportedKeystore,
  UnusableKey,
  WrongKeyPassword,
  WrongPassword
} from "@eformidling/port-dokumentpakke/KeystoreError"
import { DateTime, Effect, Layer, Option, Redacted } from "effect"
import { Buffer } from "node:buffer"
import type { X509Certificate } from "node:crypto"
import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { jksMagic, readJks } from "./internal/jks.ts"
import { chainOf, type KeyEntry, Refused } from "./internal/keyEntry.ts"
import { readPem, refusedPem } from "./internal/pem.ts"
import { readPkcs12, refusedPkcs12 } from "./internal/pkcs12.ts"
import type { KeystoreSettings } from "./KeystoreSettings.ts"

const fail = (reason: KeystoreError["reason"]) => Effect.fail(new KeystoreError({ reason }))

const minimumBits = 2048

/** What an error calls the keystore: never the bytes of one given as base64. */
const nameOf = ({ path }: KeystoreSettings) => (path.startsWith("base64:") ? "given as base64" : path)

const read = Effect.fnUntraced(function* (settings: KeystoreSettings) {
  const path = settings.path.trim()
  if (path.startsWith("base64:")) return Buffer.from(path.slice(7), "base64")
  if (/^(classpath|https?):/.test(path)) {
    return yield* fail(
      new UnsupportedKeystore({
        path,
        type: settings.type ?? "a keystore",
        detail: "give a path, file: and a path, or base64: and the file itself"
      })
    )
  }
  return yield* Effect.tryPromise({
    try: () => readFile(path.startsWith("file://") ? fileURLToPath(path) : path.replace(/^file:/, "")),
    catch: (cause) => new KeystoreError({ reason: new KeystoreNotFound({ path: nameOf(settings), cause }) })
  })
})

const toReason =
  (settings: KeystoreSettings, type: string, alias: string) =>
  (refused: Refused): KeystoreError => {
    const path = nameOf(settings)
    const reasons = {
      password: () => new WrongPassword({ path }),
      keyPassword: () => new WrongKeyPassword({ path, alias }),
      unsupported: () => new UnsupportedKeystore({ path, type, detail: refused.message })
    }
    return new KeystoreError({ reason: reasons[refused.kind]() })
  }

const refusedJks = (cause: unknown) =>
  cause instanceof Refused ? cause : new Refused("unsupported", cause instanceof Error ? cause.message : String(cause))

/** The entry the alias names, or the only one where no alias is set. */
const choose = <Entry extends { readonly alias: string }>(
  settings: KeystoreSettings,
  entries: ReadonlyArray<Entry>
): Effect.Effect<Entry, KeystoreError> => {
  const alias = settings.alias?.trim() ?? ""
  const found =
    alias === ""
      ? entries.length === 1
        ? entries[0]
        : undefined
      : entries.find((entry) => entry.alias.toLowerCase() === alias.toLowerCase())
  return found === undefined
    ? fail(new AliasNotFound({ path: nameOf(settings), alias, available: entries.map((entry) => entry.alias) }))
    : Effect.succeed(found)
}

const isPem = (bytes: Buffer) => bytes.subarray(0, 64 * 1024).includes("-----BEGIN ")

const open = Effect.fnUntraced(function* (
  settings: KeystoreSettings,
  bytes: Buffer
): Effect.fn.Return<KeyEntry, KeystoreError> {
  const password = Redacted.value(settings.password)
  const keyPassword = settings.keyPassword === undefined ? password : Redacted.value(settings.keyPassword)
  const alias = settings.alias ?? ""
  const type = settings.type?.trim().toUpperCase() ?? ""
  if (!["", "JKS", "PKCS12", "P12", "PFX", "PEM"].includes(type)) {
    return yield* fail(
      new UnsupportedKeystore({
        path: nameOf(settings),
        type,
        detail: "the types that are read are PKCS12, JKS and PEM"
      })
    )
  }
  if (bytes.length >= 4 && bytes.readUInt32BE() === jksMagic) {
    const entries = yield* Effect.mapError(
      Effect.try({ try: () => readJks(bytes, password), catch: refusedJks }),
      toReason(settings, "JKS", alias)
    )
    const entry = yield* choose(settings, entries)
    return yield* Effect.mapError(
      Effect.try({ try: () => entry.open(keyPassword), catch: refusedJks }),
      toReason(settings, "JKS", entry.alias)
    )
  }
  if (isPem(bytes)) {
    return yield* Effect.mapError(
      Effect.try({ try: () => readPem(bytes.toString("latin1"), keyPassword), catch: refusedPem }),
      toReason(settings, "PEM", alias)
    )
  }
  if (bytes[0] !== 0x30) {
    return yield* fail(
      new UnsupportedKeystore({
        path: nameOf(settings),
        type: type === "" ? "a keystore" : type,
        detail: "it is neither PKCS#12, JKS nor PEM"
      })
    )
  }
  const entries = yield* Effect.mapError(
    Effect.try({ try: () => readPkcs12(bytes, password), catch: refusedPkcs12 }),
    toReason(settings, "PKCS12", alias)
  )
  return yield* choose(settings, entries)
})

/** SEID2 carries `NTRNO-<number>` in organizationIdentifier, SEID1 the number alone in serialNumber. */
const organisationOf = ({ subject }: X509Certificate): Option.Option<string> =>
  Option.fromUndefinedOr(
    (
      /^(?:organizationIdentifier|2\.5\.4\.97)=NTRNO-(\d{9})$/m.exec(subject) ?? /^serialNumber=(\d{9})$/m.exec(subject)
    )?.[1]
  )

const load = Effect.fn("KeystoreBusinessCertificate.load")(function* (settings: KeystoreSettings) {
  const path = nameOf(settings)
  const entry = yield* open(settings, yield* read(settings))
  const unusable = (detail: string) =>
    new KeystoreError({ reason: new UnusableKey({ path, alias: entry.alias, detail }) })
  const chain = yield* Effect.try({
    try: () => chainOf(entry),
    catch: (cause) =>
      unusable(`a certificate cannot be read (${cause instanceof Error ? cause.message : String(cause)})`)
  })
  if (chain === undefined) return yield* unusable("no certificate in the keystore belongs to it")
  const { asymmetricKeyDetails, asymmetricKeyType } = entry.key
  if (asymmetricKeyType !== "rsa" || (asymmetricKeyDetails?.modulusLength ?? 0) < minimumBits) {
    return yield* unusable(`it should be an RSA key of at least ${minimumBits} bits`)
  }
  const [leaf, ...issuers] = chain
  return BusinessCertificate.of({
    organisasjonsnummer: organisationOf(leaf),
    chain: [new Uint8Array(leaf.raw), ...issuers.map((issuer) => new Uint8Array(issuer.raw))],
    privateKey: Redacted.make(entry.key.export({ type: "pkcs8", format: "pem" }).toString()),
    notBefore: DateTime.fromDateUnsafe(leaf.validFromDate),
    notAfter: DateTime.fromDateUnsafe(leaf.validToDate),
    serialNumber: BigInt(`0x${leaf.serialNumber}`).toString(),
    subject: leaf.subject.split("\n").toReversed().join(", ")
  })
})

/** Reads the keystore once; every later use is of what was read. */
export const layer = (settings: KeystoreSettings): Layer.Layer<BusinessCertificate, KeystoreError> =>
  Layer.effect(BusinessCertificate, load(settings))
