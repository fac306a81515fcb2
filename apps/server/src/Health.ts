/**
 * How the server and what it rests on are.
 *
 * Source: nextmove-api 8.6.
 */
import type { HealthBody } from "@eformidling/api/ManageApi"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { Conversations } from "@eformidling/port-store/Conversations"
import { DeadLetters } from "@eformidling/port-store/DeadLetters"
import { Inbox } from "@eformidling/port-store/Inbox"
import { Outbox } from "@eformidling/port-store/Outbox"
import { Context, DateTime, Duration, Effect, Record } from "effect"
import { statfs } from "node:fs/promises"

/** One component. DOWN brings the whole server down; UNKNOWN does not. */
export type Component = NonNullable<HealthBody["components"]>[string]

/** An indicator never fails: it reports. */
export type Indicator<R = never> = Effect.Effect<Component, never, R>

/** Indicators beyond those every server has, by the name of their component. */
export const Indicators = Context.Reference<Readonly<Record<string, Indicator>>>(
  "@eformidling/server/Health/Indicators",
  {
    defaultValue: () => ({})
  }
)

/** A component that takes longer is reported DOWN, so that the answer comes at once. */
export const Patience = Context.Reference<Duration.Duration>("@eformidling/server/Health/Patience", {
  defaultValue: () => Duration.seconds(2)
})

const up: Component = { status: "UP" }

const counted = <E, R>(counts: Effect.Effect<Record<string, number>, E, R>): Indicator<R> =>
  counts.pipe(
    Effect.map((details): Component => ({ status: "UP", details })),
    Effect.catchCause(() => Effect.succeed<Component>({ status: "DOWN" }))
  )

const queue = Effect.gen(function* () {
  const outbox = yield* Outbox
  const inbox = yield* Inbox
  return { outgoing: yield* outbox.size, incoming: yield* inbox.size }
})

const pollable = Effect.gen(function* () {
  const conversations = yield* Conversations
  return { pollable: yield* conversations.countPollable }
})

const deadLetters = Effect.gen(function* () {
  const letters = yield* DeadLetters
  return { size: yield* letters.size }
})

const database: Indicator<Outbox> = Effect.gen(function* () {
  const outbox = yield* Outbox
  yield* outbox.size
  return up
}).pipe(Effect.catchCause(() => Effect.succeed<Component>({ status: "DOWN" })))

/** DOWN when it has run out; the days are whole ones, negative when it has. */
const certificate: Indicator<BusinessCertificate> = Effect.gen(function* () {
  const { notAfter, serialNumber } = yield* BusinessCertificate
  const now = yield* DateTime.now
  const daysLeft = Math.floor((DateTime.toEpochMillis(notAfter) - DateTime.toEpochMillis(now)) / 86_400_000)
  return {
    status: daysLeft < 0 ? "DOWN" : "UP",
    details: { notAfter: DateTime.formatIso(notAfter), daysLeft, serialNumber }
  }
})

/** Less free than this stops us from taking documents; bytes. */
const diskThreshold = 10 * 1024 * 1024

const diskSpace = (directory: string): Indicator =>
  Effect.tryPromise(() => statfs(directory)).pipe(
    Effect.map(({ bavail, blocks, bsize }): Component => {
      const free = bavail * bsize
      const details = { total: blocks * bsize, free, threshold: diskThreshold }
      return { status: free < diskThreshold ? "DOWN" : "UP", details }
    }),
    Effect.catchCause(() => Effect.succeed<Component>({ status: "DOWN" }))
  )

/** Asks every component at once. `directory` is where documents are kept. */
export const report = Effect.fnUntraced(function* (directory: string) {
  const indicators = {
    db: database,
    diskSpace: diskSpace(directory),
    ping: Effect.succeed(up),
    livenessState: Effect.succeed(up),
    readinessState: Effect.succeed(up),
    nextMoveQueue: counted(queue),
    messageStatus: counted(pollable),
    deadLetters: counted(deadLetters),
    certificate,
    ...(yield* Indicators)
  }
  const duration = yield* Patience
  const components = yield* Effect.all(
    Record.map(indicators, (indicator: Indicator<Effect.Services<(typeof indicators)[keyof typeof indicators]>>) =>
      Effect.timeoutOrElse(indicator, {
        duration,
        orElse: () => Effect.succeed<Component>({ status: "DOWN", details: { error: "no answer in time" } })
      })
    ),
    { concurrency: "unbounded" }
  )
  const status = Object.values(components).some((component) => component.status === "DOWN") ? "DOWN" : "UP"
  return { status, components } satisfies HealthBody
})
