import type { MessageId } from "@eformidling/domain/MessageId"
import { shortIdentifier } from "@eformidling/domain/PartyIdentifier"
import {
  type OutMessage,
  OutMessageExists,
  type OutMessageFilter,
  OutMessages,
  type OutMessageSortProperty,
  type StoredDocument
} from "@eformidling/port-store/OutMessages"
import { StoreError, StoreUnavailable } from "@eformidling/port-store/StoreError"
import { DateTime, Effect, HashMap, Layer, Option, Result } from "effect"
import { MemoryState, type State } from "./internal/memoryState.ts"
import { inOrder, pageOf } from "./internal/paging.ts"

const receiverOf = ({ sbd }: OutMessage) => (sbd.receiver === undefined ? undefined : shortIdentifier(sbd.receiver))

const properties = {
  messageId: (message) => message.messageId,
  conversationId: ({ sbd }) => sbd.conversationId,
  processIdentifier: ({ sbd }) => sbd.process,
  senderIdentifier: ({ sbd }) => shortIdentifier(sbd.sender),
  receiverIdentifier: receiverOf,
  serviceIdentifier: (message) => message.serviceIdentifier,
  lastUpdated: (message) => message.lastUpdated
} as const satisfies Record<OutMessageSortProperty, (message: OutMessage) => unknown>

const oneOf = (wanted: ReadonlyArray<string> | undefined, value: string | undefined): boolean =>
  wanted === undefined || (value !== undefined && wanted.includes(value))

const matches =
  (filter: OutMessageFilter) =>
  (message: OutMessage): boolean =>
    oneOf(filter.conversationId, message.sbd.conversationId) &&
    oneOf(filter.messageId, message.messageId) &&
    oneOf(filter.processIdentifier, message.sbd.process) &&
    oneOf(filter.senderIdentifier, shortIdentifier(message.sbd.sender)) &&
    oneOf(filter.receiverIdentifier, receiverOf(message)) &&
    oneOf(filter.serviceIdentifier, message.serviceIdentifier)

const refused = Result.fail(new StoreError({ reason: new StoreUnavailable({ operation: "OutMessages.addDocument" }) }))

const make = Effect.gen(function* () {
  const memory = yield* MemoryState

  const put = Effect.fnUntraced(function* (message: Pick<OutMessage, "messageId" | "sbd" | "serviceIdentifier">) {
    const value = { ...message, queued: false, documents: [], lastUpdated: yield* DateTime.now }
    const added = yield* memory.modify((state) => {
      if (HashMap.has(state.outMessages, message.messageId)) return [false, state]
      const place = state.lastPlace + 1
      return [
        true,
        { ...state, lastPlace: place, outMessages: HashMap.set(state.outMessages, message.messageId, { place, value }) }
      ]
    })
    if (!added) return yield* new OutMessageExists({ messageId: message.messageId })
  })

  const get = (messageId: MessageId) =>
    memory.read(({ outMessages }) => Option.map(HashMap.get(outMessages, messageId), ({ value }) => value))

  const replaced = (state: State, value: OutMessage): State => ({
    ...state,
    outMessages: HashMap.modify(state.outMessages, value.messageId, ({ place }) => ({ place, value }))
  })

  const addDocument = Effect.fnUntraced(function* (messageId: MessageId, document: StoredDocument) {
    const lastUpdated = yield* DateTime.now
    const result = yield* memory.modify<Result.Result<void, StoreError>>((state) => {
      const message = Option.getOrUndefined(HashMap.get(state.outMessages, messageId))?.value
      if (message === undefined || message.documents.some(({ number }) => number === document.number)) {
        return [refused, state]
      }
      const documents = [...message.documents, document].toSorted((one, other) => one.number - other.number)
      return [Result.void, replaced(state, { ...message, documents, lastUpdated })]
    })
    return yield* Effect.fromResult(result)
  })

  const markQueued = Effect.fnUntraced(function* (messageId: MessageId) {
    const lastUpdated = yield* DateTime.now
    return yield* memory.modify((state) => {
      const message = Option.getOrUndefined(HashMap.get(state.outMessages, messageId))?.value
      return message === undefined || message.queued
        ? [false, state]
        : [true, replaced(state, { ...message, queued: true, lastUpdated })]
    })
  })

  return OutMessages.of({
    put,
    get,
    getForUpdate: get,
    search: (filter, page) =>
      memory.read(({ outMessages }) => pageOf(inOrder(outMessages).filter(matches(filter)), page, properties)),
    addDocument,
    markQueued,
    remove: (messageId) =>
      memory.modify((state) => [undefined, { ...state, outMessages: HashMap.remove(state.outMessages, messageId) }])
  })
})

/** {@link OutMessages} in memory. */
export const layer: Layer.Layer<OutMessages, never, MemoryState> = Layer.effect(OutMessages, make)
