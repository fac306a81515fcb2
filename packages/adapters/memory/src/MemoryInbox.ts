import type { MessageId } from "@eformidling/domain/MessageId"
import { shortIdentifier } from "@eformidling/domain/PartyIdentifier"
import { Inbox, type InMessage, type InMessageFilter, type InMessageSortProperty } from "@eformidling/port-store/Inbox"
import { DateTime, Effect, HashMap, HashSet, Layer, Option } from "effect"
import { MemoryState, type Placed, type State } from "./internal/memoryState.ts"
import { inOrder, isOrAny, pageOf } from "./internal/paging.ts"

const receiverOf = ({ sbd }: InMessage) => (sbd.receiver === undefined ? undefined : shortIdentifier(sbd.receiver))

const properties = {
  messageId: (message) => message.messageId,
  conversationId: ({ sbd }) => sbd.conversationId,
  processIdentifier: ({ sbd }) => sbd.process,
  senderIdentifier: ({ sbd }) => shortIdentifier(sbd.sender),
  receiverIdentifier: receiverOf,
  serviceIdentifier: (message) => message.serviceIdentifier,
  lastUpdated: (message) => message.lastUpdated
} as const satisfies Record<InMessageSortProperty, (message: InMessage) => unknown>

const matches =
  (filter: InMessageFilter) =>
  (message: InMessage): boolean =>
    isOrAny(filter.conversationId, message.sbd.conversationId) &&
    isOrAny(filter.messageId, message.messageId) &&
    isOrAny(filter.senderIdentifier, shortIdentifier(message.sbd.sender)) &&
    isOrAny(filter.receiverIdentifier, receiverOf(message)) &&
    isOrAny(filter.serviceIdentifier, message.serviceIdentifier) &&
    isOrAny(filter.process, message.sbd.process)

const withMessage = (state: State, { place, value }: Placed<InMessage>): State => ({
  ...state,
  lastPlace: Math.max(state.lastPlace, place),
  inbox: HashMap.set(state.inbox, value.messageId, { place, value })
})

const make = Effect.gen(function* () {
  const memory = yield* MemoryState

  const put = Effect.fnUntraced(function* (
    message: Pick<InMessage, "messageId" | "sbd" | "serviceIdentifier" | "documentKey">
  ) {
    const value = { ...message, lockedUntil: undefined, lastUpdated: yield* DateTime.now }
    return yield* memory.modify((state) =>
      HashSet.has(state.received, message.messageId)
        ? [false, state]
        : [
            true,
            {
              ...withMessage(state, { place: state.lastPlace + 1, value }),
              received: HashSet.add(state.received, message.messageId)
            }
          ]
    )
  })

  const peek = Effect.fnUntraced(function* (filter: InMessageFilter, lockUntil: DateTime.Utc) {
    const now = yield* DateTime.now
    return yield* memory.modify((state) => {
      const next = inOrder(state.inbox).find((message) => message.lockedUntil === undefined && matches(filter)(message))
      if (next === undefined) return [Option.none<InMessage>(), state]
      const value = { ...next, lockedUntil: lockUntil, lastUpdated: now }
      return [
        Option.some(value),
        { ...state, inbox: HashMap.modify(state.inbox, value.messageId, ({ place }) => ({ place, value })) }
      ]
    })
  })

  const unlockExpired = (now: DateTime.Utc) =>
    memory.modify((state) => {
      const ended = inOrder(state.inbox)
        .filter(({ lockedUntil }) => lockedUntil !== undefined && DateTime.isLessThan(lockedUntil, now))
        .toSorted(
          (one, other) =>
            DateTime.toEpochMillis(one.lockedUntil ?? now) - DateTime.toEpochMillis(other.lockedUntil ?? now)
        )
      const unlocked = ended.reduce(
        (before, message) =>
          withMessage(before, {
            place: before.lastPlace + 1,
            value: { ...message, lockedUntil: undefined, lastUpdated: now }
          }),
        state
      )
      return [ended.length, unlocked]
    })

  return Inbox.of({
    put,
    peek,
    get: (messageId) => memory.read(({ inbox }) => Option.map(HashMap.get(inbox, messageId), ({ value }) => value)),
    search: (filter, page) =>
      memory.read(({ inbox }) => pageOf(inOrder(inbox).filter(matches(filter)), page, properties)),
    remove: (messageId: MessageId) =>
      memory.modify((state) => [
        HashMap.has(state.inbox, messageId),
        { ...state, inbox: HashMap.remove(state.inbox, messageId) }
      ]),
    unlockExpired,
    size: memory.read(({ inbox }) => HashMap.size(inbox))
  })
})

/** {@link Inbox} in memory. */
export const layer: Layer.Layer<Inbox, never, MemoryState> = Layer.effect(Inbox, make)
