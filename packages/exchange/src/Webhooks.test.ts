import { Subscriptions } from "@eformidling/port-store/Subscriptions"
import { Transaction } from "@eformidling/port-store/Transaction"
import { WebhookDeliveries } from "@eformidling/port-store/WebhookDeliveries"
import { WebhookError, WebhookSender } from "@eformidling/port-transport/WebhookSender"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { TestClock } from "effect/testing"
import { createMessage } from "./CreateMessage.ts"
import { conversationOf, draft, start, world } from "./internal/world.test.support.ts"
import { forgetWebhooks, pushWebhooks } from "./PushWebhooks.ts"
import { registerStatuses } from "./RegisterStatus.ts"
import { changeSubscription, subscribe } from "./Subscribe.ts"
import * as WebhookFilter from "./WebhookFilter.ts"

const wanted = {
  name: "fagsystem",
  pushEndpoint: "https://fagsystem.example/",
  resource: "messages",
  event: "status"
} as const

const firstPage = { page: 0, size: 100, sort: [] }

/** Remembers what was pushed, and refuses as long as `isDown`. */
const target = () => {
  const pushed: Array<Record<string, unknown>> = []
  const state = { isDown: false }
  const sender = WebhookSender.of({
    push: ({ body }) =>
      Effect.suspend(() => {
        if (state.isDown) return Effect.fail(new WebhookError({ status: 503, detail: "answered 503" }))
        pushed.push(JSON.parse(body))
        return Effect.succeed(200)
      })
  })
  return { pushed, state, push: Effect.provideService(pushWebhooks(), WebhookSender, sender) }
}

const dead = Effect.gen(function* () {
  const { messageId } = yield* createMessage(draft({ type: "digital" }))
  const conversation = yield* conversationOf(messageId)
  yield* registerStatuses(conversation, [{ status: "FEIL", at: start, description: "Feil" }])
  return conversation
})

describe("webhooks", () => {
  it.effect("ping a subscriber, then tell it of each status once (API-80)", () =>
    Effect.gen(function* () {
      const { push, pushed } = target()
      yield* subscribe(wanted)
      const { conversationId, messageId } = yield* dead
      assert.strictEqual(yield* push, 3)
      const createdTs = "2026-03-25T12:38:23+01:00"
      const event = { createdTs, resource: "messages", event: "status", messageId, conversationId }
      const letter = { ...event, direction: "OUTGOING", serviceIdentifier: "DPI" }
      assert.deepStrictEqual(pushed, [
        { createdTs, event: "ping" },
        { ...letter, status: "OPPRETTET" },
        { ...letter, status: "FEIL", description: "Feil" }
      ])
      assert.strictEqual(yield* push, 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("tell only of what the filter lets through (API-87)", () =>
    Effect.gen(function* () {
      const { push, pushed } = target()
      yield* subscribe({ ...wanted, filter: "status=FEIL,LEVETID_UTLOPT&direction=OUTGOING" })
      yield* subscribe({ ...wanted, name: "incoming", filter: "status=FEIL&direction=INCOMING" })
      yield* dead
      yield* push
      assert.deepStrictEqual(
        pushed.map(({ event, status }) => status ?? event),
        ["ping", "ping", "FEIL"]
      )
    }).pipe(Effect.provide(world()))
  )

  it.effect("say nothing of what was not committed", () =>
    Effect.gen(function* () {
      const { push } = target()
      const { run } = yield* Transaction
      const conversation = yield* dead
      yield* subscribe(wanted)
      yield* push
      const registered = registerStatuses(conversation, [{ status: "LEST", at: start }])
      yield* Effect.flip(run(Effect.andThen(registered, Effect.fail("rolled back"))))
      assert.strictEqual(yield* push, 0)
    }).pipe(Effect.provide(world()))
  )

  it.effect("try again with longer and longer waits, record each attempt, and give up after the tenth", () =>
    Effect.gen(function* () {
      const { push, pushed, state } = target()
      const { id } = yield* subscribe(wanted)
      state.isDown = true
      assert.strictEqual(yield* push, 1)
      yield* TestClock.adjust("19 seconds")
      assert.strictEqual(yield* push, 0)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* push, 1)
      for (let round = 0; round < 12; round++) {
        yield* TestClock.adjust("1 hour")
        yield* push
      }
      const { content, totalElements } = yield* (yield* WebhookDeliveries).attempts(id, firstPage)
      assert.strictEqual(totalElements, 10)
      assert.deepInclude(content[0], { attempt: 10, status: 503, error: "answered 503" })
      assert.deepStrictEqual(pushed, [])
      assert.strictEqual(yield* forgetWebhooks(), 0)
      yield* TestClock.adjust("31 days")
      assert.strictEqual(yield* forgetWebhooks(), 1)
    }).pipe(Effect.provide(world()))
  )

  it.effect("ping again only when the push endpoint is another (API-84)", () =>
    Effect.gen(function* () {
      const { push } = target()
      const { id } = yield* subscribe({ ...wanted, filter: "status=FEIL" })
      yield* push
      assert.isTrue(yield* changeSubscription(id, { name: "renamed", pushEndpoint: wanted.pushEndpoint }))
      assert.strictEqual(yield* push, 0)
      assert.isTrue(yield* changeSubscription(id, { pushEndpoint: "https://moved.example/" }))
      assert.strictEqual(yield* push, 1)
      assert.deepStrictEqual(
        yield* (yield* Subscriptions).get(id),
        Option.some({ ...wanted, id, filter: "status=FEIL", name: "renamed", pushEndpoint: "https://moved.example/" })
      )
      assert.isFalse(yield* changeSubscription(id + 1, { name: "nobody" }))
    }).pipe(Effect.provide(world()))
  )

  it("compare without regard to case, and know three names", () => {
    const event = { status: "FEIL", serviceIdentifier: "DPI", direction: "OUTGOING" }
    const isMatch = (text: string) =>
      Option.map(WebhookFilter.parse(text), (each) => WebhookFilter.matches(each, event))
    for (const text of ["", " ", "status=feil", "status=LEST,FEIL&serviceIdentifier=dpi", "direction=OUTGOING"]) {
      assert.deepStrictEqual(isMatch(text), Option.some(true), text)
    }
    for (const text of ["status=LEST", "status=FEIL&direction=INCOMING", "status=INNKOMMENDE_MOTTAT"]) {
      assert.deepStrictEqual(isMatch(text), Option.some(false), text)
    }
    for (const text of ["foo=bar", "status>X", "status=", "status", "&", "status=FEIL&", "Status=FEIL"]) {
      assert.deepStrictEqual(isMatch(text), Option.none(), text)
    }
  })
})
