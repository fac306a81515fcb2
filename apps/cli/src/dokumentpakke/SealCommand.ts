/**
 * `eformidling dokumentpakke seal`: files packed, signed and encrypted for a recipient.
 */
import * as CmsDokumentpakkeSealer from "@eformidling/adapter-dokumentpakke-cms/CmsDokumentpakkeSealer"
import * as MimeType from "@eformidling/domain/MimeType"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import type { Document } from "@eformidling/port-dokumentpakke/Document"
import { DokumentpakkeSealer, type SealRequest } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import { Console, Effect, FileSystem, Layer, Option, Path, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { X509Certificate } from "node:crypto"
import { tmpdir } from "node:os"
import { Hindered } from "../Ended.ts"
import { facts } from "../Table.ts"
import { keyFlags, keyOf } from "./KeyFlags.ts"
import * as PackageFile from "./PackageFile.ts"

const documentOf = Effect.fnUntraced(function* (file: string) {
  const path = yield* Path.Path
  const content = yield* PackageFile.content
  const filename = path.basename(file)
  const document: Document = {
    filename,
    mimeType: MimeType.of(undefined, filename),
    size: (yield* PackageFile.summary(file)).size,
    content: () => content(file)
  }
  return document
})

const organisationOf = (certificate: Uint8Array): Option.Option<string> =>
  Option.fromUndefinedOr(
    /^(?:(?:organizationIdentifier|2\.5\.4\.97)=NTRNO-|serialNumber=)(\d{9})$/m.exec(
      new X509Certificate(certificate).subject
    )?.[1]
  )

/** The party given, or the one the certificate names. */
const partyOf = (given: Option.Option<string>, flag: string, certificate: Uint8Array) =>
  given.pipe(
    Option.orElse(() => Option.map(organisationOf(certificate), (number) => `0192:${number}`)),
    Option.match({
      onNone: () => Effect.fail(new Hindered({ message: `The certificate names no organisation: give --${flag}.` })),
      onSome: Effect.succeed
    })
  )

const readable = (file: string, certificate: Uint8Array) =>
  Effect.try({
    try: () => new X509Certificate(certificate).raw,
    catch: () => new Hindered({ message: `${file} holds no certificate in PEM or DER.` })
  })

interface Input {
  readonly files: ReadonlyArray<string>
  readonly flavour: SealRequest["flavour"]
  readonly recipient: string
  readonly sender: Option.Option<string>
  readonly receiver: Option.Option<string>
  readonly title: Option.Option<string>
  readonly language: string
  readonly postkasseadresse: Option.Option<string>
}

/** What to seal. `own` is the signer's certificate in DER. */
const requestOf = Effect.fnUntraced(function* (input: Input, own: Uint8Array) {
  const { flavour, language, postkasseadresse, title } = input
  const documents = yield* Effect.forEach(input.files, documentOf)
  const recipientCertificate = new Uint8Array(
    yield* Effect.flatMap(PackageFile.bytes(input.recipient), (bytes) => readable(input.recipient, bytes))
  )
  const sender = yield* partyOf(input.sender, "sender", own)
  if (flavour !== "dpi") {
    const receiver = yield* partyOf(input.receiver, "receiver", recipientCertificate)
    const request: SealRequest = { flavour, sender, receiver, documents, recipientCertificate }
    return request
  }
  const [first, ...others] = documents.map(({ filename, mimeType }) => ({ href: filename, mime: mimeType }))
  const hoveddokument = { href: "", mime: "", ...first }
  const request: SealRequest = {
    flavour,
    documents,
    recipientCertificate,
    manifest: {
      ...Option.match(postkasseadresse, {
        onNone: () => ({}),
        onSome: (address) => ({ postkasseadresse: address })
      }),
      avsender: { organisasjon: sender },
      hoveddokument: {
        ...hoveddokument,
        tittel: { lang: language, text: Option.getOrElse(title, () => hoveddokument.href) }
      },
      vedlegg: others.map((document) => ({ ...document, tittel: { lang: language, text: document.href } }))
    }
  }
  return request
})

const seal = Effect.fnUntraced(function* (request: SealRequest, out: string) {
  const files = yield* FileSystem.FileSystem
  const sealer = yield* DokumentpakkeSealer
  const { content, sha256, size } = yield* sealer.seal(request)
  yield* Stream.run(content, files.sink(out, { flag: "wx" })).pipe(
    Effect.catchTag("PlatformError", (error) =>
      Effect.fail(
        new Hindered({
          message:
            error.reason._tag === "AlreadyExists"
              ? `${out} is there already, and is not written over.`
              : `${out} cannot be written (${error.reason._tag}).`,
          cause: error
        })
      )
    )
  )
  yield* Console.log(
    facts([
      ["File", `${out}, ${size} bytes`],
      ["Fingerprint", Buffer.from(sha256).toString("base64")],
      ...request.documents.map(
        ({ filename, mimeType, size: bytes = 0 }) => ["Document", `${filename}, ${mimeType}, ${bytes} bytes`] as const
      )
    ])
  )
}, Effect.scoped)

/** Packs files, the first of them the hoveddokument, for the holder of a certificate. */
export const sealCommand = Command.make(
  "seal",
  {
    files: Argument.File("file").pipe(
      Argument.withDescription("The documents, the hoveddokument first"),
      Argument.atLeast(1)
    ),
    flavour: Flag.Literals("flavour", ["dpi", "dpo", "dpe"]).pipe(Flag.withDescription("What package to make")),
    recipient: Flag.File("recipient").pipe(
      Flag.withMetavar("CERT.pem"),
      Flag.withDescription("The recipient's certificate, PEM or DER")
    ),
    out: Flag.File("out").pipe(Flag.withDescription("The package; a file that is there is not written over")),
    sender: Flag.String("sender").pipe(
      Flag.withDescription("0192:<organisasjonsnummer>; whom the own certificate names unless given"),
      Flag.optional
    ),
    receiver: Flag.String("receiver").pipe(
      Flag.withDescription("dpo, dpe: 0192:<organisasjonsnummer>; whom the recipient's certificate names unless given"),
      Flag.optional
    ),
    title: Flag.String("title").pipe(
      Flag.withDescription("dpi: title of the hoveddokument; its file name unless given"),
      Flag.optional
    ),
    language: Flag.String("language").pipe(
      Flag.withDescription("dpi: language of titles, two letters"),
      Flag.withDefault("NO")
    ),
    postkasseadresse: Flag.String("postkasseadresse").pipe(
      Flag.withDescription("dpi: the recipient's mailbox; left out for print"),
      Flag.optional
    ),
    ...keyFlags
  },
  Effect.fn("seal")(function* (input) {
    const key = Option.getOrUndefined(yield* keyOf(input))
    if (key?._tag !== "Certified") {
      return yield* new Hindered({
        message: "Sealing needs the own key and its certificate: give --keystore, or --key with --certificate."
      })
    }
    const { certificate } = key
    const sealer = CmsDokumentpakkeSealer.layer({
      temporaryDirectory: tmpdir(),
      trust: { mode: "ANCHORED", anchors: [], intermediates: [] }
    }).pipe(Layer.provide(Layer.succeed(BusinessCertificate, certificate)))
    const request = yield* requestOf(input, certificate.chain[0])
    yield* Effect.provide(seal(request, input.out), sealer)
  })
).pipe(
  Command.withDescription("Pack files, sign them with the own key, and encrypt them for a recipient"),
  Command.withExamples([
    {
      command:
        "eformidling dokumentpakke seal svar.pdf --flavour dpe --recipient mottaker.pem --keystore own.p12 --out asic.cms",
      description: "Make a package for eInnsyn"
    }
  ])
)
