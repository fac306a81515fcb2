import type { NewStatus } from "@eformidling/domain/Conversation"
import { levetidUtlopt } from "@eformidling/domain/MessageStatus"
import { shortIdentifier } from "@eformidling/domain/PartyIdentifier"
import { isExpired } from "@eformidling/domain/StandardBusinessDocument"
import { Conversations } from "@eformidling/port-store/Conversations"
import { type Leased, Outbox, Outcome } from "@eformidling/port-store/Outbox"
import { type OutMessage, OutMessages } from "@eformidling/port-store/OutMessages"
import { Transaction } from "@eformidling/port-store/Transaction"
import { DateTime, Effect, Option, Schedule } from "effect"
import { ExchangeSettings } from "../ExchangeSettings.ts"
import { delayAfter, isLast } from "../Redelivery.ts"
import { registerStatuses } from "../RegisterStatus.ts"
import { removeDocuments } from "./removeDocuments.ts"
import { outgoingDocuments, transmit } from "./transmit.ts"

/** A store that stumbles for a moment must not make a finished attempt one of unknown outcome. */
const patience = Schedule.upTo(Schedule.exponential("100 millis"), { times: 5 })

/** Settles the item together with what `change` does, unless somebody else has the item by now. */
const settleWith = <E, R>(leased: Leased, outcome: Outcome, change: Effect.Effect<void, E, R>) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const transaction = yield* Transaction
    const settled = yield* transaction.run(
      Effect.gen(function* () {
        const ours = yield* outbox.settle(leased, outcome)
        if (ours) yield* change
        return ours
      })
    )
    if (!settled) yield* Effect.logWarning(`The lease on ${leased.id} was lost before it was settled`)
  }).pipe(Effect.retry(patience), Effect.uninterruptible)

/** What a conversation is called once its message has been sent: a digital letter has a title. */
const titleOf = ({ sbd: { message } }: OutMessage) => (message.type === "digital" ? message.body.tittel : undefined)

/** The message leaves us: the status is registered, the message and its documents go. */
const finish = Effect.fnUntraced(function* (leased: Leased, message: OutMessage, status: Omit<NewStatus, "at">) {
  const conversations = yield* Conversations
  const outMessages = yield* OutMessages
  const at = yield* DateTime.now
  yield* settleWith(
    leased,
    Outcome.Done(),
    Effect.gen(function* () {
      const conversation = yield* conversations.byMessageId(message.messageId, "OUTGOING")
      if (Option.isSome(conversation)) {
        const title = status.status === "SENDT" ? titleOf(message) : undefined
        if (title !== undefined) yield* conversations.setTitle(conversation.value.id, title)
        yield* conversations.noteAttempt(conversation.value.id, undefined)
        yield* registerStatuses(conversation.value, [{ ...status, at }])
      }
      yield* outMessages.remove(message.messageId)
      yield* removeDocuments(message.documents.map(({ key }) => key))
    })
  )
})

/** The message stays, and the conversation says what went wrong and when the next attempt comes. */
const postpone = Effect.fnUntraced(function* (leased: Leased, lastError: string, mayHaveArrived: boolean) {
  const conversations = yield* Conversations
  const { retry } = yield* ExchangeSettings
  const nextAttempt = DateTime.addDuration(yield* DateTime.now, delayAfter(leased.attempt, retry))
  yield* Effect.logWarning(
    `Attempt ${leased.attempt} of ${leased.id} failed; the next comes ${DateTime.formatIso(nextAttempt)}: ${lastError}`
  )
  yield* settleWith(
    leased,
    Outcome.Retry({ at: nextAttempt, error: lastError, mayHaveArrived }),
    Effect.gen(function* () {
      if (leased.work.kind === "status") return
      const conversation = yield* conversations.byMessageId(leased.work.messageId, "OUTGOING")
      if (Option.isSome(conversation))
        yield* conversations.noteAttempt(conversation.value.id, { nextAttempt, lastError })
    })
  )
})

