/**
 * Gives a business system the package of a message it has locked.
 *
 * Source: nextmove-api 1.10; dpe 6.3.
 */
import { businessMessageTypes } from "@eformidling/domain/BusinessMessageType"
import type { MessageId } from "@eformidling/domain/MessageId"
import { primaryIdentifier } from "@eformidling/domain/PartyIdentifier"
import { DocumentError, type DokumentpakkeError } from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import { type Container, DokumentpakkeOpener, type Flavour } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import type { Verdict } from "@eformidling/port-dokumentpakke/Verdict"
import { Conversations } from "@eformidling/port-store/Conversations"
import { Documents } from "@eformidling/port-store/Documents"
import { Inbox, type InMessage } from "@eformidling/port-store/Inbox"
import type { StoreError } from "@eformidling/port-store/StoreError"
import { Transaction } from "@eformidling/port-store/Transaction"
import { DateTime, Effect, Option, Result, Stream } from "effect"
import type { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import { FileNotFound, PackageDamaged, refuse } from "./ExchangeError.ts"
import { ExchangeSettings } from "./ExchangeSettings.ts"
import { lockedMessage } from "./internal/lockedMessage.ts"
import { removeDocuments } from "./internal/removeDocuments.ts"
import { registerStatuses } from "./RegisterStatus.ts"

const asic = "asic.zip"

/** Takes a message nobody can read any more out of the inbox, and says so on its conversation. */
const giveUp = Effect.fnUntraced(function* ({ documentKey, messageId, sbd }: InMessage, failure: string) {
  const conversations = yield* Conversations
  const inbox = yield* Inbox
  const transaction = yield* Transaction
  const description =
    `${failure} "${asic}" for message [messageId=${messageId}, sender=${primaryIdentifier(sbd.sender)}], ` +
    "removing from queue."
  const at = yield* DateTime.now
  yield* transaction.run(
    Effect.gen(function* () {
      const conversation = yield* conversations.byMessageId(messageId, "INCOMING")
      if (Option.isSome(conversation))
        yield* registerStatuses(conversation.value, [{ status: "FEIL", at, description }])
      yield* inbox.remove(messageId)
      yield* removeDocuments(documentKey === undefined ? [] : [documentKey])
    })
  )
  yield* Effect.logError(description)
})

/** The store's error if reading failed, for the opener reports only that it could not read. */
const decrypt = Effect.fnUntraced(function* (key: string) {
  const documents = yield* Documents
  const opener = yield* DokumentpakkeOpener
  let storeError: StoreError | undefined
  const sealed = Stream.mapError(documents.read(key), (error) => {
    storeError = error
    return new DocumentError({ filename: asic, cause: error })
  })
  return yield* Effect.mapError(opener.decrypt(sealed), (error): DokumentpakkeError | StoreError => storeError ?? error)
})

/** A package that has been decrypted, and what its signature is worth. */
export interface Popped extends Container {
  readonly verdict: Verdict["outcome"]
}

const flavourOf = (service: ServiceIdentifier): Flavour =>
  service === "DPI" ? "dpi" : service === "DPO" ? "dpo" : "dpe"

/** Verifies the signature and the certificate behind it. Nothing is given out where the settings ask for a valid one. */
const judged = Effect.fnUntraced(function* ({ messageId, serviceIdentifier }: InMessage, container: Container) {
  const opener = yield* DokumentpakkeOpener
  const { refuseInvalidPackages } = yield* ExchangeSettings
  const verdict = yield* opener.verify(container, { flavour: flavourOf(serviceIdentifier) })
  if (verdict.outcome !== "invalid") return Option.some<Popped>({ ...container, verdict: verdict.outcome })
  const broken = verdict.findings.filter(({ severity }) => severity === "broken").map(({ rule }) => rule)
  yield* Effect.logWarning(`The package of message ${messageId} is not valid: ${[...new Set(broken)].join(", ")}`)
  return refuseInvalidPackages ? Option.none<Popped>() : Option.some<Popped>({ ...container, verdict: verdict.outcome })
})

/**
 * The decrypted package as its sender made it; none when the message has no package, or one that cannot be decrypted.
 * So does one that is not valid, where the settings refuse those; otherwise the verdict comes with it.
 *
 * Changes nothing and can be repeated while the message is locked. A message whose package has been lost or damaged in
 * the store is given up: FEIL is registered and the message leaves the inbox.
 */
export const popMessage = Effect.fn("popMessage")(function* (messageId: MessageId) {
  const message = yield* lockedMessage(messageId)
  if (message.documentKey === undefined || businessMessageTypes[message.sbd.message.type].receipt)
    return Option.none<Popped>()
  const decrypted = yield* Effect.result(decrypt(message.documentKey))
  if (Result.isSuccess(decrypted)) return yield* judged(message, decrypted.success)
  const error = decrypted.failure
  if (error._tag === "DokumentpakkeError") {
    if (error.reason._tag !== "NotReadable") return yield* error
    yield* Effect.logWarning(`The package of message ${messageId} cannot be decrypted`)
    return Option.none<Popped>()
  }
  switch (error.reason._tag) {
    case "DocumentMissing":
      yield* giveUp(message, "Can not read file")
      return yield* refuse(new FileNotFound({ filenames: [asic] }))
    case "StoreDamaged":
      yield* giveUp(message, "Can not retrieve file")
      return yield* refuse(new PackageDamaged({ messageId }))
    case "StoreUnavailable":
      return yield* error
  }
})
