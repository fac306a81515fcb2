import { randomUUID } from "node:crypto"
import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus"
import * as QueueName from "@eformidling/domain/dpe/QueueName"
import { type DeadMessage, DeadLetterQueue } from "@eformidling/port-transport/DeadLetterQueue"
import { Rejected, TransportError } from "@eformidling/port-transport/TransportError"
import { DateTime, Duration, Effect, Option } from "effect"
import Long from "long"
import type { Namespace } from "./Namespace.ts"
import * as ServiceBusFailure from "./ServiceBusFailure.ts"
import type { ServiceBusSettings } from "./ServiceBusSettings.ts"

const pageSize = 100

/** How long the broker may keep us waiting for a message that is said to be there. */
const patience = Duration.seconds(2)

const bodyOf = ({ body }: { readonly body: unknown }): Uint8Array =>
  body instanceof Uint8Array ? body : Buffer.from(typeof body === "string" ? body : (JSON.stringify(body) ?? ""))

type Message = Pick<
  ServiceBusReceivedMessage,
  "body" | "deadLetterErrorDescription" | "deadLetterReason" | "enqueuedTimeUtc" | "messageId" | "sequenceNumber"
>

const idOf = ({ sequenceNumber }: Message): string => sequenceNumber?.toString() ?? ""

const summary = (message: Message): DeadMessage => ({
  id: idOf(message),
  reason: message.deadLetterReason ?? "unknown",
  description: message.deadLetterErrorDescription ?? "",
  enqueuedAt: DateTime.makeUnsafe(message.enqueuedTimeUtc ?? 0),
  messageId: message.messageId === undefined ? undefined : String(message.messageId),
  size: bodyOf(message).length
})

const attempt = <A>(run: () => Promise<A>) => Effect.tryPromise({ try: run, catch: ServiceBusFailure.transportError })

const notBytes = new TransportError({
  reason: new Rejected({ code: "InvalidPayload", detail: "the body is not a data section, and cannot be sent again" })
})

/** The dead-letter sub-queue of the organisation's own queue. Source: dpe 5.4; servicebus-amqp 9. */
export const make = (settings: ServiceBusSettings, namespace: Namespace): DeadLetterQueue["Service"] => {
  const queue = QueueName.own(settings.organisasjonsnummer, settings.mode)

  const withReceiver = <A>(use: (receiver: ServiceBusReceiver) => Effect.Effect<A, TransportError>) =>
    Effect.acquireUseRelease(
      namespace.receiver(queue, "deadLetter"),
      ({ connection, receiver }) =>
        Effect.tapError(use(receiver), (error) =>
          error.reason._tag === "NotAuthorized" ? namespace.renewKey(connection) : Effect.void
        ),
      ({ receiver }) => Effect.ignore(Effect.tryPromise(() => receiver.close()))
    )

  /** Looks at the messages, oldest first, without locking any, until `enough`. */
  const look = (enough: (seen: ReadonlyArray<Message>) => boolean) =>
    withReceiver(
      Effect.fnUntraced(function* (receiver) {
        const seen: Array<Message> = []
        // The SDK's own place in the queue is shared by all who look.
        let fromSequenceNumber = Long.ZERO
        while (!enough(seen)) {
          const page = yield* attempt(() => receiver.peekMessages(pageSize, { fromSequenceNumber }))
          seen.push(...page)
          const last = page.at(-1)?.sequenceNumber
          if (last === undefined) break
          fromSequenceNumber = last.add(1)
        }
        return seen
      })
    )

  const find = (id: string) =>
    Effect.map(
      look((seen) => seen.some((message) => idOf(message) === id)),
      (seen) => Option.fromUndefinedOr(seen.find((message) => idOf(message) === id))
    )

  const sendBack = (message: ServiceBusReceivedMessage) =>
    Effect.gen(function* () {
      const { applicationProperties, body, contentType } = message
      if (!(body instanceof Uint8Array)) return yield* notBytes
      const { DeadLetterErrorDescription: _, DeadLetterReason: __, ...properties } = applicationProperties ?? {}
      const again = {
        body,
        messageId: randomUUID(),
        applicationProperties: properties,
        ...(contentType === undefined ? {} : { contentType })
      }
      yield* namespace.send(queue, (sender) =>
        Effect.tryPromise({ try: () => sender.sendMessages(again), catch: ServiceBusFailure.sendError })
      )
    })

  /** Locks messages, oldest first, until the one with that id is among them; gives the others back. */
  const replayFrom = (receiver: ServiceBusReceiver, id: string) =>
    Effect.suspend(() => {
      const others: Array<ServiceBusReceivedMessage> = []
      const search = Effect.gen(function* () {
        while (true) {
          const page = yield* attempt(() =>
            receiver.receiveMessages(pageSize, { maxWaitTimeInMs: Duration.toMillis(patience) })
          )
          if (page.length === 0) return false
          const found = page.find((message) => idOf(message) === id)
          others.push(...page.filter((message) => message !== found))
          if (found === undefined) continue
          yield* Effect.onError(sendBack(found), () => Effect.sync(() => others.push(found)))
          yield* attempt(() => receiver.completeMessage(found))
          return true
        }
      })
      return Effect.ensuring(
        search,
        Effect.forEach(others, (message) => Effect.ignore(attempt(() => receiver.abandonMessage(message))), {
          concurrency: 16,
          discard: true
        })
      )
    })

  return DeadLetterQueue.of({
    list: (limit) =>
      Effect.map(
        look((seen) => seen.length >= limit),
        (seen) => seen.slice(0, limit).map(summary)
      ),
    show: (id) =>
      Effect.map(
        find(id),
        Option.map((message) => ({ ...summary(message), body: bodyOf(message) }))
      ),
    replay: Effect.fn("ServiceBusDeadLetterQueue.replay")(function* (id) {
      if (Option.isNone(yield* find(id))) return false
      return yield* withReceiver((receiver) => replayFrom(receiver, id))
    }),
    count: Effect.map(
      look(() => false),
      ({ length }) => length
    )
  })
}
