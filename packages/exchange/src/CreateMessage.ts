/**
 * Takes on a message a business system wants to send.
 *
 * Source: nextmove-api 1.5, 2.6, 2.7; dpi 1.3, 1.8.
 */
import { randomUUID } from "node:crypto"
import * as CreateChecks from "@eformidling/domain/CreateChecks"
import * as CreateDefaults from "@eformidling/domain/CreateDefaults"
import { primaryIdentifier } from "@eformidling/domain/PartyIdentifier"
import type { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import {
  complete,
  conversationScope,
  type Draft,
  type StandardBusinessDocument
} from "@eformidling/domain/StandardBusinessDocument"
import { RecipientLookup } from "@eformidling/port-registry/RecipientLookup"
import type { RegistryAddress, ServiceRecord } from "@eformidling/port-registry/ServiceRecord"
import { Conversations } from "@eformidling/port-store/Conversations"
import { type OutMessage, OutMessages } from "@eformidling/port-store/OutMessages"
import { Transaction } from "@eformidling/port-store/Transaction"
import { DateTime, Duration, Effect, Option } from "effect"
import {
  InvalidInput,
  MessageAlreadyExists,
  MessageTypeDoesNotFitDocumentType,
  MissingAddressInformation,
  ReceiverDoesNotAcceptProcess,
  refuse,
  RegistryFailed,
  ServiceNotEnabled
} from "./ExchangeError.ts"
import { ExchangeSettings } from "./ExchangeSettings.ts"
import { newConversation } from "./internal/newConversation.ts"
import { checkOwnCertificate } from "./OwnCertificate.ts"
import { promises } from "./Promises.ts"
import { openConversation } from "./RegisterStatus.ts"

/** A message that may be taken on. */
export interface Prepared {
  readonly sbd: StandardBusinessDocument
  readonly serviceIdentifier: ServiceIdentifier
}

const invalid = (field: string, detail: string) => refuse(new InvalidInput({ violations: [{ field, detail }] }))

/** The registry's record of the receiver for this process and document type. */
const lookUp = Effect.fnUntraced(function* ({ header, message }: Draft, receiver: string, process: string) {
  const recipients = yield* RecipientLookup
  const standard = header.documentIdentification?.standard ?? ""
  const query = {
    identifier: primaryIdentifier(receiver),
    process,
    securityLevel: message.type === "digital" ? message.body.sikkerhetsnivaa : undefined,
    conversationId: conversationScope(header)?.instanceIdentifier
  }
  const notAccepted = (description: string) => refuse(new ReceiverDoesNotAcceptProcess({ process, description }))
  const records = yield* Effect.mapError(recipients.lookup(query), (error) =>
    error.reason._tag === "RegistryUnavailable"
      ? refuse(new RegistryFailed({ detail: error.reason.detail, cause: error }))
      : notAccepted(error.reason.detail)
  )
  const record = records.find(({ documentTypes }) => documentTypes.includes(standard))
  if (record !== undefined) return record
  return yield* notAccepted(
    `Error looking up service record with document type '${standard}' and parameters: ${recipients.describe(query)}`
  )
})

/** The channel the message takes, and the record that says so. A letter to be printed needs no receiver. */
const channelOf = Effect.fnUntraced(function* (draft: Draft) {
  const process = conversationScope(draft.header)?.identifier
  if (process === undefined) return yield* invalid("process", "must not be null")
  const receiver = draft.header.receiver?.[0]?.identifier.value
  if (receiver === undefined) {
    const serviceIdentifier: ServiceIdentifier = draft.message.type === "print" ? "DPI" : "UNKNOWN"
    return { record: undefined, serviceIdentifier }
  }
  const record = yield* lookUp(draft, receiver, process)
  return { record, serviceIdentifier: record.service.identifier }
})

const known = (address: RegistryAddress | null | undefined) => address ?? undefined

/** The message with everything its sender may leave out. */
const filled = Effect.fnUntraced(function* (
  draft: Draft,
  serviceIdentifier: ServiceIdentifier,
  record: ServiceRecord | undefined
) {
  const { channels, organisasjonsnummer } = yield* ExchangeSettings
  const now = yield* DateTime.now
  const ttlHours = Duration.toHours(channels[serviceIdentifier]?.timeToLive ?? promises.timeToLive)
  const withDefaults = yield* Effect.sync(() =>
    CreateDefaults.fill(draft, { ownOrganisation: organisasjonsnummer, now, ttlHours, newId: randomUUID })
  )
  if (record === undefined) return withDefaults
  return CreateDefaults.fillAddresses(withDefaults, {
    postAddress: known(record.postAddress),
    returnAddress: known(record.returnAddress)
  })
})

const refuseTaken = Effect.fnUntraced(function* ({ message, messageId }: StandardBusinessDocument) {
  const conversations = yield* Conversations
  const outMessages = yield* OutMessages
  const waiting = Option.isSome(yield* outMessages.get(messageId))
  const earlier = message.type !== "status" && Option.isSome(yield* conversations.byMessageId(messageId))
  if (waiting || earlier) return yield* refuse(new MessageAlreadyExists({ messageId }))
})

/**
 * Completes a message and holds it to every rule, in the order clients know; the first that fails is told.
 *
 * Stores nothing.
 */
export const prepare = Effect.fn("prepareMessage")(function* (draft: Draft) {
  const { channels } = yield* ExchangeSettings
  const violations = CreateChecks.violations(draft, yield* DateTime.now)
  if (violations.length > 0) {
    return yield* refuse(
      new InvalidInput({
        violations: violations.map(({ field, message, rejectedValue }) => ({
          field,
          detail: message,
          ...(typeof rejectedValue === "string" ? { rejectedValue } : {})
        }))
      })
    )
  }
  const { record, serviceIdentifier } = yield* channelOf(draft)
  const completed = yield* filled(draft, serviceIdentifier, record)
  const sbd = yield* Effect.mapError(Effect.fromResult(complete(completed)), ({ reason }) =>
    invalid(
      "field" in reason ? reason.field : "standardBusinessDocument",
      "detail" in reason ? reason.detail : "must not be null"
    )
  )
  yield* refuseTaken(sbd)
  yield* checkOwnCertificate()
  if (channels[serviceIdentifier] === undefined) return yield* refuse(new ServiceNotEnabled({ serviceIdentifier }))
  const field = CreateChecks.missingAddress(sbd)
  if (field !== undefined) return yield* refuse(new MissingAddressInformation({ field }))
  if (!CreateChecks.fitsDocumentType(sbd)) {
    const { message, standard } = sbd
    return yield* refuse(new MessageTypeDoesNotFitDocumentType({ messageType: message.type, documentType: standard }))
  }
  return { sbd, serviceIdentifier } satisfies Prepared
})

/** Stores the message and begins its conversation with OPPRETTET, within the surrounding transaction. */
export const persist = Effect.fnUntraced(function* ({ sbd, serviceIdentifier }: Prepared) {
  const conversations = yield* Conversations
  const outMessages = yield* OutMessages
  const { message, messageId } = sbd
  const taken = () => Effect.fail(refuse(new MessageAlreadyExists({ messageId })))
  const at = yield* DateTime.now
  yield* Effect.catchTag(outMessages.put({ messageId, sbd, serviceIdentifier }), "OutMessageExists", taken)
  const continues = message.type === "status" && Option.isSome(yield* conversations.byMessageId(messageId, "OUTGOING"))
  if (!continues) {
    yield* openConversation(newConversation(sbd, serviceIdentifier, "OUTGOING"), [{ status: "OPPRETTET", at }]).pipe(
      Effect.catchTag("ConversationExists", taken)
    )
  }
  return { messageId, sbd, serviceIdentifier, queued: false, documents: [], lastUpdated: at } satisfies OutMessage
})

/**
 * Takes on a message and returns it completed. Nothing is sent yet.
 *
 * Message and conversation are stored together or not at all. A messageId is never taken twice.
 */
export const createMessage = Effect.fn("createMessage")(function* (draft: Draft) {
  const transaction = yield* Transaction
  const prepared = yield* prepare(draft)
  yield* transaction.run(persist(prepared))
  return prepared.sbd
})
