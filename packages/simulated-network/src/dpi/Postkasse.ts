import * as CmsDokumentpakkeOpener from "@eformidling/adapter-dokumentpakke-cms/CmsDokumentpakkeOpener"
import type { Settings as PackageSettings } from "@eformidling/adapter-dokumentpakke-cms/Settings"
import * as DpiMessage from "@eformidling/domain/dpi/DpiMessage"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { DokumentpakkeOpener } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import { Context, DateTime, type Duration, Effect, Layer, Result, Stream } from "effect"
import { randomUUID } from "node:crypto"
import type { ReceiptFault } from "./Corner2Faults.ts"
import type { HandOver, Letter, StoredReceipt } from "./LetterStore.ts"
import { type House, judge, Refused } from "./PostkasseRules.ts"
import * as Receipts from "./Receipts.ts"

/** A mailbox supplier or the print house. */
export interface Supplier extends House {
  readonly certificate: BusinessCertificate["Service"]
}

/** How long things take at a supplier. */
export interface Delays {
  /** From a digital letter's delivery to its being opened, and from a print letter's arrival to its being posted. */
  readonly opened: Duration.Duration
}

type Draft = Pick<Receipts.Draft, "type" | "at" | "more">

type Faults = ReadonlyArray<ReceiptFault["_tag"]>

/** Opens letters for one supplier, and answers them with signed kvitteringer. */
export const make = Effect.fnUntraced(function* (supplier: Supplier, settings: PackageSettings, delays: Delays) {
  const certificate = Layer.succeed(BusinessCertificate, supplier.certificate)
  const opener = Context.get(
    yield* Layer.build(CmsDokumentpakkeOpener.layer(settings).pipe(Layer.provide(certificate))),
    DokumentpakkeOpener
  )
  const write = Receipts.writer(supplier.organisasjonsnummer, supplier.certificate)
  const process = supplier.kind === "utskrift" ? "utskrift" : "digital"

  const receipt = (letter: Letter, draft: Draft, conversationId = letter.conversationId) =>
    Effect.map(write({ ...draft, conversationId, receiver: letter.sender, process }), (signed): StoredReceipt => ({
      ...signed,
      dueAt: draft.at.epochMilliseconds
    }))

  /** The receipts as they come when these faults have struck. */
  const distorted = Effect.fnUntraced(function* (
    letter: Letter,
    receipts: ReadonlyArray<StoredReceipt>,
    now: DateTime.Utc,
    faults: Faults
  ) {
    const more: Array<StoredReceipt> = []
    const add = (draft: Omit<Draft, "at">, conversationId?: string) =>
      Effect.tap(receipt(letter, { ...draft, at: now }, conversationId), (made) => Effect.sync(() => more.push(made)))
    if (faults.includes("UnknownType")) yield* add({ type: "reklamekvittering" })
    if (faults.includes("UnknownConversation")) {
      yield* add({ type: "leveringskvittering" }, yield* Effect.sync(randomUUID))
    }
    if (faults.includes("NotNotified") && process === "digital") {
      yield* add({
        type: "varslingfeiletkvittering",
        more: { varslingskanal: "epost", beskrivelse: "no such address" }
      })
    }
    if (faults.includes("Returned") && process === "utskrift") yield* add({ type: "returpostkvittering" })
    if (faults.includes("BadSignature")) {
      const made = yield* receipt(letter, { type: "feil", at: now, more: { feiltype: "SERVER" } })
      more.push({ ...made, jws: Receipts.spoilt(made.jws) })
    }
    const dueAts = receipts.map(({ dueAt }) => dueAt)
    const ordered = faults.includes("OutOfOrder")
      ? receipts.toReversed().map((made, index) => ({ ...made, dueAt: dueAts[index] ?? made.dueAt }))
      : receipts
    const all = [...more, ...ordered]
    return faults.includes("Duplicated") ? all.flatMap((made) => [made, made]) : all
  })

  const read = Effect.fnUntraced(
    function* (letter: Letter) {
      const message = yield* Effect.mapError(
        Effect.fromResult(DpiMessage.decode(JSON.parse(letter.payload))),
        ({ detail }) => new Refused({ detail })
      )
      const container = yield* opener.decrypt(Stream.succeed(letter.dokumentpakke))
      const opened = yield* opener.open(container, { flavour: "dpi" })
      const { opens, recipient } = yield* judge(supplier, letter, message, opened)
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

  const failed = (detaljer: string, feiltype: "KLIENT" | "SERVER", at: DateTime.Utc): Draft => ({
    type: "feil",
    at,
    more: { feiltype, detaljer }
  })

  const drafts = (opens: boolean, now: DateTime.Utc): ReadonlyArray<Draft> => {
    const later = DateTime.addDuration(now, delays.opened)
    if (process === "utskrift") {
      return [
        { type: "mottakskvittering", at: now },
        { type: "leveringskvittering", at: later }
      ]
    }
    return [{ type: "leveringskvittering", at: now }, ...(opens ? [{ type: "aapningskvittering", at: later }] : [])]
  }

  /** What comes of handing the letter over: it is delivered, or answered with `feil`. */
  const receive = Effect.fn("Postkasse.receive")(function* (
    letter: Letter,
    faults: Faults
  ): Effect.fn.Return<HandOver> {
    const now = yield* DateTime.now
    const result = yield* Effect.result(read(letter))
    const refusal = Result.isFailure(result)
      ? failed(result.failure.detail, "KLIENT", now)
      : faults.includes("Fails")
        ? failed("told to fail", "SERVER", now)
        : undefined
    const answers = refusal === undefined && Result.isSuccess(result) ? drafts(result.success.opens, now) : [refusal!]
    const receipts = yield* Effect.forEach(answers, (draft) => receipt(letter, draft))
    return {
      state: "SENDT",
      at: now.epochMilliseconds,
      delivered:
        refusal === undefined && Result.isSuccess(result)
          ? {
              supplier: supplier.organisasjonsnummer,
              recipient: result.success.recipient,
              documents: result.success.documents
            }
          : undefined,
      receipts: yield* distorted(letter, receipts, now, faults)
    }
  })

  return { supplier, receive, write }
})

export type Postkasse = Effect.Success<ReturnType<typeof make>>
