import { Result } from "effect"
import rhea from "rhea"
import type { Right } from "../Sas.ts"
import { deliveryOf, readMessage } from "./amqpMessage.ts"
import { condition, lockLost } from "./conditions.ts"
import type { Refusal } from "./conditions.ts"
import type { Entity } from "./entity.ts"
import { bytesOfToken, tokenOfBytes } from "./lockToken.ts"
import type { Namespace, Settlement } from "./namespace.ts"
import { fieldsOf, listOf, longOf, propertiesOf, textOf } from "./request.ts"
import type { Request, Response } from "./request.ts"

const { types } = rhea

const timestampCode = 0x83
const longCode = 0x81

const ok = (body: Readonly<Record<string, unknown>> = {}): Response => ({
  properties: { statusCode: types.wrap_int(200), statusDescription: "OK" },
  body
})

const noContent: Response = {
  properties: { statusCode: types.wrap_int(204), statusDescription: "No messages" },
  body: {}
}

const statuses: Readonly<Record<string, number>> = {
  [condition.messageLockLost]: 410,
  [condition.messageNotFound]: 404,
  [condition.notImplemented]: 501,
  [condition.unauthorizedAccess]: 401,
  [condition.messageSizeExceeded]: 413,
  [condition.resourceLimitExceeded]: 403,
  [condition.serverBusy]: 503,
  [condition.decodeError]: 400,
  [condition.notAllowed]: 400
}

const failed = (refusal: Refusal): Response => ({
  properties: {
    statusCode: types.wrap_int(statuses[refusal.condition] ?? 500),
    statusDescription: refusal.description,
    errorCondition: types.wrap_symbol(refusal.condition)
  },
  body: {}
})

const invalid = (description: string): Response => failed({ condition: condition.notAllowed, description })

interface Context {
  readonly namespace: Namespace
  readonly entity: Entity
  readonly body: Readonly<Record<string, unknown>>
  readonly answer: (response: Response) => void
}

interface Operation {
  readonly right: Right
  readonly run: (context: Context) => void
}

const tokensIn = (body: Readonly<Record<string, unknown>>): ReadonlyArray<string> =>
  listOf(body["lock-tokens"]).flatMap((bytes) =>
    Buffer.isBuffer(bytes) && bytes.length === 16 ? [tokenOfBytes(bytes)] : []
  )

const numbersIn = (body: Readonly<Record<string, unknown>>): ReadonlyArray<number> =>
  listOf(body["sequence-numbers"]).flatMap((value) => longOf(value) ?? [])

const renewLock = ({ answer, body, entity, namespace }: Context): void => {
  const locks = tokensIn(body).map((token) => namespace.renew(entity, token))
  const expirations = locks.flatMap((lock) => lock?.lockedUntil ?? [])
  if (locks.length === 0) return answer(invalid("The request lacks lock-tokens."))
  if (expirations.length < locks.length) return answer(failed(lockLost))
  answer(ok({ expirations: types.wrap_array(expirations, timestampCode, undefined) }))
}

const peekMessage = ({ answer, body, entity, namespace }: Context): void => {
  const from = longOf(body["from-sequence-number"]) ?? 0
  const count = longOf(body["message-count"]) ?? 1
  namespace.change(
    entity,
    (queue, now) => queue.peek(from, count, now).map(deliveryOf),
    (found) => {
      answer(
        found.length === 0
          ? noContent
          : ok({ messages: found.map((message) => ({ message: types.wrap_binary(message) })) })
      )
    }
  )
}

const settlementIn = (body: Readonly<Record<string, unknown>>): Settlement | undefined => {
  const properties = propertiesOf(body["properties-to-modify"])
  const [reason, description] = [textOf(body["deadletter-reason"]), textOf(body["deadletter-description"])]
  switch (body["disposition-status"]) {
    case "completed":
      return { _tag: "Complete" }
    case "abandoned":
      return { _tag: "Abandon", properties }
    case "defered":
      return { _tag: "Defer", properties }
    case "suspended":
      return { _tag: "DeadLetter", why: { reason, description }, properties }
    default:
      return undefined
  }
}

const updateDisposition = ({ answer, body, entity, namespace }: Context): void => {
  const settlement = settlementIn(body)
  const tokens = tokensIn(body)
  if (settlement === undefined)
    return answer(invalid(`The disposition-status '${String(body["disposition-status"])}' is not known.`))
  if (tokens.length === 0) return answer(invalid("The request lacks lock-tokens."))
  let left = tokens.length
  let refusal: Refusal | undefined
  for (const token of tokens) {
    namespace.settle(entity, token, settlement, (refused) => {
      refusal ??= refused
      if (--left === 0) answer(refusal === undefined ? ok() : failed(refusal))
    })
  }
}

