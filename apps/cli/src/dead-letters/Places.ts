/**
 * Every place where dead letters lie, as the configuration says.
 */
import * as ServiceBusChannel from "@eformidling/adapter-dpe-servicebus/ServiceBusChannel"
import { load, type Settings } from "@eformidling/configuration/Settings"
import type { StoreError } from "@eformidling/port-store/StoreError"
import type { TransportError } from "@eformidling/port-transport/TransportError"
import * as DpeWiring from "@eformidling/receiver/DpeWiring"
import * as Foundation from "@eformidling/receiver/Foundation"
import { Effect, Layer, Option } from "effect"
import { Hindered } from "../Ended.ts"
import { sources } from "../SettingsFlag.ts"
import type { Place } from "./Place.ts"
import * as ServiceBusPlace from "./ServiceBusPlace.ts"
import * as StorePlace from "./StorePlace.ts"

export type AnyPlace = Place<StoreError | TransportError>

const serviceBus = Effect.fnUntraced(function* (settings: Settings["Service"]) {
  const { channel, key } = DpeWiring.channelOf(settings)
  const queue = ServiceBusChannel.deadLetters(channel)
  const context = yield* Layer.build(key === undefined ? queue : Layer.provide(queue, key))
  return yield* Effect.provideContext(ServiceBusPlace.make, context)
})

const open = Effect.fnUntraced(function* (settings: Settings["Service"]) {
  const store: AnyPlace = yield* StorePlace.make
  const places: ReadonlyArray<AnyPlace> = settings.feature.enableDPE ? [yield* serviceBus(settings), store] : [store]
  return places
})

/** The places, the first that holds a source being its own. They are open until the scope closes. */
export const places = Effect.fnUntraced(function* (given: ReadonlyArray<string>) {
  const settings = yield* load(yield* sources(given))
  return yield* Effect.provideContext(open(settings), yield* Layer.build(Foundation.layer(settings)))
})

/** The place of a source. */
export const placeOf = (all: ReadonlyArray<AnyPlace>, source: string): Effect.Effect<AnyPlace, Hindered> =>
  Effect.mapError(
    Effect.fromOption(Option.fromUndefinedOr(all.find(({ holds }) => holds(source)))),
    () => new Hindered({ message: `No dead letters come from ${source}.` })
  )

/** The letter of a name; fails where there is none. */
export const letterOf = Effect.fnUntraced(function* (place: AnyPlace, source: string, key: string) {
  const letter = yield* place.get(source, key)
  return yield* Effect.mapError(
    Effect.fromOption(letter),
    () => new Hindered({ message: `There is no dead letter ${source} ${key}.` })
  )
})
