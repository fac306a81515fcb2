import { Effect, Ref } from "effect"

/**
 * A channel's name as corner 2 takes it: `no.difi.move` is `no_difi_move`.
 *
 * Source: dpi 6.3.
 */
export const normalise = (mpcId: string): string => mpcId.replaceAll(".", "_")

/**
 * The channels an integrasjonspunkt uses: the list when there is one, else the id itself, or `id-0` to `id-(n-1)`
 * when `concurrency` n is above one.
 *
 * Source: dpi 8.2.
 */
export const list = (settings: {
  readonly mpcId: string | undefined
  readonly mpcIdListe: ReadonlyArray<string>
  readonly concurrency: number
}): ReadonlyArray<string> => {
  const { concurrency, mpcId, mpcIdListe } = settings
  if (mpcIdListe.length > 0) return mpcIdListe.map(normalise)
  if (mpcId === undefined) return []
  if (concurrency <= 1) return [normalise(mpcId)]
  return Array.from({ length: concurrency }, (_, index) => normalise(`${mpcId}-${index}`))
}

/** Characters the specification gives a channel's name; longer ones have worked. Source: dpi 6.3. */
const longest = 28

/** What an operator should know about a channel's name; it is used nevertheless. */
export const warnings = (kanal: string): ReadonlyArray<string> => [
  ...(kanal.length > longest
    ? [
        `The channel ${kanal} has ${kanal.length} characters; corner 2 promises to take ${longest}. See difi.move.dpi.mpcId`
      ]
    : []),
  ...(/^[A-Za-z0-9_-]*$/.test(kanal)
    ? []
    : [`The channel ${kanal} holds other characters than letters, digits, _ and -. See difi.move.dpi.mpcId`])
]

/** Gives the channels in turn, from the first again after the last; undefined when there are none. */
export const inTurn = (kanaler: ReadonlyArray<string>): Effect.Effect<Effect.Effect<string | undefined>> =>
  Effect.map(Ref.make(0), (next) =>
    Ref.modify(next, (index) => [kanaler[index], kanaler.length === 0 ? 0 : (index + 1) % kanaler.length] as const)
  )
