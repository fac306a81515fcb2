import { Option, Schema } from "effect"
import * as PartyIdentifier from "../PartyIdentifier.ts"
import { isOf, type StandardBusinessDocument } from "../StandardBusinessDocument.ts"

/** Which of its organisation's queues an integrasjonspunkt reads. Source: dpe 1.8. */
export const Mode = Schema.Literals(["innsyn", "data", "meeting"])
export type Mode = typeof Mode.Type

/** Reads a mode as settings spell it, in upper or lower case. */
export const parseMode = (text: string): Option.Option<Mode> =>
  Schema.decodeUnknownOption(Mode)(text.trim().toLowerCase())

/** How an organisation receives. */
export interface Own {
  readonly mode: Mode
  /** Suffix that statuses and kvitteringer go to instead of the usual one. */
  readonly receiptQueue: string | undefined
}

const named = (organisasjonsnummer: string, suffix: string): string => `nextbestqueue${organisasjonsnummer}${suffix}`

/** The queue an organisation reads. */
export const own = (organisasjonsnummer: string, mode: Mode): string => named(organisasjonsnummer, mode)

const statusSuffix = { meeting: "innsyn", innsyn: "data", data: "innsyn" } as const satisfies Record<Mode, string>

const isStatus = isOf("status")
const isKvittering = isOf("einnsyn_kvittering")

const answerSuffix = (document: StandardBusinessDocument, { mode }: Own): string | undefined => {
  if (isStatus(document)) return statusSuffix[mode]
  if (!isKvittering(document)) return undefined
  return document.message.body.referanseType === "innsynskrav" ? "data" : "innsyn"
}

/** Where a document goes, `endpointUrl` being the suffix its service record names. None when nothing names a suffix. */
export const destination = (
  document: StandardBusinessDocument,
  sender: Own,
  endpointUrl: string | undefined
): Option.Option<string> => {
  const usual = answerSuffix(document, sender)
  const suffix = usual === undefined ? endpointUrl?.trim() : sender.receiptQueue?.trim() || usual
  return suffix === undefined || suffix === "" || document.receiver === undefined
    ? Option.none()
    : Option.some(named(PartyIdentifier.primaryIdentifier(document.receiver), suffix))
}

/** Whether a document's queue follows from itself, without asking the registry. */
export const isAnswer = (document: StandardBusinessDocument): boolean => isStatus(document) || isKvittering(document)
