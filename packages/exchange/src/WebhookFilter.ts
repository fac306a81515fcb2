/**
 * Which statuses a subscriber wants to hear of.
 *
 * Source: nextmove-api 6.2.
 */
import { Option } from "effect"

/** What a filter looks at. */
export interface Filterable {
  readonly status: string
  readonly serviceIdentifier: string
  readonly direction: string
}

/** All parts must match; in each part one of the values. */
export type WebhookFilter = ReadonlyArray<{ readonly name: keyof Filterable; readonly values: ReadonlyArray<string> }>

const names = ["status", "serviceIdentifier", "direction"] as const

/**
 * Reads `name=value[,value…]`, joined by `&`; a blank filter lets everything through. None when it is no filter.
 *
 * Values are not judged: one that no status has matches nothing.
 */
export const parse = (text: string): Option.Option<WebhookFilter> => {
  if (text.trim() === "") return Option.some([])
  return Option.all(
    text.split("&").map((part) => {
      const [, word, values] = /^(\w+)=(.+)$/.exec(part) ?? []
      const name = names.find((known) => known === word)
      return name === undefined || values === undefined
        ? Option.none()
        : Option.some({ name, values: values.split(",").map((value) => value.trim().toLowerCase()) })
    })
  )
}

/** Compares without regard to case. */
export const matches = (filter: WebhookFilter, event: Filterable): boolean =>
  filter.every(({ name, values }) => values.includes(event[name].toLowerCase()))
