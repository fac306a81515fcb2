import { type DateTime, Option, Predicate, Result, Schema } from "effect"
import { businessMessageType, foreignTypes } from "./BusinessMessageType.ts"
import { type ConversationId, isConversationId } from "./ConversationId.ts"
import { bodies, type Forretningsmelding, type Of } from "./forretningsmelding/Forretningsmelding.ts"
import { isMessageId, type MessageId } from "./MessageId.ts"
import * as PartyIdentifier from "./PartyIdentifier.ts"
import * as SbdDateTime from "./SbdDateTime.ts"
import {
  ForeignType,
  fromIssue,
  InvalidMember,
  MissingMember,
  MissingType,
  Misshapen,
  SbdError,
  UnknownType
} from "./SbdError.ts"
import { type Partner, SbdHeader, type Scope } from "./SbdHeader.ts"

/** A document as it came from a business system: what may be filled in later is not demanded. */
export interface Draft {
  readonly header: SbdHeader
  readonly message: Forretningsmelding
}

/** A document with all that delivering or receiving it rests on. Made by {@link complete}. */
export interface StandardBusinessDocument extends Draft {
  readonly messageId: MessageId
  readonly conversationId: ConversationId
  /** Process URN. */
  readonly process: string
  /** Document type URN. */
  readonly standard: string
  /** Whole identifier of the sender, an organisation. */
  readonly sender: string
  /** Whole identifier of the receiver; absent only for a print letter. */
  readonly receiver: string | undefined
}

/** The member that holds the header. */
export const headerMember = "standardBusinessDocumentHeader"

const failed = (reason: SbdError["reason"]) => Result.fail(new SbdError({ reason }))

/** No member of a document lies deeper. What does is unknown and passed over, however deep it goes. */
const maximumDepth = 16

const withoutNulls = (value: unknown, depth = 0): unknown => {
  if (!Predicate.isObjectOrArray(value)) return value
  if (depth === maximumDepth) return undefined
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => (member === null ? [] : [[key, withoutNulls(member, depth + 1)]]))
  )
}

const decodeWith = <S extends Schema.ConstraintDecoder<unknown>>(schema: S, root: string, value: unknown) =>
  Result.mapError(Schema.decodeUnknownResult(schema)(value), (error) => fromIssue(root, error.issue))

const typeOf = (json: { readonly [key: string]: unknown }): Option.Option<string> => {
  const header = json[headerMember]
  const identification = Predicate.isObject(header)
    ? (header as Record<string, unknown>)["documentIdentification"]
    : undefined
  const type = Predicate.isObject(identification) ? (identification as Record<string, unknown>)["type"] : undefined
  return Predicate.isString(type) ? Option.some(type) : Option.none()
}

/**
 * Reads a document, header and business message in either order. `null` members are taken as absent and unknown ones
 * are passed over, except beside header and business message, where nothing else may stand.
 *
 * Source: nextmove-api 2.2, dpe 1.9.
 */
export const decode = (input: unknown): Result.Result<Draft, SbdError> => {
  if (!Predicate.isObject(input) || Array.isArray(input)) return failed(new Misshapen({ detail: "Expected an object" }))
  const json = withoutNulls(input) as { readonly [key: string]: unknown }
  const named = typeOf(json)
  if (Option.isNone(named)) return failed(new MissingType())
  const type = businessMessageType(named.value)
  if (type === undefined) {
    return failed(
      foreignTypes.includes(named.value.toLowerCase())
        ? new ForeignType({ type: named.value })
        : new UnknownType({ type: named.value.slice(0, 64) })
    )
  }
  const others = Object.keys(json).filter((key) => key !== headerMember)
  const misplaced = others.find((key) => key !== type)
  if (others.length === 1 && misplaced !== undefined) {
    return failed(
      new Misshapen({ detail: `Expected to find field named ${type}, but found ${misplaced.slice(0, 64)}` })
    )
  }
  if (misplaced !== undefined) {
    return failed(
      new Misshapen({ detail: `Expected token END_OBJECT, but found FIELD_NAME: ${misplaced.slice(0, 64)}` })
    )
  }
  if (others.length === 0) return failed(new MissingMember({ field: type }))
  const header = decodeWith(SbdHeader, headerMember, json[headerMember])
  if (Result.isFailure(header)) return Result.fail(header.failure)
  return Result.map(decodeWith(bodies[type], type, json[type]), (body) => ({
    header: header.success,
    message: { type, body } as Forretningsmelding
  }))
}

