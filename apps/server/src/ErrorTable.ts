/**
 * How each reason of the exchange is answered: the reference's exception name, the status, and the text.
 *
 * Source: nextmove-api 3.2.
 */
import type { ExchangeError } from "@eformidling/exchange/ExchangeError"
import { ApiError, frameworkExceptions } from "./ApiError.ts"
import { invalidObject } from "./FieldErrors.ts"

type Reason = ExchangeError["reason"]

const exceptions = "no.difi.meldingsutveksling.exceptions"

interface Row {
  readonly exception: string
  readonly status: number
}

const refused = (name: string): Row => ({ exception: `${exceptions}.${name}`, status: 400 })
const missing = (name: string): Row => ({ exception: `${exceptions}.${name}`, status: 404 })

/** A reason needs a row here before the server compiles. */
const rows = {
  MessageAlreadyExists: refused("MessageAlreadyExistsException"),
  MessageNotFound: missing("MessageNotFoundException"),
  MessageNotLocked: refused("MessageNotLockedException"),
  ReceiverDoesNotAcceptProcess: refused("ReceiverDoesNotAcceptProcessException"),
  IdentifierNotFound: missing("IdentifierNotFoundException"),
  RegistryFailed: { exception: "no.difi.meldingsutveksling.MeldingsUtvekslingRuntimeException", status: 500 },
  ServiceNotEnabled: refused("ServiceNotEnabledException"),
  UnknownMessageType: refused("UnknownMessageTypeException"),
  MessageTypeDoesNotFitDocumentType: refused("MessageTypeDoesNotFitDocumentTypeException"),
  MissingAddressInformation: refused("MissingAddressInformationException"),
  InvalidCertificate: refused("InvalidCertificateException"),
  TimeToLive: refused("TimeToLiveException"),
  MissingFile: refused("MissingFileException"),
  MissingPrimaryDocument: refused("MissingPrimaryDocumentException"),
  MultiplePrimaryDocuments: refused("MultiplePrimaryDocumentsNotAllowedException"),
  MissingFileTitle: refused("MissingFileTitleException"),
  DuplicateFilename: refused("DuplicateFilenameException"),
  MaxFileSizeExceeded: refused("MaxFileSizeExceededException"),
  MultipartFileTooLarge: refused("MultipartFileToLargeException"),
  FileNotFound: missing("FileNotFoundException"),
  PackageDamaged: { exception: `${exceptions}.AsicReadException`, status: 500 }
} as const satisfies Record<Exclude<Reason["_tag"], "InvalidInput">, Row>

/** What the client is told when the exchange refuses. */
export const fromExchange = ({ reason }: ExchangeError): ApiError =>
  reason._tag === "InvalidInput"
    ? invalidObject("standardBusinessDocument", reason.violations)
    : new ApiError({
        ...rows[reason._tag],
        message: reason.message,
        description: reason._tag === "ReceiverDoesNotAcceptProcess" ? reason.description : undefined
      })

/** What the client is told when our own store fails; details are for our log. */
export const storeFailed = new ApiError({
  status: 500,
  exception: frameworkExceptions.runtime,
  message: "The store did not answer. Nothing was changed; try again later."
})

/** No conversation has the id. */
export const conversationNotFound = (id: number): ApiError =>
  new ApiError({
    ...missing("ConversationNotFoundException"),
    message: `Conversation with id = ${id} was not found`
  })

/** No subscription has the id. */
export const subscriptionNotFound = (id: number): ApiError =>
  new ApiError({
    ...missing("SubscriptionNotFoundException"),
    message: `Subscription with id = ${id} was not found`
  })

/** Two subscriptions would be the same. */
export const subscriptionExists = new ApiError({
  ...refused("SubscriptionWithSameNameAndPushEndpointAlreadyExists"),
  message: "Subscription with same name and push endpoint already exists."
})

/** No outgoing conversation has the messageId. */
export const messageNotFound = (messageId: string): ApiError =>
  new ApiError({ ...rows.MessageNotFound, message: `Message with messageId = ${messageId} was not found` })