const receiveBySequenceNumber = ({ answer, body, entity, namespace }: Context): void => {
  const numbers = numbersIn(body)
  const settled = longOf(body["receiver-settle-mode"]) === 0
  namespace.change(
    entity,
    (queue, now) => {
      if (numbers.length === 0 || !numbers.every((number) => queue.isDeferred(number, now))) return undefined
      return numbers.flatMap((number) => {
        const token = namespace.around.newToken()
        const message = settled ? queue.takeDeferred(number, now) : queue.lockDeferred(number, token, now)
        if (message === undefined) return []
        return { message: types.wrap_binary(deliveryOf(message)), "lock-token": types.wrap_uuid(bytesOfToken(token)) }
      })
    },
    (messages) => {
      const description = "Failed to find the requested messages: they were not deferred, or are gone."
      answer(messages === undefined ? failed({ condition: condition.messageNotFound, description }) : ok({ messages }))
    }
  )
}

const scheduleMessage = ({ answer, body, entity, namespace }: Context): void => {
  const encoded = listOf(body["messages"]).map((message) => fieldsOf(message)["message"])
  const contents = encoded.map((bytes) =>
    Buffer.isBuffer(bytes) ? Result.getOrUndefined(readMessage(bytes)) : undefined
  )
  const good = contents.flatMap((content) => content ?? [])
  if (good.length === 0 || good.length < contents.length) {
    return answer(
      failed({
        condition: condition.decodeError,
        description: "The request holds no messages, or one that cannot be read."
      })
    )
  }
  if (encoded.some((bytes) => Buffer.isBuffer(bytes) && bytes.length > namespace.around.maxMessageSize)) {
    return answer(
      failed({ condition: condition.messageSizeExceeded, description: "A message is larger than the queue takes." })
    )
  }
  namespace.send(entity, good, (refusal, messages) => {
    if (refusal !== undefined) return answer(failed(refusal))
    answer(
      ok({
        "sequence-numbers": types.wrap_array(
          messages.map((message) => message.sequenceNumber),
          longCode,
          undefined
        )
      })
    )
  })
}

const cancelScheduledMessage = ({ answer, body, entity, namespace }: Context): void => {
  const numbers = numbersIn(body)
  namespace.change(
    entity,
    (queue, now) => numbers.filter((number) => !queue.cancelScheduled(number, now)),
    (missing, stored) => {
      const description = `No scheduled message has sequence number ${missing[0]}.`
      if (missing.length > 0) answer(failed({ condition: condition.messageNotFound, description }))
      else
        answer(
          stored ? ok() : failed({ condition: condition.internalError, description: "The change could not be stored." })
        )
    }
  )
}

const operations: Readonly<Record<string, Operation>> = {
  "com.microsoft:renew-lock": { right: "Listen", run: renewLock },
  "com.microsoft:peek-message": { right: "Listen", run: peekMessage },
  "com.microsoft:update-disposition": { right: "Listen", run: updateDisposition },
  "com.microsoft:receive-by-sequence-number": { right: "Listen", run: receiveBySequenceNumber },
  "com.microsoft:schedule-message": { right: "Send", run: scheduleMessage },
  "com.microsoft:cancel-scheduled-message": { right: "Send", run: cancelScheduledMessage }
}

/** Does what a request to `<entity>/$management` asks, when `allowed` grants its right. Source: servicebus-amqp 8. */
export const manage = (
  namespace: Namespace,
  entity: Entity,
  request: Request,
  allowed: (right: Right) => boolean,
  answer: (response: Response) => void
): void => {
  const name = String(request.properties["operation"])
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
  if (operation === undefined) {
    return answer(
      failed({ condition: condition.notImplemented, description: `The operation '${name}' is not implemented.` })
    )
  }
  if (!allowed(operation.right)) {
    const description = `Unauthorized access. '${operation.right}' claim(s) are required to perform this operation.`
    return answer(failed({ condition: condition.unauthorizedAccess, description }))
  }
  const refused = namespace.refusalOf(entity)
  if (refused !== undefined) return answer(failed(refused))
  operation.run({ namespace, entity, body: fieldsOf(request.body), answer })
}
