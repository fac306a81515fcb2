/**
 * What may be attached to a message, and what it must have when it is sent.
 *
 * Source: nextmove-api 2.8; dpi 1.10.
 */
import { businessMessageTypes } from "@eformidling/domain/BusinessMessageType"
import type { Forretningsmelding } from "@eformidling/domain/forretningsmelding/Forretningsmelding"
import { hoveddokument } from "@eformidling/domain/StandardBusinessDocument"
import type { OutMessage } from "@eformidling/port-store/OutMessages"
import {
  DuplicateFilename,
  type ExchangeError,
  FileNotFound,
  MaxFileSizeExceeded,
  MissingFile,
  MissingFileTitle,
  MissingPrimaryDocument,
  MultiplePrimaryDocuments
} from "../ExchangeError.ts"

type Refusal = ExchangeError["reason"]

/** A document about to be attached, as far as it is known. */
export interface Candidate {
  readonly filename: string
  readonly title: string | undefined
  /** Bytes; undefined as long as it has not been counted. */
  readonly size: number | undefined
}

const metadataFiler = (message: Forretningsmelding): Readonly<Record<string, string>> =>
  message.type === "digital" ? (message.body.metadataFiler ?? {}) : {}

/** Bytes of the documents attached so far. */
export const totalBytes = ({ documents }: OutMessage): number => documents.reduce((sum, { size }) => sum + size, 0)

/** Whether a document of this name is the one the message is about. */
export const isPrimary = ({ sbd }: OutMessage, filename: string): boolean => hoveddokument(sbd) === filename

/** The first rule the document breaks. */
export const refusalOfDocument = (
  message: OutMessage,
  candidate: Candidate,
  limitBytes: number
): Refusal | undefined => {
  const { documents, sbd, serviceIdentifier } = message
  const { filename, size, title } = candidate
  const primary = isPrimary(message, filename)
  if (documents.some((document) => document.filename === filename)) {
    return new DuplicateFilename({ filenames: [filename] })
  }
  const total = totalBytes(message) + (size ?? 0)
  if (total > limitBytes) return new MaxFileSizeExceeded({ serviceIdentifier, totalBytes: total, limitBytes })
  if (primary && documents.some((document) => document.primary)) return new MultiplePrimaryDocuments()
  const isMetadata = Object.values(metadataFiler(sbd.message)).includes(filename)
  if (serviceIdentifier === "DPI" && !primary && !isMetadata && (title ?? "").trim() === "") {
    return new MissingFileTitle({ serviceIdentifier })
  }
  return undefined
}

/** The first thing the message lacks. Its time is not judged here. */
export const lacksFiles = ({ documents, sbd }: OutMessage): Refusal | undefined =>
  documents.length === 0 && !businessMessageTypes[sbd.message.type].mayLackFiles ? new MissingFile() : undefined

/** The first rule the documents break together. */
export const refusalOfDocuments = ({ documents, sbd, serviceIdentifier }: OutMessage): Refusal | undefined => {
  const filenames = new Set(documents.map(({ filename }) => filename))
  const missing = Object.entries(metadataFiler(sbd.message))
    .flat()
    .filter((filename) => !filenames.has(filename))
  if (missing.length > 0) return new FileNotFound({ filenames: [...new Set(missing)] })
  if (serviceIdentifier === "DPI" && !documents.some(({ primary }) => primary)) return new MissingPrimaryDocument()
  return undefined
}
