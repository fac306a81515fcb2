import {
  type Conversation,
  type NewConversation,
  type NewStatus,
  register as registration,
  type StatusEntry
} from "@eformidling/domain/Conversation"
import { ConversationExists, Conversations } from "@eformidling/port-store/Conversations"
import { DateTime, Effect, HashMap, Layer, Option } from "effect"
import {
  conversationMatches,
  conversationProperties,
  statusesOf,
  statusMatches,
  statusProperties
} from "./internal/conversationFilter.ts"
import { MemoryState, type State } from "./internal/memoryState.ts"
import { pageOf } from "./internal/paging.ts"

const byId = <A extends { readonly id: number }>(rows: Iterable<A>): ReadonlyArray<A> =>
  Array.from(rows).sort((one, other) => one.id - other.id)

const all = ({ conversations }: State) => byId(HashMap.values(conversations))

const newestFirst = (rows: ReadonlyArray<Conversation>) =>
  rows.toSorted((one, other) => DateTime.toEpochMillis(other.lastUpdate) - DateTime.toEpochMillis(one.lastUpdate))

/** Numbers statuses from the id after `last`. */
const entries = (statuses: ReadonlyArray<NewStatus>, last: number): ReadonlyArray<StatusEntry> =>
  statuses.map(({ status, at, description, rawReceipt }, index) => ({
    id: last + 1 + index,
    status,
    lastUpdate: at,
    ...(description === undefined ? {} : { description }),
    ...(rawReceipt === undefined ? {} : { rawReceipt })
  }))

const withConversation = (state: State, conversation: Conversation): State => ({
  ...state,
  lastId: Math.max(state.lastId, conversation.id, ...conversation.messageStatuses.map(({ id }) => id)),
  conversations: HashMap.set(state.conversations, conversation.id, conversation)
})

const make = Effect.gen(function* () {
  const memory = yield* MemoryState

  const open = Effect.fnUntraced(function* (given: NewConversation, first: ReadonlyArray<NewStatus>) {
    const lastUpdate = yield* DateTime.now
    const { direction, serviceIdentifier, messageId } = given
    const opened = yield* memory.modify<Option.Option<Conversation>>((state) => {
      const taken = all(state).some((other) => other.messageId === messageId && other.direction === direction)
      if (taken) return [Option.none(), state]
      const { added, finished, pollable } = registration(
        { direction, serviceIdentifier, finished: false, pollable: false, messageStatuses: [] },
        first
      )
      const id = state.lastId + 1
      const conversation = { ...given, id, lastUpdate, finished, pollable, messageStatuses: entries(added, id) }
      return [Option.some(conversation), withConversation(state, conversation)]
    })
    return yield* Effect.fromOption(opened).pipe(Effect.mapError(() => new ConversationExists({ messageId })))
  })

  const register = Effect.fnUntraced(function* (id: number, statuses: ReadonlyArray<NewStatus>) {
    const lastUpdate = yield* DateTime.now
    return yield* memory.modify<ReadonlyArray<StatusEntry>>((state) => {
      const conversation = Option.getOrUndefined(HashMap.get(state.conversations, id))
      if (conversation === undefined) return [[], state]
      const { added, finished, pollable } = registration(conversation, statuses)
      if (added.length === 0) return [[], state]
      const fresh = entries(added, state.lastId)
      const messageStatuses = [...conversation.messageStatuses, ...fresh]
      return [fresh, withConversation(state, { ...conversation, lastUpdate, finished, pollable, messageStatuses })]
    })
  })

  /** Changes a conversation; nothing happens when there is none. */
  const update = (id: number, change: (conversation: Conversation) => Conversation) =>
    memory.modify((state) => [undefined, { ...state, conversations: HashMap.modify(state.conversations, id, change) }])

  return Conversations.of({
    open,
    register,
    byMessageId: (messageId, direction) =>
      memory.read((state) =>
        Option.fromUndefinedOr(
          all(state).find(
            (each) => each.messageId === messageId && (direction === undefined || each.direction === direction)
          )
        )
      ),
    outgoingByConversationId: (conversationId) =>
      memory.read((state) =>
        all(state)
          .filter(conversationMatches({ conversationId, direction: "OUTGOING" }))
          .toReversed()
      ),
    search: (filter, page) =>
      memory.read((state) => {
        const found = all(state).filter(conversationMatches(filter))
        return pageOf(page.sort.length === 0 ? newestFirst(found) : found, page, conversationProperties)
      }),
    statuses: (filter, page) =>
      memory.read((state) =>
        pageOf(byId(all(state).flatMap(statusesOf)).filter(statusMatches(filter)), page, statusProperties)
      ),
    expired: (now, limit) =>
      memory.read((state) =>
        all(state)
          .filter(({ finished, expiry }) => !finished && DateTime.isLessThan(expiry, now))
          .toSorted((one, other) => DateTime.toEpochMillis(one.expiry) - DateTime.toEpochMillis(other.expiry))
          .slice(0, limit)
      ),
    pollable: (after, limit) =>
      memory.read((state) =>
        all(state)
          .filter(({ pollable, id }) => pollable && id > after)
          .slice(0, limit)
      ),
    setTitle: (id, messageTitle) =>
      Effect.flatMap(DateTime.now, (lastUpdate) => update(id, (before) => ({ ...before, messageTitle, lastUpdate }))),
    noteAttempt: (id, note) => update(id, ({ nextAttempt: _, lastError: __, ...before }) => ({ ...before, ...note })),
    remove: (id) =>
      memory.modify((state) => [undefined, { ...state, conversations: HashMap.remove(state.conversations, id) }]),
    countPollable: memory.read((state) => all(state).filter(({ pollable }) => pollable).length)
  })
})

/** {@link Conversations} in memory. Every answer looks at all of them. */
export const layer: Layer.Layer<Conversations, never, MemoryState> = Layer.effect(Conversations, make)
