import { createPrivateKey, randomUUID } from "node:crypto"
import * as CmsDokumentpakkeOpener from "@eformidling/adapter-dokumentpakke-cms/CmsDokumentpakkeOpener"
import type { Settings as PackageSettings } from "@eformidling/adapter-dokumentpakke-cms/Settings"
import * as DpiMessage from "@eformidling/domain/dpi/DpiMessage"
import * as PartyIdentifier from "@eformidling/domain/PartyIdentifier"
import * as SbdDateTime from "@eformidling/domain/SbdDateTime"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { DokumentpakkeOpener, type Opened } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import { Context, DateTime, type Duration, Effect, Layer, Option, Redacted, Result, Schema, Stream } from "effect"
import { CompactSign } from "jose"
import type { HandOver, Letter, StoredReceipt } from "./LetterStore.ts"

/** A mailbox supplier or the print house. */
export interface Supplier {
  readonly organisasjonsnummer: string
  readonly certificate: BusinessCertificate["Service"]
  readonly kind: "postkasse" | "utskrift"
}

/** How long things take at a supplier. */
export interface Delays {
  /** From a digital letter's delivery to its being opened, and from a print letter's arrival to its being posted. */
  readonly opened: Duration.Duration
}

/** What a supplier answers a letter that breaks the rules. */
class Refused extends Schema.TaggedError<Refused>()("Refused", { detail: Schema.String }) {}

type ReceiptType =
  | "leveringskvittering"
  | "aapningskvittering"
  | "mottakskvittering"
  | "feil"

const partner = (organisasjonsnummer: string) => ({
  authority: "iso6523-actorid-upis" as const,
  value: `0192:${organisasjonsnummer}`
})

const receiptBody = (type: ReceiptType, letter: Letter, supplier: Supplier, at: DateTime.Utc, detaljer?: string) => ({
  avsender: { virksomhetsidentifikator: partner(supplier.organisasjonsnummer) },
  mottaker: { virksomhetsidentifikator: partner(letter.sender) },
  tidspunkt: SbdDateTime.format(at),
  ...(type === "feil" ? { feiltype: "KLIENT", ...(detaljer === undefined ? {} : { detaljer }) } : {})
})

const receiptMessage = (
  id: string,
  type: ReceiptType,
  letter: Letter,
  supplier: Supplier,
  at: DateTime.Utc,
  detaljer?: string
) => ({
  standardBusinessDocument: {
    standardBusinessDocumentHeader: {
      headerVersion: "1.0",
      sender: [{ identifier: partner(supplier.organisasjonsnummer) }],
      receiver: [{ identifier: partner(letter.sender) }],
      documentIdentification: {
        standard: DpiMessage.standardOf(type),
        typeVersion: "1.0",
        instanceIdentifier: id,
        type,
        creationDateAndTime: SbdDateTime.format(at)
      },
      businessScope: {
        scope: [
          {
            type: "ConversationId",
            instanceIdentifier: letter.conversationId,
            identifier: DpiMessage.processOf(supplier.kind === "utskrift" ? "utskrift" : "digital"),
            scopeInformation: []
          }
        ]
      }
    },
    [type]: receiptBody(type, letter, supplier, at, detaljer)
  }
})

const refuse = (detail: string) => Effect.fail(new Refused({ detail }))

const demand = (holds: boolean, detail: string): Effect.Effect<void, Refused> => (holds ? Effect.void : refuse(detail))

/** The rules a mailbox supplier holds a letter to once it can read it. Source: dpi 6.6. */
const judge = Effect.fnUntraced(function*(letter: Letter, message: DpiMessage.DpiMessage, opened: Opened) {
  if (message.type !== "digital" && message.type !== "utskrift") return yield* refuse(`${message.type} is no letter`)
  if (opened.manifest._tag !== "dpi") return yield* refuse("the package has no SDP manifest")
  const { avsender, postkasseadresse } = opened.manifest.manifest
  const { avsenderidentifikator, virksomhetsidentifikator } = message.body.avsender
  const signer = Option.getOrElse(opened.signer.organisasjonsnummer, () => "")
  yield* demand(signer === letter.sender, "the package is not signed by the message's sender")
  yield* demand(avsender.organisasjon === virksomhetsidentifikator.value, "avsender differs between manifest and message")
  yield* demand(
    avsender.avsenderidentifikator === avsenderidentifikator,
    "avsenderidentifikator differs between manifest and message"
  )
  if (message.type === "digital") {
    yield* demand(
      postkasseadresse === message.body.mottaker.postkasseadresse,
      "postkasseadresse differs between manifest and message"
    )
    return { recipient: message.body.mottaker.postkasseadresse, opens: message.body.aapningskvittering === true }
  }
  yield* demand(postkasseadresse === undefined, "a print letter's manifest names no mailbox")
  yield* demand(
    opened.documents.every(({ mimeType }) => mimeType === "application/pdf"),
    "only PDF can be printed"
  )
  return { recipient: "print", opens: false }
})

