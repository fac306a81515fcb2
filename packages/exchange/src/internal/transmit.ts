import type { OutMessage } from "@eformidling/port-store/OutMessages"
import { Documents } from "@eformidling/port-store/Documents"
import { type Leased, Outbox } from "@eformidling/port-store/Outbox"
import type { StoreError } from "@eformidling/port-store/StoreError"
import type { Outgoing, OutgoingDocument } from "@eformidling/port-transport/MessageSender"
import { Rejected, TransportError, Unavailable } from "@eformidling/port-transport/TransportError"
import { Cause, Data, Duration, Effect, Stream } from "effect"
import { Channels } from "../Channels.ts"
import { ExchangeSettings } from "../ExchangeSettings.ts"

/** What came of handing a message to its channel. */
export type Transmission = Data.TaggedEnum<{
  Accepted: {}
  /** The same message will be refused again. */
  Refused: { readonly detail: string }
  /** Another attempt may succeed. */
  Failed: { readonly detail: string; readonly mayHaveArrived: boolean }
  /** Somebody else has the message now. */
  LeaseLost: {}
}>

export const Transmission = Data.taggedEnum<Transmission>()

/** A document whose bytes are gone or damaged cannot be sent, now or later; a store out of reach comes back. */
const asTransportError = (error: StoreError): TransportError =>
  new TransportError({
    reason:
      error.reason._tag === "StoreUnavailable"
        ? new Unavailable({ detail: error.message, ambiguous: false, cause: error })
        : new Rejected({ code: error.reason._tag, detail: error.message, cause: error })
  })

/** Documents as the channel takes them: the primary first, then in the order of upload. */
export const outgoingDocuments = Effect.fnUntraced(function* (message: OutMessage) {
  const documents = yield* Documents
  return [...message.documents]
    .sort((a, b) => Number(b.primary) - Number(a.primary) || a.number - b.number)
    .map(({ crc32, filename, key, mimeType, sha256, size, title }): OutgoingDocument => ({
      filename,
      mimeType,
      title,
      size,
      sha256,
      crc32,
      content: Stream.mapError(documents.read(key), asTransportError)
    }))
})

/** Renews the lease for as long as the attempt lasts; ends when it has been lost. */
const holdOn = Effect.fnUntraced(function* (leased: Leased) {
  const outbox = yield* Outbox
  const { leaseFor } = yield* ExchangeSettings
  const renewed = outbox.renew(leased, leaseFor).pipe(
    Effect.delay(Duration.divideUnsafe(leaseFor, 3)),
    // The next renewal is due well before the lease ends.
    Effect.catch((error) => Effect.as(Effect.logWarning("A lease could not be renewed", error), true))
  )
  yield* Effect.repeat(renewed, { while: (held) => held })
  return Transmission.LeaseLost()
})

/** Makes one attempt. Whatever goes wrong comes back as a value; a defect counts as an attempt of unknown outcome. */
export const transmit = Effect.fn("transmit")(function* (
  leased: Leased,
  message: Omit<Outgoing, "attempt" | "mayHaveArrived">
) {
  const channel = (yield* Channels)[leased.serviceIdentifier]
  if (channel === undefined) {
    return Transmission.Failed({
      detail: `Service ${leased.serviceIdentifier} is not enabled`,
      mayHaveArrived: leased.mayHaveArrived
    })
  }
  const { attempt, mayHaveArrived } = leased
  const failed = (detail: string, ambiguous: boolean) =>
    Effect.succeed(Transmission.Failed({ detail, mayHaveArrived: mayHaveArrived || ambiguous }))
  const sending = channel.sender.send({ ...message, attempt, mayHaveArrived }).pipe(
    Effect.as<Transmission>(Transmission.Accepted()),
    Effect.unwrapReason("TransportError"),
    Effect.catchTags({
      Unavailable: ({ ambiguous, detail }) => failed(detail, ambiguous),
      NotAuthorized: ({ detail }) => failed(detail, false),
      Rejected: ({ detail }) => Effect.succeed(Transmission.Refused({ detail }))
    }),
    Effect.catchDefect((defect) =>
      Effect.andThen(
        Effect.logError(`The channel ${leased.serviceIdentifier} failed in a way it does not know`, Cause.die(defect)),
        failed(defect instanceof Error ? defect.message : String(defect), true)
      )
    )
  )
  return yield* Effect.raceFirst(sending, holdOn(leased))
})
