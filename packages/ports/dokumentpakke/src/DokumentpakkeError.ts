/**
 * Why a dokumentpakke was neither sealed nor opened.
 */
import { Schema } from "effect"

/** A document's bytes could not be read from where they are kept. Trying again may help. */
export class DocumentError extends Schema.TaggedError<DocumentError>()("DocumentError", {
  filename: Schema.String,
  cause: Schema.Defect()
}) {}

/** The request breaks a rule of its flavour; the same request fails again. `field` is a path such as `documents[1].filename`. */
export class InvalidInput extends Schema.TaggedError<InvalidInput>()("InvalidInput", {
  field: Schema.String,
  detail: Schema.String
}) {
  override get message() {
    return `${this.field}: ${this.detail}`
  }
}

/** The recipient's certificate is missing, unreadable, outside its validity or not fit for encryption: look it up again. */
export class RecipientCertificateRefused extends Schema.TaggedError<RecipientCertificateRefused>()(
  "RecipientCertificateRefused",
  {
    detail: Schema.String
  }
) {
  override get message() {
    return `The recipient's certificate cannot be used: ${this.detail}`
  }
}

/** A document differs from the size, digest or CRC it was given with: what is stored has been damaged. */
export class DocumentChanged extends Schema.TaggedError<DocumentChanged>()("DocumentChanged", {
  filename: Schema.String,
  detail: Schema.String
}) {
  override get message() {
    return `The document ${this.filename} is not the one that was stored: ${this.detail}`
  }
}

/** A document could not be read, or temporary storage could not be written. The same call may succeed later. */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", {
  detail: Schema.String,
  cause: Schema.Defect()
}) {
  override get message() {
    return this.detail
  }
}

/**
 * The package cannot be opened: not for us, damaged, not trusted, or breaking a rule of its flavour.
 *
 * One reason for every cause, so that an answer to the other party never tells which. `cause` is for
 * our own log only.
 */
export class NotReadable extends Schema.TaggedError<NotReadable>()("NotReadable", {
  cause: Schema.Defect()
}) {
  override get message() {
    return "The dokumentpakke cannot be opened."
  }
}

/** Sealing or opening failed; `reason` is split by what the caller does next. */
export class DokumentpakkeError extends Schema.TaggedError<DokumentpakkeError>()("DokumentpakkeError", {
  reason: Schema.Union([InvalidInput, RecipientCertificateRefused, DocumentChanged, Unavailable, NotReadable])
}) {
  override get message() {
    return this.reason.message
  }
}
