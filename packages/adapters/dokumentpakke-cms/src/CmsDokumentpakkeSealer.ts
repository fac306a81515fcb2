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
import { DateTime, Effect, Layer } from "effect"
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
const keyTransports = { dpi: "oaep", dpo: "oaep", dpe: "pkcs1" } as const satisfies Record<SealRequest["flavour"], KeyTransport>

/** Plain bytes gathered before they are encrypted: the size of the envelope's parts. */
const gatheredBytes = 64 * 1024

const makeEncryptingSink = (envelope: Envelope, spool: Spool) => {
  const digest = createHash("sha256")
  let gathered: Array<Uint8Array> = []
  let bytes = 0
  const put = (parts: ReadonlyArray<Uint8Array>) => {
    for (const part of parts) digest.update(part)
    return Effect.forEach(parts, spool.append, { discard: true })
  }
  const encrypt = Effect.suspend(() => {
    const parts = envelope.update(gathered.length === 1 ? gathered[0]! : Buffer.concat(gathered))
    gathered = []
    bytes = 0
    return put(parts)
  })
  const sink: Sink = {
    write: (part) => {
      gathered.push(part)
      bytes += part.length
    },
    drain: Effect.suspend(() => bytes >= gatheredBytes ? encrypt : Effect.void)
  }
  return {
    sink,
    start: Effect.suspend(() => put([envelope.start])),
    end: Effect.gen(function*() {
      yield* encrypt
      yield* put(envelope.end())
      const stored = yield* spool.finish
      return { size: stored.size, sha256: new Uint8Array(digest.digest()), content: streamOf(stored) }
    })
  }
}

const make = Effect.fnUntraced(function*(settings: Settings) {
  const key = yield* makeSigningKey(yield* BusinessCertificate)
  const recipientOf = makeRecipients()
  const signer = signingCertificateOf(key)
  const x509Data = x509DataOf(key)

  const addFiles = Effect.fnUntraced(function*(zip: ZipWriter, manifest: Uint8Array, documents: ReadonlyArray<CheckedDocument>) {
    zip.addWhole("manifest.xml", manifest, true)
    const files: Array<SignedFile> = [{ name: "manifest.xml", mimeType: "application/xml", sha256: hash("sha256", manifest, "buffer") }]
    for (const { document, mimeType } of documents) {
      files.push({ name: document.filename, mimeType, sha256: yield* zip.addDocument(document, mimeType) })
    }
    return files
  })

  const addXades = Effect.fnUntraced(function*(zip: ZipWriter, files: ReadonlyArray<SignedFile>) {
    const signingTime = DateTime.formatIso(yield* DateTime.now)
    const xades = makeXades({ files, signingTime, signer, x509Data })
    zip.addWhole("META-INF/signatures.xml", xades.withSignature(yield* signBytes(key, xades.signedInfo)), true)
  })

  const addSignedManifest = Effect.fnUntraced(function*(zip: ZipWriter, files: ReadonlyArray<SignedFile>) {
    const signingTime = DateTime.formatIso(yield* DateTime.now)
    const name = `META-INF/signature-${yield* Effect.sync(() => randomUUID())}.p7s`
    const manifest = asicManifest(files, name)
    zip.addWhole("META-INF/ASiCManifest.xml", manifest, true)
    zip.addWhole(name, yield* makeSignedData(key, manifest, signingTime), true)
  })

  const manifestOf = (request: SealRequest, documents: ReadonlyArray<CheckedDocument>) =>
    request.flavour === "dpi"
      ? Effect.map(checkManifest(request), dpiManifest)
      : Effect.succeed(nextMoveManifest({
        sender: request.sender,
        receiver: request.receiver,
        href: documents[0]!.document.filename,
        mime: documents[0]!.mimeType
      }))

  const seal = Effect.fn("CmsDokumentpakkeSealer.seal")(function*(request: SealRequest) {
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
    const files = yield* addFiles(zip, manifest, documents)
    yield* request.flavour === "dpi" ? addXades(zip, files) : addSignedManifest(zip, files)
    zip.addWhole("META-INF/manifest.xml", openDocumentManifest(files), true)
    zip.end()
    return yield* out.end
  })

  return DokumentpakkeSealer.of({ seal })
})

const transportOf = (request: DpiSealRequest | NextMoveSealRequest): KeyTransport =>
  (request.flavour === "dpi" ? undefined : request.keyTransport) ?? keyTransports[request.flavour]

/** Seals with the business certificate of the context. */
export const layer = (settings: Settings): Layer.Layer<DokumentpakkeSealer, never, BusinessCertificate> =>
  Layer.effect(DokumentpakkeSealer, make(settings))
