/**
 * A meldingsformidler's memory of statuses.
 */
import type { MessageId } from "@eformidling/domain/MessageId"
import { type ReportedStatus, StatusSource } from "@eformidling/port-transport/StatusSource"
import { NotAuthorized, TransportError, Unavailable } from "@eformidling/port-transport/TransportError"
import { Context, Effect, Layer } from "effect"

/** How a question about a message is met. */
export type Behaviour = "answers" | "isDown" | "doesNotLetUsIn"

/** The meldingsformidler's side. */
export class StatusBook extends Context.Service<
  StatusBook,
  {
    /** Adds to what is told of a message. */
    readonly report: (messageId: MessageId, ...statuses: ReadonlyArray<ReportedStatus>) => Effect.Effect<void>
    readonly behave: (behaviour: Behaviour | ((messageId: MessageId) => Behaviour)) => Effect.Effect<void>
    /** How often a message has been asked about. */
    readonly questionsAbout: (messageId: MessageId) => Effect.Effect<number>
  }
>()("@eformidling/adapter-memory/MemoryStatusSource/StatusBook") {}

const make = Effect.sync(() => {
  const statuses = new Map<MessageId, ReadonlyArray<ReportedStatus>>()
  const questions = new Map<MessageId, number>()
  let behaviourOf = (_: MessageId): Behaviour => "answers"

  const statusesOf = Effect.fn("MemoryStatusSource.statusesOf")(function* (messageId: MessageId) {
    questions.set(messageId, (questions.get(messageId) ?? 0) + 1)
    switch (behaviourOf(messageId)) {
      case "answers":
        return statuses.get(messageId) ?? []
      case "isDown":
        return yield* new TransportError({
          reason: new Unavailable({ detail: "the meldingsformidler is down", ambiguous: false }),
          messageId
        })
      case "doesNotLetUsIn":
        return yield* new TransportError({
          reason: new NotAuthorized({ detail: "401 from the meldingsformidler" }),
          messageId
        })
    }
  })

  return Context.make(StatusSource, { statusesOf }).pipe(
    Context.add(StatusBook, {
      report: (messageId, ...added) =>
        Effect.sync(() => void statuses.set(messageId, [...(statuses.get(messageId) ?? []), ...added])),
      behave: (behaviour) =>
        Effect.sync(() => {
          behaviourOf = typeof behaviour === "function" ? behaviour : () => behaviour
        }),
      questionsAbout: (messageId) => Effect.sync(() => questions.get(messageId) ?? 0)
    })
  )
})

/** A meldingsformidler that knows no message until one is reported. */
export const layer: Layer.Layer<StatusSource | StatusBook> = Layer.effectContext(make)