/** The scope that names conversation and process. */
export const conversationScope = (header: SbdHeader): Scope | undefined =>
  header.businessScope?.scope?.find(({ type }) => type === "ConversationId")

const expectedParty = {
  sender: "0192:<organisasjonsnummer>",
  receiver: "0192:<organisasjonsnummer> or a fødselsnummer with valid check digits"
} as const

const partyOf = (field: "sender" | "receiver", partners: ReadonlyArray<Partner> | undefined) => {
  const value = partners?.[0]?.identifier.value
  if (value === undefined) return Result.succeed(undefined)
  const accepted =
    field === "sender" ? PartyIdentifier.isOrganisation(value) : Option.isSome(PartyIdentifier.parse(value))
  return accepted
    ? Result.succeed(value)
    : failed(
        new InvalidMember({
          field: `${headerMember}.${field}[0].identifier.value`,
          detail: `Unable to parse identifier: expected ${expectedParty[field]}`
        })
      )
}

const demanded = (field: string, value: string | undefined) =>
  value === undefined ? failed(new MissingMember({ field })) : Result.succeed(value)

/** Holds a document to what delivery rests on: identifiers, sender, process and document type. */
export const complete = ({ header, message }: Draft): Result.Result<StandardBusinessDocument, SbdError> =>
  Result.gen(function* () {
    const scope = conversationScope(header)
    const identification = header.documentIdentification
    const process = yield* demanded("process", scope?.identifier)
    const standard = yield* demanded(`${headerMember}.documentIdentification.standard`, identification?.standard)
    const messageId = yield* demanded(
      `${headerMember}.documentIdentification.instanceIdentifier`,
      identification?.instanceIdentifier
    )
    const conversationId = yield* demanded(
      `${headerMember}.businessScope.scope[ConversationId].instanceIdentifier`,
      scope?.instanceIdentifier
    )
    if (!isMessageId(messageId)) {
      return yield* failed(
        new InvalidMember({
          field: `${headerMember}.documentIdentification.instanceIdentifier`,
          detail: "is not a UUID."
        })
      )
    }
    if (!isConversationId(conversationId)) {
      return yield* failed(
        new InvalidMember({
          field: `${headerMember}.businessScope.scope[ConversationId].instanceIdentifier`,
          detail: "is not a UUID."
        })
      )
    }
    const sender = yield* demanded(`${headerMember}.sender`, yield* partyOf("sender", header.sender))
    const receiver = yield* partyOf("receiver", header.receiver)
    return { header, message, messageId, conversationId, process, standard, sender, receiver }
  })

/** Reads a document that has come in, complete. */
export const decodeReceived = (input: unknown): Result.Result<StandardBusinessDocument, SbdError> =>
  Result.flatMap(decode(input), complete)

/** The document as JSON, in the reference's member order: header before business message, no nulls. */
export const encode = ({ header, message }: Draft): { readonly [key: string]: unknown } => ({
  [headerMember]: Schema.encodeSync(SbdHeader)(header),
  [message.type]: (Schema.encodeSync(bodies[message.type] as Schema.Codec<unknown>) as (body: unknown) => unknown)(
    message.body
  )
})

/** When the sender stops expecting delivery; none is never. Only the first scope information counts. */
export const expectedResponse = ({ header }: Draft): Option.Option<DateTime.Utc> =>
  Option.map(
    Option.fromUndefinedOr(conversationScope(header)?.scopeInformation?.[0]?.expectedResponseDateTime),
    SbdDateTime.instant
  )

/** True when the sender has stopped expecting delivery. Source: dpe 5.1. */
export const isExpired = (document: Draft, now: DateTime.Utc): boolean =>
  Option.match(expectedResponse(document), {
    onNone: () => false,
    onSome: (expiry) => now.epochMilliseconds > expiry.epochMilliseconds
  })

/** The file name of the primary document, when the message names one. */
export const hoveddokument = ({ message }: Draft): string | undefined => message.body.hoveddokument

/** Narrows to documents of one type. */
export const isOf =
  <Type extends Forretningsmelding["type"]>(type: Type) =>
  (document: StandardBusinessDocument): document is StandardBusinessDocument & { readonly message: Of<Type> } =>
    document.message.type === type
