import * as Reasons from "@eformidling/exchange/ExchangeError"
import { assert, describe, it } from "@effect/vitest"
import { fromExchange } from "./ErrorTable.ts"

const id = "ff88849c-e281-4809-8555-7cd54952b921"
const exceptions = "no.difi.meldingsutveksling.exceptions"
const megabytes = (count: number) => count * 1024 * 1024

describe("ErrorTable", () => {
  it.each([
    [
      new Reasons.MessageAlreadyExists({ messageId: id }),
      400,
      "MessageAlreadyExistsException",
      `Message with messageId = ${id} already exists`
    ],
    [
      new Reasons.MessageNotFound({ messageId: id }),
      404,
      "MessageNotFoundException",
      `Message with messageId = ${id} was not found`
    ],
    [
      new Reasons.MessageNotLocked({ messageId: id }),
      400,
      "MessageNotLockedException",
      `Message with messageId = ${id} was not locked`
    ],
    [
      new Reasons.ReceiverDoesNotAcceptProcess({ process: "urn:p", description: "why" }),
      400,
      "ReceiverDoesNotAcceptProcessException",
      "Receiver do not accept the document process urn:p"
    ],
    [
      new Reasons.ServiceNotEnabled({ serviceIdentifier: "DPI" }),
      400,
      "ServiceNotEnabledException",
      "Service DPI is not enabled"
    ],
    [
      new Reasons.UnknownMessageType({ messageType: "strange", known: ["digital", "print"] }),
      400,
      "UnknownMessageTypeException",
      "Unknown NextMove document type strange. Expected one of the following values: digital, print"
    ],
    [
      new Reasons.MessageTypeDoesNotFitDocumentType({ messageType: "digital", documentType: "urn:x::print" }),
      400,
      "MessageTypeDoesNotFitDocumentTypeException",
      "Message type digital does not match the document type urn:x::print"
    ],
    [
      new Reasons.InvalidCertificate({ detail: "NotAfter: 2020" }),
      400,
      "InvalidCertificateException",
      "NotAfter: 2020"
    ],
    [
      new Reasons.TimeToLive({ expectedResponseDateTime: "2019-05-10T00:31:52+01:00" }),
      400,
      "TimeToLiveException",
      "ExpectedResponseDateTime 2019-05-10T00:31:52+01:00 has been exceeded. Please resend the message"
    ],
    [new Reasons.MissingFile(), 400, "MissingFileException", "There must always be at least one attachment"],
    [
      new Reasons.MissingPrimaryDocument(),
      400,
      "MissingPrimaryDocumentException",
      "Missing a primary document. Please specify the hoveddokument property in the business message and verify that is equal to one of the filenames."
    ],
    [
      new Reasons.MultiplePrimaryDocuments(),
      400,
      "MultiplePrimaryDocumentsNotAllowedException",
      "Messages can only contain one primary document"
    ],
    [
      new Reasons.MissingFileTitle({ serviceIdentifier: "DPI" }),
      400,
      "MissingFileTitleException",
      "Title is required for the following capabilities: DPI"
    ],
    [
      new Reasons.DuplicateFilename({ filenames: ["a.pdf"] }),
      400,
      "DuplicateFilenameException",
      "Filename already exists in message: a.pdf."
    ],
    [
      new Reasons.MaxFileSizeExceeded({
        serviceIdentifier: "DPI",
        totalBytes: megabytes(51),
        limitBytes: megabytes(50)
      }),
      400,
      "MaxFileSizeExceededException",
      "The combined file size for all attachments (51MB) exceeds the maximum allowed upload size for the target service (DPI, 50MB)"
    ],
    [
      new Reasons.MultipartFileTooLarge({ filename: "a.pdf", limitBytes: megabytes(5) }),
      400,
      "MultipartFileToLargeException",
      "The attachment named 'a.pdf' is too large. The maximum size for multipart requests is 5,242,880 bytes. Please use the non-multipart API to avoid such problems."
    ],
    [
      new Reasons.FileNotFound({ filenames: ["a", "b"] }),
      404,
      "FileNotFoundException",
      "File(s) named a, b was not found"
    ]
  ] as const)("gives %s the reference's status, name and words", (reason, status, exception, message) => {
    const error = fromExchange(Reasons.refuse(reason))
    assert.strictEqual(error.status, status)
    assert.strictEqual(error.exception, `${exceptions}.${exception}`)
    assert.strictEqual(error.message, message)
  })

  it("keeps the argument of a missing address where clients look for it", () => {
    const error = fromExchange(Reasons.refuse(new Reasons.MissingAddressInformation({ field: "retur" })))
    assert.strictEqual(error.exception, `${exceptions}.MissingAddressInformationException`)
    assert.include(error.message, "retur")
  })

  it("puts what the registry said in the description", () => {
    const reason = new Reasons.ReceiverDoesNotAcceptProcess({ process: "urn:p", description: "why" })
    assert.strictEqual(fromExchange(Reasons.refuse(reason)).description, "why")
  })

  it("names the field of a broken rule and the rule's code", () => {
    const reason = new Reasons.InvalidInput({
      violations: [{ field: "a.expectedResponseDateTime", detail: "must be a future date" }]
    })
    const error = fromExchange(Reasons.refuse(reason))
    assert.strictEqual(error.exception, "org.springframework.web.bind.MethodArgumentNotValidException")
    assert.strictEqual(error.message, "Validation failed for object='standardBusinessDocument'. Error count: 1")
    assert.deepStrictEqual(error.errors, [
      {
        codes: [
          "Future.standardBusinessDocument.a.expectedResponseDateTime",
          "Future.a.expectedResponseDateTime",
          "Future.expectedResponseDateTime",
          "Future"
        ],
        defaultMessage: "must be a future date",
        objectName: "standardBusinessDocument",
        field: "a.expectedResponseDateTime",
        bindingFailure: false,
        code: "Future"
      }
    ])
  })
})
