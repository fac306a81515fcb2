import { Result } from "effect"
import rhea from "rhea"
import type { Sender } from "rhea"
import { propertyOf } from "./amqpMessage.ts"
import type { Property } from "../Message.ts"

/** A request to `$cbs` or `$management`. */
export interface Request {
  readonly messageId: unknown
  readonly replyTo: string | undefined
  readonly properties: Readonly<Record<string, unknown>>
  readonly body: unknown
}

/** What is answered; names are spelled by who answers. */
export interface Response {
  readonly properties: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

/** Narrows a decoded AMQP map. */
export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {}

export const listOf = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

export const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

/** A long: small ones are decoded to numbers, large ones to eight bytes. Source: servicebus-amqp 12. */
export const longOf = (value: unknown): number | undefined =>
  typeof value === "number"
    ? value
    : Buffer.isBuffer(value) && value.length === 8
      ? Number(value.readBigInt64BE())
      : undefined

export const propertiesOf = (value: unknown): Record<string, Property> =>
  Object.fromEntries(Object.entries(fieldsOf(value)).map(([key, held]) => [key, propertyOf(held)]))

/** Reads a request; `undefined` when it is no message. */
export const readRequest = (bytes: Buffer): Request | undefined =>
  Result.getOrUndefined(
    Result.try((): Request => {
      const message = rhea.message.decode(bytes)
      const properties = fieldsOf(message["application_properties"])
      return {
        messageId: message["message_id"],
        replyTo: textOf(message["reply_to"]),
        properties,
        body: message["body"]
      }
    })
  )

/** Sends a settled answer. Source: servicebus-amqp 3, 8. */
export const reply = (to: Sender, request: Request, response: Response): void => {
  const message = rhea.message.encode({
    correlation_id: request.messageId,
    to: request.replyTo,
    application_properties: response.properties,
    body: response.body ?? null
  })
  to.send(message, undefined, 0).update(true)
}
