/** What a store must have after its processes were killed. */
import type { MessageId } from "@eformidling/domain/MessageId"
import { Conversations } from "@eformidling/port-store/Conversations"
import { Documents } from "@eformidling/port-store/Documents"
import { OutMessages } from "@eformidling/port-store/OutMessages"
import { Outbox } from "@eformidling/port-store/Outbox"
import { firstPage } from "@eformidling/port-store/StoreSamples"
import { assert } from "@effect/vitest"
import { Effect, Option, Stream } from "effect"
import { startWriter } from "./processes.ts"

/** Commits that a round lets through before the process is killed; each round kills at another moment. */
const rounds = [0, 40, 75]

/** Kills one process after another, two at a time, and returns what they said was committed. */
export const crash = Effect.fnUntraced(function* (...args: ReadonlyArray<string>) {
  const acknowledged: Array<readonly [messageId: string, key: string]> = []
  for (const commits of rounds) {
    const writers = yield* Effect.all([startWriter(...args), startWriter(...args)])
    yield* Effect.forEach(writers, (writer) => writer.lines(1 + commits), { concurrency: "unbounded" })
    for (const { kill, errors } of writers) {
      const [ready, ...lines] = yield* kill
      assert.strictEqual(ready, "ready", errors())
      assert.isAtLeast(lines.length, commits, errors())
      acknowledged.push(...lines.map((line) => [line.slice(0, 36), line.slice(37)] as const))
    }
  }
  return acknowledged
})

/** Holds a store against what was acknowledged: all of it is there, and whatever is there is whole. */
export const nothingLost = Effect.fnUntraced(function* (
  acknowledged: ReadonlyArray<readonly [messageId: string, key: string]>
) {
  const conversations = yield* Conversations
  const outMessages = yield* OutMessages
  const documents = yield* Documents
  for (const [messageId, key] of acknowledged) {
    const conversation = Option.getOrThrow(yield* conversations.byMessageId(messageId as MessageId))
    assert.deepStrictEqual(
      conversation.messageStatuses.map(({ status }) => status),
      ["OPPRETTET", "SENDT"]
    )
    const message = Option.getOrThrow(yield* outMessages.get(messageId as MessageId))
    assert.deepStrictEqual(
      message.documents.map((document) => document.key),
      [key]
    )
    const bytes = yield* Stream.runCollect(documents.read(key))
    assert.strictEqual(Buffer.concat(Array.from(bytes)).toString(), messageId)
  }
  const request = { ...firstPage, size: 1 }
  const counts = yield* Effect.all([
    Effect.map(conversations.search({}, request), ({ totalElements }) => totalElements),
    Effect.map(
      conversations.search({ direction: "OUTGOING", serviceIdentifier: "DPI" }, request),
      ({ totalElements }) => totalElements
    ),
    Effect.map(conversations.statuses({ status: "SENDT" }, request), ({ totalElements }) => totalElements),
    Effect.map(conversations.statuses({ status: "OPPRETTET" }, request), ({ totalElements }) => totalElements),
    Effect.map(outMessages.search({}, request), ({ totalElements }) => totalElements),
    (yield* Outbox).size
  ])
  assert.strictEqual(new Set(counts).size, 1, String(counts))
  assert.isAtLeast(counts[0] ?? 0, acknowledged.length)
})
