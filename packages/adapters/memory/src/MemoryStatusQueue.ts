import type { StatusOfMessage } from "@eformidling/port-store/Conversations"
import { StatusQueue } from "@eformidling/port-store/StatusQueue"
import { Effect, HashMap, Layer, Option } from "effect"
import { statusesOf } from "./internal/conversationFilter.ts"
import { MemoryState, type State } from "./internal/memoryState.ts"

const statusWith = ({ conversations }: State, id: number): StatusOfMessage | undefined => {
  for (const conversation of HashMap.values(conversations)) {
    const found = statusesOf(conversation).find((status) => status.id === id)
    if (found !== undefined) return found
  }
  return undefined
}

const make = Effect.map(MemoryState, (memory) =>
  StatusQueue.of({
    offer: (statusIds) =>
      memory.modify((state) => [
        undefined,
        { ...state, statusQueue: Array.from(new Set([...state.statusQueue, ...statusIds])) }
      ]),
    peek: memory.modify<Option.Option<StatusOfMessage>>((state) => {
      const place = state.statusQueue.findIndex((id) => statusWith(state, id) !== undefined)
      const found = Option.fromUndefinedOr(place === -1 ? undefined : statusWith(state, state.statusQueue[place] ?? 0))
      return [found, { ...state, statusQueue: place === -1 ? [] : state.statusQueue.slice(place) }]
    }),
    remove: (statusId) =>
      memory.modify((state) => [
        state.statusQueue.includes(statusId) && statusWith(state, statusId) !== undefined,
        { ...state, statusQueue: state.statusQueue.filter((id) => id !== statusId) }
      ])
  })
)

/** {@link StatusQueue} in memory. */
export const layer: Layer.Layer<StatusQueue, never, MemoryState> = Layer.effect(StatusQueue, make)
