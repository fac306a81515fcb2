/**
 * Dokumentpakker without cryptography.
 *
 * A package is its documents behind a marker and the recipient's certificate in the clear. Anybody can read and forge
 * one: for tests, demos and a first run.
 */
import { createHash } from "node:crypto"
import type { Document } from "@eformidling/port-dokumentpakke/Document"
import {
  DocumentChanged,
  type DocumentError,
  DokumentpakkeError,
  NotReadable,
  Unavailable
} from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import {
  type Container,
  DokumentpakkeOpener,
  type Opened,
  type OpenedManifest,
  type OpenOptions
} from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import { DpiManifest } from "@eformidling/port-dokumentpakke/DpiManifest"
import {
  DokumentpakkeSealer,
  type RecipientCertificate,
  type SealRequest
} from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import type { Verdict } from "@eformidling/port-dokumentpakke/Verdict"
import { Effect, Layer, Option, Schema, Stream } from "effect"

const Package = Schema.fromJsonString(
  Schema.Struct({
    marker: Schema.Literal("memory-dokumentpakke"),
    recipient: Schema.String,
    flavour: Schema.Literals(["dpi", "dpe", "dpo"]),
    dpiManifest: Schema.optionalKey(DpiManifest),
    parties: Schema.optionalKey(Schema.Struct({ sender: Schema.String, receiver: Schema.String })),
    documents: Schema.Array(
      Schema.Struct({ name: Schema.String, mimeType: Schema.String, content: Schema.Uint8ArrayFromBase64 })
    )
  })
)
type Package = typeof Package.Type

const nameOf = (certificate: RecipientCertificate): string =>
  typeof certificate === "string" ? certificate : Buffer.from(certificate).toString("base64")

const sha256Of = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash("sha256").update(bytes).digest())

const failWith = (reason: DokumentpakkeError["reason"]) => new DokumentpakkeError({ reason })

const readDocument = Effect.fnUntraced(function* (document: Document) {
  const content = yield* Stream.mkUint8Array(document.content()).pipe(
    Effect.mapError((cause) =>
      failWith(new Unavailable({ detail: `the document ${document.filename} cannot be read`, cause }))
    )
  )
  const changed = (detail: string) => failWith(new DocumentChanged({ filename: document.filename, detail }))
  if (document.size !== undefined && document.size !== content.length) return yield* changed("the size differs")
  if (document.sha256 !== undefined && Buffer.compare(document.sha256, sha256Of(content)) !== 0) {
    return yield* changed("the digest differs")
  }
  return { name: document.filename, mimeType: document.mimeType, content }
})

const seal = Effect.fn("MemoryDokumentpakke.seal")(function* (request: SealRequest) {
  const documents = yield* Effect.forEach(request.documents, readDocument)
  const contents: Package = {
    marker: "memory-dokumentpakke",
    recipient: nameOf(request.recipientCertificate),
    flavour: request.flavour,
    documents,
    ...(request.flavour === "dpi"
      ? { dpiManifest: request.manifest }
      : { parties: { sender: request.sender, receiver: request.receiver } })
  }
  const bytes = new TextEncoder().encode(yield* Effect.orDie(Schema.encodeEffect(Package)(contents)))
  return { size: bytes.length, sha256: sha256Of(bytes), content: Stream.make(bytes) }
})

const parse = (bytes: Uint8Array) =>
  Schema.decodeUnknownEffect(Package)(new TextDecoder().decode(bytes)).pipe(
    Effect.mapError((cause) => failWith(new NotReadable({ cause })))
  )

const collect = (content: Stream.Stream<Uint8Array, DocumentError | DokumentpakkeError>) =>
  Stream.mkUint8Array(content).pipe(
    Effect.mapError((error) =>
      error._tag === "DokumentpakkeError"
        ? error
        : failWith(new Unavailable({ detail: "the package cannot be read", cause: error }))
    )
  )

const verdictOf = (contents: Package): Verdict => ({
  outcome: "valid",
  findings: [],
  entries: contents.documents.map(({ content, mimeType, name }) => ({
    name,
    mimeType: Option.some(mimeType),
    size: content.length,
    sha256: Option.some(sha256Of(content))
  })),
  signer: Option.none(),
  signingTime: Option.none()
})

const manifestOf = ({ documents, dpiManifest, parties }: Package): OpenedManifest => {
  if (dpiManifest !== undefined) return { _tag: "dpi", manifest: dpiManifest }
  if (parties === undefined) return { _tag: "none" }
  const [first] = documents
  return {
    _tag: "nextmove",
    manifest: { ...parties, hoveddokument: { href: first?.name ?? "", mime: first?.mimeType ?? "" } }
  }
}

const opener = (own: RecipientCertificate): DokumentpakkeOpener["Service"] => ({
  decrypt: Effect.fn("MemoryDokumentpakke.decrypt")(function* (sealed) {
    const bytes = yield* collect(sealed)
    const { recipient } = yield* parse(bytes)
    if (recipient !== nameOf(own)) return yield* failWith(new NotReadable({ cause: "the package is for another" }))
    return { size: bytes.length, content: Stream.make(bytes) } satisfies Container
  }),
  verify: Effect.fn("MemoryDokumentpakke.verify")(function* (container: Container, _: OpenOptions) {
    return verdictOf(yield* Effect.flatMap(collect(container.content), parse))
  }),
  open: Effect.fn("MemoryDokumentpakke.open")(function* (container: Container, _: OpenOptions) {
    const contents = yield* Effect.flatMap(collect(container.content), parse)
    return {
      documents: contents.documents.map(({ content, mimeType, name }) => ({
        name,
        mimeType,
        size: content.length,
        sha256: sha256Of(content),
        content: Stream.make(content)
      })),
      manifest: manifestOf(contents),
      signer: { subject: "CN=memory", organisasjonsnummer: Option.none(), certificate: new Uint8Array() },
      signingTime: Option.none(),
      verdict: verdictOf(contents)
    } satisfies Opened
  })
})

/** Seals for anybody, and opens what was sealed for `certificate`. */
export const layer = (certificate: RecipientCertificate): Layer.Layer<DokumentpakkeSealer | DokumentpakkeOpener> =>
  Layer.merge(Layer.succeed(DokumentpakkeSealer, { seal }), Layer.succeed(DokumentpakkeOpener, opener(certificate)))
