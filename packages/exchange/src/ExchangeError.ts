/**
 * Why the exchange did not do what a client asked.
 *
 * Source: nextmove-api 3.2.
 */
import { Schema } from "effect"

/** Members of the request break rules. `field` is the path of a member in the message. */
export class InvalidInput extends Schema.TaggedError<InvalidInput>()("InvalidInput", {
  violations: Schema.Array(
    Schema.Struct({
      field: Schema.String,
      detail: Schema.String,
      /** Absent where it could name a person. */
      rejectedValue: Schema.optionalKey(Schema.String)
    })
  )
}) {
  override get message() {
    return this.violations.map(({ detail, field }) => `${field}: ${detail}`).join(", ")
  }
}

/** The messageId is taken, now or by an earlier message. */
export class MessageAlreadyExists extends Schema.TaggedError<MessageAlreadyExists>()("MessageAlreadyExists", {
  messageId: Schema.String
}) {
  override get message() {
    return `Message with messageId = ${this.messageId} already exists`
  }
}

/** There is no such message, or it is no longer here. */
export class MessageNotFound extends Schema.TaggedError<MessageNotFound>()("MessageNotFound", {
  messageId: Schema.String
}) {
  override get message() {
    return `Message with messageId = ${this.messageId} was not found`
  }
}

/** The message must be peeked first. */
export class MessageNotLocked extends Schema.TaggedError<MessageNotLocked>()("MessageNotLocked", {
  messageId: Schema.String
}) {
  override get message() {
    return `Message with messageId = ${this.messageId} was not locked`
  }
}

/** The registry does not know the receiver, or not for this process and document type. */
export class ReceiverDoesNotAcceptProcess extends Schema.TaggedError<ReceiverDoesNotAcceptProcess>()(
  "ReceiverDoesNotAcceptProcess",
  { process: Schema.String, description: Schema.String }
) {
  override get message() {
    return `Receiver do not accept the document process ${this.process}`
  }
}

/** The registry does not know the identifier. */
export class IdentifierNotFound extends Schema.TaggedError<IdentifierNotFound>()("IdentifierNotFound", {
  detail: Schema.String
}) {
  override get message() {
    return this.detail
  }
}

/** The registry gave no answer that can be used. The same request may succeed later. */
export class RegistryFailed extends Schema.TaggedError<RegistryFailed>()("RegistryFailed", {
  detail: Schema.String,
  cause: Schema.optionalKey(Schema.Defect())
}) {
  override get message() {
    return this.detail
  }
}

/** The channel the message would take is not switched on. */
export class ServiceNotEnabled extends Schema.TaggedError<ServiceNotEnabled>()("ServiceNotEnabled", {
  serviceIdentifier: Schema.String
}) {
  override get message() {
    return `Service ${this.serviceIdentifier} is not enabled`
  }
}

/** The type of the message is none we know. */
export class UnknownMessageType extends Schema.TaggedError<UnknownMessageType>()("UnknownMessageType", {
  messageType: Schema.String,
  known: Schema.Array(Schema.String)
}) {
  override get message() {
    return `Unknown NextMove document type ${this.messageType}. Expected one of the following values: ${this.known.join(", ")}`
  }
}

/** Type and document type contradict each other. */
export class MessageTypeDoesNotFitDocumentType extends Schema.TaggedError<MessageTypeDoesNotFitDocumentType>()(
  "MessageTypeDoesNotFitDocumentType",
  { messageType: Schema.String, documentType: Schema.String }
) {
  override get message() {
    return `Message type ${this.messageType} does not match the document type ${this.documentType}`
  }
}

/** A letter to be printed lacks a part of its address. `field` is the part, such as `retur`. */
export class MissingAddressInformation extends Schema.TaggedError<MissingAddressInformation>()(
  "MissingAddressInformation",
  { field: Schema.String }
) {
  override get message() {
    return `Address information is missing: ${this.field}`
  }
}

/** The organisation's own certificate is out of date, or not the one others know. */
export class InvalidCertificate extends Schema.TaggedError<InvalidCertificate>()("InvalidCertificate", {
  detail: Schema.String
}) {
  override get message() {
    return this.detail
  }
}

/** The message's time is out. It has been given up. */
export class TimeToLive extends Schema.TaggedError<TimeToLive>()("TimeToLive", {
  /** As the message has it. */
  expectedResponseDateTime: Schema.String
}) {
  override get message() {
    return `ExpectedResponseDateTime ${this.expectedResponseDateTime} has been exceeded. Please resend the message`
  }
}

