/**
 * The rules mailbox suppliers and the print house hold a letter to once they can read it.
 *
 * Source: dpi 4.5, 6.6.
 */
import type { DpiMessage } from "@eformidling/domain/dpi/DpiMessage"
import * as PartyIdentifier from "@eformidling/domain/PartyIdentifier"
import type { Opened } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import { Effect, Option, Schema, Stream } from "effect"
import { hash } from "node:crypto"
import type { Letter } from "./LetterStore.ts"

/** A mailbox supplier or the print house, as far as the rules go. */
export interface House {
  readonly organisasjonsnummer: string
  readonly kind: "postkasse" | "utskrift"
  /** Mailboxes it keeps. */
  readonly addresses: ReadonlySet<string>
  /** Refuses two documents of one title, as e-Boks does. */
  readonly wantsUniqueTitles: boolean
}

/** Why a letter is answered with `feil`. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", { detail: Schema.String }) {}

export const refuse = (detail: string) => Effect.fail(new Refused({ detail }))

const demand = (holds: boolean, detail: string): Effect.Effect<void, Refused> => (holds ? Effect.void : refuse(detail))

/** Bytes of all documents together. */
const largest = 50 * 1024 * 1024

const office = "application/vnd.openxmlformats-officedocument"
const openDocument = "application/vnd.oasis.opendocument"

const documentTypes: ReadonlySet<string> = new Set([
  "application/pdf",
  "text/html",
  "text/plain",
  "application/ehf+xml",
  ...["formula", "text", "spreadsheet", "presentation", "graphics"].map((kind) => `${openDocument}.${kind}`),
  "image/gif",
  "image/jpeg",
  "image/png",
  "application/msword",
  `${office}.wordprocessingml.document`,
  `${office}.spreadsheetml.sheet`,
  `${office}.presentationml.presentation`,
  "application/octet-stream"
])

const metadataTypes: ReadonlySet<string> = new Set(
  ["lenke", "bevis", "arrangement"].map((kind) => `application/vnd.difi.dpi.${kind}+xml`)
)

type Manifest = Extract<Opened["manifest"], { readonly _tag: "dpi" }>["manifest"]

const judgeNames = Effect.fnUntraced(function* ({ documents }: Opened) {
  for (const { name } of documents) {
    yield* demand(name.length >= 4 && name.length <= 100, `the name ${name} has not 4 to 100 characters`)
    yield* demand(/^[A-Za-z0-9._-]+$/.test(name), `the name ${name} holds other characters than A-Z a-z 0-9 . _ -`)
  }
  const names = new Set(documents.map(({ name }) => name.toLowerCase()))
  yield* demand(names.size === documents.length, "two documents have the same name")
  const bytes = documents.reduce((sum, { size }) => sum + size, 0)
  yield* demand(bytes <= largest, `the documents are larger than ${largest} bytes together`)
})

const judgeContents = Effect.fnUntraced(function* (house: House, { hoveddokument, vedlegg }: Manifest) {
  const listed = [hoveddokument, ...vedlegg]
  for (const { data, mime } of listed) {
    yield* demand(documentTypes.has(mime), `${mime} is no media type of a document`)
    yield* demand(data === undefined || metadataTypes.has(data.mime), `${data?.mime} is no media type of metadata`)
  }
  yield* demand(
    vedlegg.every(({ mime }) => mime !== "application/ehf+xml"),
    "an EHF invoice must be the main document"
  )
  const titles = listed.map(({ href, tittel }) => tittel?.text ?? href)
  yield* demand(
    !house.wantsUniqueTitles || new Set(titles).size === titles.length,
    "SBD:5023 two documents have the same title"
  )
})

const judgePrint = Effect.fnUntraced(function* ({ documents }: Opened, { postkasseadresse }: Manifest) {
  yield* demand(postkasseadresse === undefined, "a print letter's manifest names no mailbox")
  for (const { content, mimeType, name } of documents) {
    yield* demand(mimeType === "application/pdf", `only PDF can be printed, not ${name}`)
    const start = yield* Effect.mapError(
      Stream.mkUint8Array(Stream.take(content, 1)),
      ({ message }) => new Refused({ detail: message })
    )
    yield* demand(
      /^%PDF-1\.[0-7]/.test(Buffer.from(start).toString("latin1")),
      `${name} is no PDF of version 1.0 to 1.7`
    )
  }
})

const partyOf = PartyIdentifier.primaryIdentifier

/** The recipient of a letter that keeps the rules, and whether its opening is to be told. */
export const judge = Effect.fnUntraced(function* (house: House, letter: Letter, message: DpiMessage, opened: Opened) {
  if (message.type !== "digital" && message.type !== "utskrift") return yield* refuse(`${message.type} is no letter`)
  if (opened.manifest._tag !== "dpi") return yield* refuse("the package has no SDP manifest")
  const { manifest } = opened.manifest
  const { avsender, dokumentpakkefingeravtrykk } = message.body
  const fingerprint = hash("sha256", letter.dokumentpakke, "base64")
  yield* demand(dokumentpakkefingeravtrykk.digestValue === fingerprint, "the fingerprint is not that of the package")
  yield* demand((message.type === "utskrift") === (house.kind === "utskrift"), `${message.type} is not done here`)
  const signer = Option.getOrElse(opened.signer.organisasjonsnummer, () => "")
  yield* demand(signer === letter.sender, "the package is not signed by the message's sender")
  yield* demand(
    partyOf(message.header.sender[0]?.identifier.value ?? "") === signer,
    "the sender is not who signed the package"
  )
  yield* demand(
    manifest.avsender.organisasjon === avsender.virksomhetsidentifikator.value,
    "avsender differs between manifest and message"
  )
  yield* demand(
    manifest.avsender.avsenderidentifikator === avsender.avsenderidentifikator,
    "avsenderidentifikator differs between manifest and message"
  )
  yield* judgeNames(opened)
  yield* judgeContents(house, manifest)
  if (message.type === "utskrift") {
    yield* judgePrint(opened, manifest)
    return { recipient: "print", opens: false }
  }
  const { postkasseadresse } = message.body.mottaker
  yield* demand(manifest.postkasseadresse === postkasseadresse, "postkasseadresse differs between manifest and message")
  yield* demand(house.addresses.has(postkasseadresse), "nobody has the mailbox")
  return { recipient: postkasseadresse, opens: message.body.aapningskvittering === true }
})