/** Opens letters for one supplier, and answers them with signed kvitteringer. */
export const make = Effect.fnUntraced(function*(supplier: Supplier, settings: PackageSettings, delays: Delays) {
  const certificate = Layer.succeed(BusinessCertificate, supplier.certificate)
  const opener = Context.get(
    yield* Layer.build(CmsDokumentpakkeOpener.layer(settings).pipe(Layer.provide(certificate))),
    DokumentpakkeOpener
  )
  const key = createPrivateKey(Redacted.value(supplier.certificate.privateKey))
  const x5c = [Buffer.from(supplier.certificate.chain[0]).toString("base64")]

  const receipt = Effect.fnUntraced(function*(letter: Letter, type: ReceiptType, at: DateTime.Utc, detaljer?: string) {
    const id = yield* Effect.sync(randomUUID)
    const payload = Buffer.from(JSON.stringify(receiptMessage(id, type, letter, supplier, at, detaljer)))
    const jws = yield* Effect.promise(() =>
      new CompactSign(payload).setProtectedHeader({ x5c, alg: "RS512" }).sign(key))
    const stored: StoredReceipt = { id, messageId: letter.messageId, jws, dueAt: at.epochMilliseconds }
    return stored
  })

  const read = Effect.fnUntraced(
    function*(letter: Letter) {
      const message = yield* Effect.mapError(
        Effect.fromResult(Result.flatMap(Result.succeed(JSON.parse(letter.payload) as unknown), DpiMessage.decode)),
        ({ detail }) => new Refused({ detail })
      )
      const container = yield* opener.decrypt(Stream.succeed(letter.dokumentpakke))
      const opened = yield* opener.open(container, { flavour: "dpi" })
      const { opens, recipient } = yield* judge(letter, message, opened)
      const documents = opened.documents.map(({ name, sha256, size }) => ({
        name,
        size,
        sha256: Buffer.from(sha256).toString("hex")
      }))
      return { opens, recipient, documents }
    },
    Effect.scoped,
    Effect.mapError((error) => (error._tag === "Refused" ? error : new Refused({ detail: error.message })))
  )

  /** What comes of handing the letter over: it is delivered, or answered with `feil`. */
  const receive = Effect.fn("Postkasse.receive")(function*(letter: Letter): Effect.fn.Return<HandOver> {
    const now = yield* DateTime.now
    const later = DateTime.addDuration(now, delays.opened)
    const at = now.epochMilliseconds
    const result = yield* Effect.result(read(letter))
    if (Result.isFailure(result)) {
      const feil = yield* receipt(letter, "feil", now, result.failure.detail)
      return { state: "SENDT", at, delivered: undefined, receipts: [feil] }
    }
    const { documents, opens, recipient } = result.success
    const receipts = supplier.kind === "utskrift"
      ? [yield* receipt(letter, "mottakskvittering", now), yield* receipt(letter, "leveringskvittering", later)]
      : [
        yield* receipt(letter, "leveringskvittering", now),
        ...(opens ? [yield* receipt(letter, "aapningskvittering", later)] : [])
      ]
    return { state: "SENDT", at, delivered: { supplier: supplier.organisasjonsnummer, recipient, documents }, receipts }
  })

  return { supplier, receive }
})

export type Postkasse = Effect.Success<ReturnType<typeof make>>

/** Bare number of an organisation named `0192:<number>`. */
export const numberOf = PartyIdentifier.primaryIdentifier