const attemptMessage = Effect.fnUntraced(function* (leased: Leased, message: OutMessage) {
  const { retry } = yield* ExchangeSettings
  const { messageId, sbd } = message
  if (isExpired(sbd, yield* DateTime.now)) {
    return yield* finish(leased, message, { status: "LEVETID_UTLOPT", description: levetidUtlopt })
  }
  const transmission = yield* transmit(leased, { messageId, sbd, documents: yield* outgoingDocuments(message) })
  switch (transmission._tag) {
    case "Accepted":
      return yield* finish(leased, message, { status: "SENDT" })
    case "Refused":
      return yield* finish(leased, message, {
        status: "FEIL",
        description: "Failed to deliver message - check raw receipt",
        rawReceipt: transmission.detail
      })
    case "Failed": {
      if (!isLast(leased.attempt, retry))
        return yield* postpone(leased, transmission.detail, transmission.mayHaveArrived)
      const receiver = sbd.receiver === undefined ? "" : shortIdentifier(sbd.receiver)
      return yield* finish(leased, message, {
        status: "FEIL",
        description: `Request to receiver '${receiver}' failed delivery over ${leased.serviceIdentifier} - Moved to DLQ`,
        rawReceipt: transmission.detail
      })
    }
    case "LeaseLost":
      return yield* Effect.logWarning(`The lease on ${leased.id} was lost while it was being sent`)
  }
})

/** A status never touches the conversation it belongs to: failing to send one says nothing about the message. */
const attemptStatus = Effect.fnUntraced(function* (leased: Leased, { messageId, sbd }: StatusWork) {
  const { retry } = yield* ExchangeSettings
  const drop = (why: string) =>
    Effect.andThen(
      Effect.logWarning(`The status ${leased.id} is given up: ${why}`),
      settleWith(leased, Outcome.Done(), Effect.void)
    )
  if (isExpired(sbd, yield* DateTime.now)) return yield* drop("its time is out")
  const transmission = yield* transmit(leased, { messageId, sbd, documents: [] })
  switch (transmission._tag) {
    case "Accepted":
      return yield* settleWith(leased, Outcome.Done(), Effect.void)
    case "Refused":
      return yield* drop(transmission.detail)
    case "Failed":
      return yield* isLast(leased.attempt, retry)
        ? drop(transmission.detail)
        : postpone(leased, transmission.detail, transmission.mayHaveArrived)
    case "LeaseLost":
      return yield* Effect.logWarning(`The lease on ${leased.id} was lost while it was being sent`)
  }
})

type StatusWork = Extract<Leased["work"], { readonly kind: "status" }>

const once = Effect.fnUntraced(function* (leased: Leased) {
  if (leased.work.kind === "status") return yield* attemptStatus(leased, leased.work)
  const outMessages = yield* OutMessages
  const message = yield* outMessages.get(leased.work.messageId)
  if (Option.isSome(message)) return yield* attemptMessage(leased, message.value)
  yield* settleWith(leased, Outcome.Done(), Effect.void)
})

/** An attempt that is broken off is due again at once, for whoever comes next; it may have reached the peer. */
const letGo = Effect.fnUntraced(function* (leased: Leased) {
  const outbox = yield* Outbox
  const at = yield* DateTime.now
  yield* Effect.ignore(
    outbox.settle(leased, Outcome.Retry({ at, error: "the attempt was broken off", mayHaveArrived: true }))
  )
})

/**
 * Makes one attempt at an item and settles it.
 *
 * Never fails: an item whose outcome cannot be stored is tried again when its lease ends, knowing that it may have
 * arrived.
 */
export const attempt = Effect.fn("attempt")(
  function* (leased: Leased) {
    yield* once(leased)
  },
  (effect, leased) =>
    effect.pipe(
      Effect.catch((error) => Effect.logError(`The outcome of ${leased.id} could not be stored`, error)),
      Effect.catchDefect((defect) => Effect.logError(`The attempt at ${leased.id} died`, defect)),
      Effect.onInterrupt(() => letGo(leased))
    )
)
