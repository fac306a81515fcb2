import { isServiceBusError, ServiceBusClient } from "@azure/service-bus"
import type { ProcessErrorArgs, ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus"
import { Effect, Queue } from "effect"
import type { Scope } from "effect"
import { ServiceBusTarget } from "../../ServiceBusTarget.ts"
import type { TargetQueue } from "../../ServiceBusTarget.ts"

/** Runs a promise; what it rejects with is the error as it is. */
export const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, unknown> =>
  Effect.tryPromise({ try: run, catch: (cause) => cause })

/** The SDK's code of an error, or of the errors in it. */
export const codesOf = (error: unknown): ReadonlyArray<string> =>
  error instanceof AggregateError ? error.errors.flatMap(codesOf) : isServiceBusError(error) ? [error.code] : []

/** A client that gives up at once, closed with the scope. */
export const connect = (connectionString: string): Effect.Effect<ServiceBusClient, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(
      () =>
        new ServiceBusClient(connectionString, {
          retryOptions: { maxRetries: 1, retryDelayInMs: 100, maxRetryDelayInMs: 200, timeoutInMs: 5000 }
        })
    ),
    (client) => Effect.ignore(attempt(() => client.close()))
  )

/** A queue of its own with one sender and one receiver, which does not renew locks by itself. */
export const openQueue = Effect.fnUntraced(function* (rules?: TargetQueue) {
  const target = yield* ServiceBusTarget
  const name = yield* target.createQueue(rules)
  const client = yield* connect(target.connectionString)
  const sender = client.createSender(name)
  const receiver = client.createReceiver(name, { skipParsingBodyAsJson: true, maxAutoLockRenewalDurationInMs: 0 })
  const deadLetters = client.createReceiver(name, { subQueueType: "deadLetter", skipParsingBodyAsJson: true })
  const send = (...texts: ReadonlyArray<string>) =>
    attempt(() => sender.sendMessages(texts.map((text) => ({ body: Buffer.from(text), messageId: text }))))
  return { target, name, client, sender, receiver, deadLetters, send }
})

/** Receives exactly one message. */
export const receiveOne = Effect.fnUntraced(function* (receiver: ServiceBusReceiver) {
  const [message] = yield* attempt(() => receiver.receiveMessages(1, { maxWaitTimeInMs: 5000 }))
  return message ?? (yield* Effect.fail(new Error("no message arrived within 5 s")))
})

/** What arrives within a third of a second. */
export const receiveSoon = (receiver: ServiceBusReceiver, count = 10) =>
  attempt(() => receiver.receiveMessages(count, { maxWaitTimeInMs: 300 }))

/** Receives until `count` messages are there. */
export const receiveAll = Effect.fnUntraced(function* (receiver: ServiceBusReceiver, count: number) {
  const messages: Array<ServiceBusReceivedMessage> = []
  while (messages.length < count) {
    const some = yield* attempt(() => receiver.receiveMessages(count - messages.length, { maxWaitTimeInMs: 5000 }))
    if (some.length === 0) return yield* Effect.fail(new Error(`only ${messages.length} of ${count} messages arrived`))
    messages.push(...some)
  }
  return messages
})

/** Subscribes until the scope ends; errors come out of the queue in the order they are reported. */
export const subscribe = Effect.fnUntraced(function* (
  receiver: ServiceBusReceiver,
  handle: (message: ServiceBusReceivedMessage) => Effect.Effect<void, unknown>,
  options: { readonly autoCompleteMessages?: boolean; readonly maxConcurrentCalls?: number } = {}
) {
  const errors = yield* Queue.unbounded<ProcessErrorArgs>()
  yield* Effect.acquireRelease(
    Effect.sync(() =>
      receiver.subscribe(
        {
          processMessage: (message) => Effect.runPromise(handle(message)),
          processError: (args) => Effect.runPromise(Effect.asVoid(Queue.offer(errors, args)))
        },
        options
      )
    ),
    (subscription) => Effect.ignore(attempt(() => subscription.close()))
  )
  return errors
})