/** A message of this type must have a document. */
export class MissingFile extends Schema.TaggedError<MissingFile>()("MissingFile", {}) {
  override get message() {
    return "There must always be at least one attachment"
  }
}

/** No document is the one `hoveddokument` names. */
export class MissingPrimaryDocument extends Schema.TaggedError<MissingPrimaryDocument>()("MissingPrimaryDocument", {}) {
  override get message() {
    return "Missing a primary document. Please specify the hoveddokument property in the business message and verify that is equal to one of the filenames."
  }
}

/** Two documents are the one `hoveddokument` names. */
export class MultiplePrimaryDocuments extends Schema.TaggedError<MultiplePrimaryDocuments>()(
  "MultiplePrimaryDocuments",
  {}
) {
  override get message() {
    return "Messages can only contain one primary document"
  }
}

/** The channel shows documents to people and needs a title for each. */
export class MissingFileTitle extends Schema.TaggedError<MissingFileTitle>()("MissingFileTitle", {
  serviceIdentifier: Schema.String
}) {
  override get message() {
    return `Title is required for the following capabilities: ${this.serviceIdentifier}`
  }
}

/** The message has a document with this name, or the request has two. */
export class DuplicateFilename extends Schema.TaggedError<DuplicateFilename>()("DuplicateFilename", {
  filenames: Schema.Array(Schema.String)
}) {
  override get message() {
    return `Filename already exists in message: ${this.filenames.join(", ")}.`
  }
}

/** The documents are more than the channel carries. */
export class MaxFileSizeExceeded extends Schema.TaggedError<MaxFileSizeExceeded>()("MaxFileSizeExceeded", {
  serviceIdentifier: Schema.String,
  /** What had come when reading stopped, documents from before included. */
  totalBytes: Schema.Int,
  limitBytes: Schema.Int
}) {
  override get message() {
    const inBytes = this.totalBytes < megabyte
    const text = (bytes: number) => (inBytes ? `${bytes}b` : `${Math.trunc(bytes / megabyte)}MB`)
    return (
      `The combined file size for all attachments (${text(this.totalBytes)}) exceeds the maximum allowed upload size ` +
      `for the target service (${this.serviceIdentifier}, ${text(this.limitBytes)})`
    )
  }
}

const megabyte = 1024 * 1024

/** A document in a multipart request is more than such a request carries. */
export class MultipartFileTooLarge extends Schema.TaggedError<MultipartFileTooLarge>()("MultipartFileTooLarge", {
  filename: Schema.String,
  limitBytes: Schema.Int
}) {
  override get message() {
    const limit = this.limitBytes.toLocaleString("en-US")
    return (
      `The attachment named '${this.filename}' is too large. The maximum size for multipart requests is ${limit} ` +
      "bytes. Please use the non-multipart API to avoid such problems."
    )
  }
}

/** The message names documents that are not there. */
export class FileNotFound extends Schema.TaggedError<FileNotFound>()("FileNotFound", {
  filenames: Schema.Array(Schema.String)
}) {
  override get message() {
    return `File(s) named ${this.filenames.join(", ")} was not found`
  }
}

/** The package of an incoming message can no longer be read. The message has been given up. */
export class PackageDamaged extends Schema.TaggedError<PackageDamaged>()("PackageDamaged", {
  messageId: Schema.String
}) {
  override get message() {
    return `The package of the message with messageId = ${this.messageId} cannot be read`
  }
}

/** Why the exchange did not do what a client asked; the HTTP API gives each reason its status and name. */
export class ExchangeError extends Schema.TaggedError<ExchangeError>()("ExchangeError", {
  reason: Schema.Union([
    InvalidInput,
    MessageAlreadyExists,
    MessageNotFound,
    MessageNotLocked,
    ReceiverDoesNotAcceptProcess,
    IdentifierNotFound,
    RegistryFailed,
    ServiceNotEnabled,
    UnknownMessageType,
    MessageTypeDoesNotFitDocumentType,
    MissingAddressInformation,
    InvalidCertificate,
    TimeToLive,
    MissingFile,
    MissingPrimaryDocument,
    MultiplePrimaryDocuments,
    MissingFileTitle,
    DuplicateFilename,
    MaxFileSizeExceeded,
    MultipartFileTooLarge,
    FileNotFound,
    PackageDamaged
  ])
}) {
  override get message(): string {
    return this.reason.message
  }
}

/** Fails with an {@link ExchangeError} of the reason. */
export const refuse = (reason: ExchangeError["reason"]): ExchangeError => new ExchangeError({ reason })
