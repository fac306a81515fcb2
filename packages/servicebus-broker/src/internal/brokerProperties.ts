import { DateTime, Result, Schema } from "effect"
import type { Message } from "../Message.ts"
import { decode } from "./amqpMessage.ts"

/** What a REST sender may say in its `BrokerProperties` header. Source: servicebus-amqp 15. */
const Sent = Schema.Struct({
  MessageId: Schema.optionalKey(Schema.NullOr(Schema.String)),
  TimeToLive: Schema.optionalKey(Schema.NullOr(Schema.Number)),
  CorrelationId: Schema.optionalKey(Schema.NullOr(Schema.String)),
  Label: Schema.optionalKey(Schema.NullOr(Schema.String)),
  To: Schema.optionalKey(Schema.NullOr(Schema.String)),
  ReplyTo: Schema.optionalKey(Schema.NullOr(Schema.String)),
  SessionId: Schema.optionalKey(Schema.NullOr(Schema.String)),
  PartitionKey: Schema.optionalKey(Schema.NullOr(Schema.String)),
  ScheduledEnqueueTimeUtc: Schema.optionalKey(Schema.NullOr(Schema.String))
})
export type SentProperties = typeof Sent.Type

const decodeSent = Schema.decodeUnknownResult(Schema.fromJsonString(Sent))

/** Reads the header; `undefined` when it is not what it should be. An absent header says nothing. */
export const readProperties = (header: string | undefined): SentProperties | undefined =>
  header === undefined ? {} : Result.getOrUndefined(decodeSent(header))

const httpDate = (millis: number): string => DateTime.toDateUtc(DateTime.makeUnsafe(millis)).toUTCString()

/** Unix milliseconds of a date as HTTP or ISO 8601 writes it. */
export const readDate = (text: string): number | undefined => {
  const millis = Date.parse(text)
  return Number.isNaN(millis) ? undefined : millis
}

/** The `BrokerProperties` header of a message that is handed out. Source: servicebus-amqp 15. */
export const writeProperties = (message: Message): string => {
  const { correlationId, messageId, replyTo, sessionId, subject, to } = decode(message.content)
  const properties = {
    ...(messageId === undefined ? {} : { MessageId: messageId }),
    ...(correlationId === undefined ? {} : { CorrelationId: correlationId }),
    ...(subject === undefined ? {} : { Label: subject }),
    ...(to === undefined ? {} : { To: to }),
    ...(replyTo === undefined ? {} : { ReplyTo: replyTo }),
    ...(sessionId === undefined ? {} : { SessionId: sessionId }),
    ...(message.lock === undefined
      ? {}
      : {
          LockToken: message.lock.token,
          LockedUntilUtc: httpDate(message.lock.lockedUntil)
        }),
    ...(Number.isFinite(message.expiresAt) ? { TimeToLive: (message.expiresAt - message.enqueuedAt) / 1000 } : {}),
    SequenceNumber: message.sequenceNumber,
    DeliveryCount: message.deliveryCount + 1,
    EnqueuedTimeUtc: httpDate(message.enqueuedAt),
    State: "Active"
  }
  // A header is Latin-1 at most: what is not ASCII is escaped, which JSON allows.
  return JSON.stringify(properties).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  )
}
