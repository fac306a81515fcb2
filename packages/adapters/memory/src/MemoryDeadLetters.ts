import { type DeadLetter, DeadLetters } from "@eformidling/port-store/DeadLetters"
import type { PageRequest } from "@eformidling/port-store/Page"
import { DateTime, Effect, HashMap, Layer, Option } from "effect"
import { MemoryState } from "./internal/memoryState.ts"
import { inOrder, pageOf } from "./internal/paging.ts"

const nameOf = (source: string, key: string) => JSON.stringify([source, key])

const properties = {
  source: (letter: DeadLetter) => letter.source,
  key: (letter: DeadLetter) => letter.key,
  reason: (letter: DeadLetter) => letter.reason,
  at: (letter: DeadLetter) => letter.at
}

const make = Effect.gen(function* () {
  const memory = yield* MemoryState

  const add = Effect.fnUntraced(function* (letter: Omit<DeadLetter, "at">) {
    const at = yield* DateTime.now
    const name = nameOf(letter.source, letter.key)
    return yield* memory.modify((state) => {
      if (HashMap.has(state.deadLetters, name)) return [false, state]
      const place = state.lastPlace + 1
      const value = { ...letter, body: Uint8Array.from(letter.body), at }
      return [true, { ...state, lastPlace: place, deadLetters: HashMap.set(state.deadLetters, name, { place, value }) }]
    })
  })

  return DeadLetters.of({
    add,
    get: (source, key) =>
      memory.read(({ deadLetters }) => Option.map(HashMap.get(deadLetters, nameOf(source, key)), ({ value }) => value)),
    list: (page: PageRequest) =>
      memory.read(({ deadLetters }) =>
        pageOf(page.sort.length === 0 ? inOrder(deadLetters).toReversed() : inOrder(deadLetters), page, properties)
      ),
    remove: (source, key) =>
      memory.modify((state) => [
        undefined,
        { ...state, deadLetters: HashMap.remove(state.deadLetters, nameOf(source, key)) }
      ]),
    size: memory.read(({ deadLetters }) => HashMap.size(deadLetters))
  })
})

/** {@link DeadLetters} in memory. */
export const layer: Layer.Layer<DeadLetters, never, MemoryState> = Layer.effect(DeadLetters, make)
