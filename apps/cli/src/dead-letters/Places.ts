/**
 * Every place where dead letters lie, as the configuration says.
 */
import { load } from "@eformidling/configuration/Settings"
import * as Foundation from "@eformidling/receiver/Foundation"
import { Effect, Layer, Option } from "effect"
import { Hindered } from "../Ended.ts"
import { sources } from "../SettingsFlag.ts"
import type { Letter, Place } from "./Place.ts"
import * as StorePlace from "./StorePlace.ts"

const open = Effect.map(StorePlace.make, (store) => [store])

/** The places, the first that holds a source being its own. They are open until the scope closes. */
export const places = Effect.fnUntraced(function* (given: ReadonlyArray<string>) {
  const settings = yield* load(yield* sources(given))
  return yield* Effect.provideContext(open, yield* Layer.build(Foundation.layer(settings)))
})

export const placeOf = <E>(all: ReadonlyArray<Place<E>>, source: string): Effect.Effect<Place<E>, Hindered> =>
  Effect.fromOption(Option.fromUndefinedOr(all.find(({ holds }) => holds(source)))).pipe(
    Effect.mapError(() => new Hindered({ message: `No dead letters come from ${source}.` }))
  )

/** The letter of a name; fails where there is none. */
export const letterOf = Effect.fnUntraced(function* <E>(place: Place<E>, source: string, key: string) {
  const letter = yield* place.get(source, key)
  return yield* Effect.mapError(
    Effect.fromOption(letter),
    () => new Hindered({ message: `There is no dead letter ${source} ${key}.` })
  )
})

/** How a letter is named on the command line. */
export const nameOf = ({ key, source }: Letter): string => `${source} ${key}`
