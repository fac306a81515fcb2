import { Schema } from "effect"
import { LenientText } from "./forretningsmelding/Lenient.ts"
import { SbdDateTimeWithOffset } from "./SbdDateTime.ts"

const Time = Schema.optionalKey(SbdDateTimeWithOffset)
const Text = Schema.optionalKey(Schema.String)

const ContactInformation = Schema.Struct({
  contact: Text,
  emailAddress: Text,
  faxNumber: Text,
  telephoneNumber: Text,
  contactTypeIdentifier: Text
})

/** Sender or receiver. */
export const Partner = Schema.Struct({
  identifier: Schema.Struct({
    value: Schema.String,
    authority: Schema.Literals(["iso6523-actorid-upis", "nhn-actorid"])
  }),
  contactInformation: Schema.optionalKey(Schema.Array(ContactInformation))
})
export type Partner = typeof Partner.Type

export const ScopeInformation = Schema.Struct({
  requestingDocumentCreationDateTime: Time,
  requestingDocumentInstanceIdentifier: Text,
  expectedResponseDateTime: Time
})

/** What the message belongs to: above all its conversation, whose `identifier` is the process. */
export const Scope = Schema.Struct({
  type: Text,
  instanceIdentifier: Text,
  identifier: Text,
  scopeInformation: Schema.optionalKey(Schema.Array(ScopeInformation))
})
export type Scope = typeof Scope.Type

const Manifest = Schema.Struct({
  numberOfItems: Schema.optionalKey(Schema.Int),
  manifestItem: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        mimeTypeQualifierCode: Text,
        uniformResourceIdentifier: Text,
        description: Text,
        languageCode: Text
      })
    )
  )
})

/**
 * The header as it may come from a business system: what it left out is filled in later.
 *
 * Members are written in this order.
 *
 * Source: nextmove-api 2.3.
 */
export const SbdHeader = Schema.Struct({
  headerVersion: Schema.optionalKey(LenientText),
  sender: Schema.optionalKey(Schema.Array(Partner)),
  receiver: Schema.optionalKey(Schema.Array(Partner)),
  documentIdentification: Schema.optionalKey(
    Schema.Struct({
      standard: Text,
      typeVersion: Schema.optionalKey(LenientText),
      instanceIdentifier: Text,
      type: Text,
      multipleType: Schema.optionalKey(Schema.Boolean),
      creationDateAndTime: Time
    })
  ),
  manifest: Schema.optionalKey(Manifest),
  businessScope: Schema.optionalKey(Schema.Struct({ scope: Schema.optionalKey(Schema.Array(Scope)) }))
})
export type SbdHeader = typeof SbdHeader.Type
