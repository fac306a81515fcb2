/**
 * Seals dokumentpakker as ASiC-E in CMS.
 */
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import {
  DokumentpakkeSealer,
  type DpiSealRequest,
  type KeyTransport,
  type NextMoveSealRequest,
  type SealRequest
} from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import { DateTime, Effect, Fiber, Layer } from "effect"
import { createHash, hash, randomUUID } from "node:crypto"
import { type Envelope, makeEnvelope } from "./internal/envelopeWriter.ts"
import { asicManifest, dpiManifest, nextMoveManifest, openDocumentManifest } from "./internal/manifestWriter.ts"
import { makeRecipients } from "./internal/recipient.ts"
import { type CheckedDocument, checkDocuments, checkManifest } from "./internal/sealRequest.ts"
import { makeSignedData } from "./internal/signedDataWriter.ts"
import { makeSigningKey, signBytes } from "./internal/signingKey.ts"
import { makeSpool, type Spool, streamOf } from "./internal/storage.ts"
import { makeXades, type SignedFile, signingCertificateOf, x509DataOf } from "./internal/xadesWriter.ts"
import { dosTime } from "./internal/zipRecord.ts"
import { type Sink, ZipWriter } from "./internal/zipWriter.ts"
import { defaultMemoryBytes, type Settings } from "./Settings.ts"

/** Key transport of each flavour. Source: dokumentpakke 1. */
const keyTransports = { dpi: "oaep", dpo: "oaep", dpe: "pkcs1" } as const satisfies Record<
  SealRequest["flavour"],
  KeyTransport
>

/** Plain bytes gathered before they are encrypted: the size of the envelope's parts. */
const gatheredBytes = 128 * 1024

const makeEncryptingSink = (envelope: Envelope, spool: Spool) => {
  const digest = createHash("sha256")
  let gathered: Array<Uint8Array> = []
  let bytes = 0
  const put = (parts: ReadonlyArray<Uint8Array>) => {
    for (const part of parts) digest.update(part)
    return spool.append(parts)
  }
  const encrypt = Effect.suspend(() => {
    const parts = envelope.update(gathered)
    gathered = []
    bytes = 0
    return put(parts)
  })
  const sink: Sink = {
    write: (part) => {
      gathered.push(part)
      bytes += part.length
    },
    drain: Effect.suspend(() => (bytes >= gatheredBytes ? encrypt : Effect.void))
  }
  return {
    sink,
    start: Effect.suspend(() => put([envelope.start])),
    end: Effect.gen(function* () {
      yield* encrypt
      yield* put(envelope.end())
      const stored = yield* spool.finish
      return { size: stored.size, sha256: new Uint8Array(digest.digest()), content: streamOf(stored) }
    })
  }
}

const make = Effect.fnUntraced(function* (settings: Settings) {
  const key = yield* makeSigningKey(yield* BusinessCertificate)
  const recipientOf = makeRecipients()
  const signer = signingCertificateOf(key)
  const x509Data = x509DataOf(key)

  /** The signature's own files, in package order. */
  const signXades = Effect.fnUntraced(function* (files: ReadonlyArray<SignedFile>) {
    const signingTime = DateTime.formatIso(yield* DateTime.now)
    const xades = makeXades({ files, signingTime, signer, x509Data })
    return [{ name: "META-INF/signatures.xml", bytes: xades.withSignature(yield* signBytes(key, xades.signedInfo)) }]
  })

  const signManifest = Effect.fnUntraced(function* (files: ReadonlyArray<SignedFile>) {
    const signingTime = DateTime.formatIso(yield* DateTime.now)
    const name = `META-INF/signature-${yield* Effect.sync(() => randomUUID())}.p7s`
    const manifest = asicManifest(files, name)
    return [
      { name: "META-INF/ASiCManifest.xml", bytes: manifest },
      { name, bytes: yield* makeSignedData(key, manifest, signingTime) }
    ]
  })

  const addDocuments = Effect.fnUntraced(function* (zip: ZipWriter, documents: ReadonlyArray<CheckedDocument>) {
    const files: Array<SignedFile> = []
    for (const { document, mimeType } of documents) {
      files.push({ name: document.filename, mimeType, sha256: yield* zip.addDocument(document, mimeType) })
    }
    return files
  })

  const manifestOf = (request: SealRequest, documents: ReadonlyArray<CheckedDocument>) =>
    request.flavour === "dpi"
      ? Effect.map(checkManifest(request), dpiManifest)
      : Effect.succeed(
          nextMoveManifest({
            sender: request.sender,
            receiver: request.receiver,
            href: documents[0]!.document.filename,
            mime: documents[0]!.mimeType
          })
        )

  const seal = Effect.fn("CmsDokumentpakkeSealer.seal")(function* (request: SealRequest) {
    const now = yield* DateTime.now
    const documents = yield* checkDocuments(request)
    const manifest = yield* manifestOf(request, documents)
    const recipient = yield* recipientOf(request.recipientCertificate, now)
    const envelope = yield* Effect.sync(() => makeEnvelope(recipient, transportOf(request)))
    const spool = yield* makeSpool({
      temporaryDirectory: settings.temporaryDirectory,
      memoryBytes: settings.memoryBytes ?? defaultMemoryBytes,
      secret: false
    })
    const out = makeEncryptingSink(envelope, spool)
    yield* out.start
    const zip = new ZipWriter(out.sink, dosTime(DateTime.toPartsUtc(now)))
    zip.addWhole("manifest.xml", manifest, true)
    const manifestFile: SignedFile = {
      name: "manifest.xml",
      mimeType: "application/xml",
      sha256: hash("sha256", manifest, "buffer")
    }
    const sign = request.flavour === "dpi" ? signXades : signManifest
    const known = filesOf(documents)
    // Digests taken beforehand let the signature be made while the documents are read; reading them checks the digests.
    const early =
      known === undefined
        ? undefined
        : yield* Effect.forkChild(sign([manifestFile, ...known]), { startImmediately: true })
    const files = [manifestFile, ...(yield* addDocuments(zip, documents))]
    for (const { bytes, name } of yield* early === undefined ? sign(files) : Fiber.join(early))
      zip.addWhole(name, bytes, true)
    zip.addWhole("META-INF/manifest.xml", openDocumentManifest(files), true)
    zip.end()
    return yield* out.end
  })

  return DokumentpakkeSealer.of({ seal })
})

/** The documents as they are signed, where all digests are known beforehand. */
const filesOf = (documents: ReadonlyArray<CheckedDocument>): ReadonlyArray<SignedFile> | undefined => {
  const files = documents.flatMap(({ document, mimeType }) =>
    document.sha256 === undefined ? [] : [{ name: document.filename, mimeType, sha256: document.sha256 }]
  )
  return files.length === documents.length ? files : undefined
}

const transportOf = (request: DpiSealRequest | NextMoveSealRequest): KeyTransport =>
  (request.flavour === "dpi" ? undefined : request.keyTransport) ?? keyTransports[request.flavour]

/** Seals with the business certificate of the context. */
export const layer = (settings: Settings): Layer.Layer<DokumentpakkeSealer, never, BusinessCertificate> =>
  Layer.effect(DokumentpakkeSealer, make(settings))
