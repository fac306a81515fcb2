import { type DateTime, Option, Schema } from "effect"
import { businessMessageTypes } from "./BusinessMessageType.ts"
import { isConversationId } from "./ConversationId.ts"
import { isNorwegian } from "./dpi/PostalAddress.ts"
import type { PrintAddress } from "./forretningsmelding/Print.ts"
import { isBlank } from "./internal/text.ts"
import { isMessageId } from "./MessageId.ts"
import * as PartyIdentifier from "./PartyIdentifier.ts"
import * as SbdDateTime from "./SbdDateTime.ts"
import { type Draft, headerMember } from "./StandardBusinessDocument.ts"

/** A member that breaks a rule. `code` is the rule's name as clients know it, `field` the member's path. */
export const Violation = Schema.Struct({
  field: Schema.String,
  code: Schema.String,
  message: Schema.String,
  /** Absent where it could name a person. */
  rejectedValue: Schema.optionalKey(Schema.Unknown)
})
export type Violation = typeof Violation.Type

const scopeTypes: ReadonlyArray<string> = [
  "JournalpostId",
  "ConversationId",
  "ParentId",
  "SenderRef",
  "ReceiverRef",
  "MessageChannel"
]

const notNull = (field: string): Violation => ({ field, code: "NotNull", message: "must not be null" })

const notUuid = (field: string, value: string): Violation => ({
  field,
  code: "UUID",
  message: `'${value}' is not a UUID.`,
  rejectedValue: value
})

const size = (field: string, minimum: number, maximum: number): Violation => ({
  field,
  code: "Size",
  message: `size must be between ${minimum} and ${maximum}`
})

/**
 * What is wrong with a document a business system wants to send, member by member, in the order of the header.
 *
 * Source: nextmove-api 2.3, 3.3; dpe 1.3 to 1.5.
 */
export const violations = ({ header, message }: Draft, now: DateTime.Utc): ReadonlyArray<Violation> => {
  const at = (path: string) => `${headerMember}.${path}`
  const identification = header.documentIdentification
  const scopes = header.businessScope?.scope ?? []
  return [
    ...(header.headerVersion === undefined ? [notNull(at("headerVersion"))] : []),
    ...(["sender", "receiver"] as const).flatMap((side) => {
      const partners = header[side] ?? []
      if (partners.length > 1) return [size(at(side), 0, 1)]
      return partners.flatMap(({ identifier }) =>
        (
          side === "sender"
            ? PartyIdentifier.isOrganisation(identifier.value)
            : Option.isSome(PartyIdentifier.parse(identifier.value))
        )
          ? []
          : [
              {
                field: at(`${side}[0].identifier.value`),
                code: side === "sender" ? "SenderValue" : "ReceiverValue",
                message: `Unable to parse identifier. Expected 0192:<organisasjonsnummer>${
                  side === "sender" ? "" : ", or a fødselsnummer with valid check digits"
                }`
              }
            ]
      )
    }),
    ...(["standard", "typeVersion"] as const).flatMap((member) =>
      identification?.[member] === undefined ? [notNull(at(`documentIdentification.${member}`))] : []
    ),
    ...(identification?.instanceIdentifier === undefined || isMessageId(identification.instanceIdentifier)
      ? []
      : [notUuid(at("documentIdentification.instanceIdentifier"), identification.instanceIdentifier)]),
    ...(scopes.length === 0 ? [size(at("businessScope.scope"), 1, 2147483647)] : []),
    ...scopes.flatMap((scope, index) => {
      const path = at(`businessScope.scope[${index}]`)
      if (scope.type === undefined) return [notNull(`${path}.type`)]
      if (!scopeTypes.includes(scope.type)) {
        return [
          {
            field: `${path}.type`,
            code: "OneOf",
            message: `'${scope.type}' is not expected. Allowed values are: [${scopeTypes.join(", ")}]`,
            rejectedValue: scope.type
          }
        ]
      }
      const expected = scope.scopeInformation?.[0]?.expectedResponseDateTime
      return [
        ...(scope.type === "ConversationId" &&
        scope.instanceIdentifier !== undefined &&
        !isBlank(scope.instanceIdentifier) &&
        !isConversationId(scope.instanceIdentifier)
          ? [notUuid(`${path}.instanceIdentifier`, scope.instanceIdentifier)]
          : []),
        ...(expected !== undefined && SbdDateTime.instant(expected).epochMilliseconds <= now.epochMilliseconds
          ? [
              {
                field: `${path}.scopeInformation[0].expectedResponseDateTime`,
                code: "Future",
                message: "must be a future date",
                rejectedValue: expected
              }
            ]
          : [])
      ]
    }),
    ...businessMessageTypes[message.type].required.flatMap((member) =>
      (message.body as Readonly<Record<string, unknown>>)[member] === undefined
        ? [notNull(`${message.type}.${member}`)]
        : []
    )
  ]
}

const incomplete = (address: PrintAddress): boolean =>
  isBlank(address.adresselinje1) || (isNorwegian(address) && (isBlank(address.postnummer) || isBlank(address.poststed)))

/**
 * The first thing a print letter's addresses lack, in the words clients know; undefined when they lack nothing.
 *
 * Source: dpi 1.8.
 */
export const missingAddress = ({ message }: Draft): string | undefined => {
  if (message.type !== "print") return undefined
  const { mottaker, retur } = message.body
  if (mottaker === undefined) return "mottaker"
  if (incomplete(mottaker)) return "mottaker.postnummer/poststed/adresselinje1"
  if (isBlank(mottaker.navn)) return "mottaker.navn"
  if (retur === undefined) return "retur"
  if (retur.mottaker === undefined) return "retur.mottaker"
  if (incomplete(retur.mottaker)) return "retur.postnummer/poststed/adresselinje1"
  return isBlank(retur.mottaker.navn) ? "retur.mottaker.navn" : undefined
}

/** Whether the document type is one of the business message's type. Source: nextmove-api 2.7. */
export const fitsDocumentType = ({ header, message }: Draft): boolean =>
  header.documentIdentification?.standard?.endsWith(`::${message.type}`) ?? false
