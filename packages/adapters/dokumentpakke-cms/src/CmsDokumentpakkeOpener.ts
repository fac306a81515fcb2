/**
 * Decrypts and opens dokumentpakker, with verification.
 */
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { CertificateError, CertificateUnreadable } from "@eformidling/port-dokumentpakke/CertificateValidator"
import {
  DocumentError,
  DokumentpakkeError,
  NotReadable,
  Unavailable
} from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import {
  type Container,
  DokumentpakkeOpener,
  type OpenOptions
} from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import type { Trust } from "@eformidling/port-dokumentpakke/Trust"
import { Effect, Layer, Redacted, Stream } from "effect"
import { createPrivateKey } from "node:crypto"
import { Malformed } from "./internal/ber.ts"
import { parseTrust, type ParsedTrust } from "./internal/certificateChain.ts"
import { decryptEnvelope, type DecryptionKey } from "./internal/envelopeReader.ts"
import { Broken } from "./internal/finding.ts"
import { type Judgement, judge } from "./internal/judgement.ts"
import { makeSigningKey } from "./internal/signingKey.ts"
import { makeSpool, type Stored, streamOf } from "./internal/storage.ts"
import { entryStream } from "./internal/zipEntry.ts"
import { defaultLimits, defaultMemoryBytes, type Settings } from "./Settings.ts"

const notReadable = (cause: unknown) => new DokumentpakkeError({ reason: new NotReadable({ cause }) })

const toDokumentpakkeError = (error: Broken | Malformed | DocumentError | DokumentpakkeError): DokumentpakkeError => {
  if (error instanceof DokumentpakkeError) return error
  if (error instanceof DocumentError) {
    return new DokumentpakkeError({
      reason: new Unavailable({ detail: "The dokumentpakke could not be read from where it is kept.", cause: error })
    })
  }
  return notReadable(error)
}

/** Why `open` gives nothing: the findings of a package that is not valid. */
const refusal = ({ verdict }: Judgement) =>
  notReadable(
    new Broken(
      "container",
      verdict.findings.map(({ detail, rule, severity }) => `${rule} (${severity}): ${detail}`).join("; ")
    )
  )

const parsedTrust = (trust: Trust) =>
  Effect.try({
    try: () => parseTrust(trust),
    catch: (cause) =>
      new CertificateError({
        reason: new CertificateUnreadable({
          detail: `a trusted certificate in the settings: ${cause instanceof Error ? cause.message : String(cause)}`
        })
      })
  })

const make = Effect.fnUntraced(function* (settings: Settings, key: DecryptionKey | undefined) {
  const limits = { ...defaultLimits, ...settings.limits }
  const ownTrust = yield* parsedTrust(settings.trust)
  /** Containers that this opener made, so that they are not copied to be opened. */
  const own = new WeakMap<Container, Stored>()

  const spoolFor = makeSpool({
    temporaryDirectory: settings.temporaryDirectory,
    memoryBytes: settings.memoryBytes ?? defaultMemoryBytes,
    secret: true
  })

  /** Fails with `NotReadable` beyond the limit, before more is kept. */
  const limited = (append: (parts: ReadonlyArray<Uint8Array>) => Effect.Effect<void, DokumentpakkeError>) => {
    let size = 0
    return (bytes: Uint8Array) => {
      size += bytes.length
      return size > limits.containerBytes
        ? Effect.fail(notReadable(new Broken("limit", `the container is larger than ${limits.containerBytes} bytes`)))
        : append([bytes])
    }
  }

  const decrypt = Effect.fn("CmsDokumentpakkeOpener.decrypt")(function* (
    sealed: Stream.Stream<Uint8Array, DocumentError | DokumentpakkeError>
  ) {
    if (key === undefined) return yield* notReadable(new Malformed("there is no key to decrypt it with"))
    const spool = yield* spoolFor
    yield* decryptEnvelope(sealed, key, limited(spool.append))
    const stored = yield* spool.finish
    const container: Container = { size: stored.size, content: streamOf(stored) }
    own.set(container, stored)
    return container
  }, Effect.mapError(toDokumentpakkeError))

  const storedOf = Effect.fnUntraced(function* (container: Container) {
    const known = own.get(container)
    if (known !== undefined) return known
    const spool = yield* spoolFor
    const append = limited(spool.append)
    yield* Stream.runForEach(Stream.mapError(container.content, toDokumentpakkeError), append)
    return yield* spool.finish
  })

  const trustOf = (options: OpenOptions): Effect.Effect<ParsedTrust, DokumentpakkeError> =>
    options.trust === undefined ? Effect.succeed(ownTrust) : Effect.mapError(parsedTrust(options.trust), notReadable)

  const judgeContainer = Effect.fnUntraced(function* (stored: Stored, options: OpenOptions) {
    return yield* judge(stored, { flavour: options.flavour, limits, trust: yield* trustOf(options), at: options.at })
  })

  const verify = Effect.fn("CmsDokumentpakkeOpener.verify")(function* (container: Container, options: OpenOptions) {
    const { verdict } = yield* judgeContainer(yield* storedOf(container), options)
    return verdict
  }, Effect.scoped)

  const open = Effect.fn("CmsDokumentpakkeOpener.open")(function* (container: Container, options: OpenOptions) {
    const stored = yield* storedOf(container)
    const judgement = yield* judgeContainer(stored, options)
    const { documents, manifest, verdict } = judgement
    if (verdict.outcome !== "valid" || verdict.signer._tag === "None") return yield* refusal(judgement)
    return {
      documents: documents.flatMap(({ entry, mimeType, sha256 }) =>
        sha256 === undefined
          ? []
          : [
              {
                name: entry.name,
                mimeType: mimeType ?? "application/octet-stream",
                size: entry.bytes,
                sha256,
                content: Stream.mapError(entryStream(stored, entry), toDokumentpakkeError)
              }
            ]
      ),
      manifest,
      signer: verdict.signer.value,
      signingTime: verdict.signingTime,
      verdict
    }
  })

  return DokumentpakkeOpener.of({ decrypt, verify, open })
})

/** Decrypts with the business certificate of the context; fails when a certificate in the settings cannot be read. */
export const layer = (settings: Settings): Layer.Layer<DokumentpakkeOpener, CertificateError, BusinessCertificate> =>
  Layer.effect(
    DokumentpakkeOpener,
    Effect.gen(function* () {
      return yield* make(settings, yield* makeSigningKey(yield* BusinessCertificate))
    })
  )

/**
 * Decrypts with a private key alone, in PEM; where a package has several recipients each is tried. Without a key it
 * judges and opens what is not encrypted.
 *
 * Fails when a certificate in the settings cannot be read. A key that cannot be read is a defect.
 */
export const layerKey = (
  settings: Settings,
  privateKey: Redacted.Redacted<string> | undefined
): Layer.Layer<DokumentpakkeOpener, CertificateError> =>
  Layer.effect(
    DokumentpakkeOpener,
    Effect.suspend(() =>
      make(settings, privateKey && { privateKey: createPrivateKey(Redacted.value(privateKey)), certificate: undefined })
    )
  )
