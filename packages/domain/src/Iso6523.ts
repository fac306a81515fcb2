import { Option } from "effect"

/**
 * An organisation as eFormidling names it: `0192:<organisasjonsnummer>[:<part>[:<source>]]`.
 *
 * The part names the organisation on whose behalf the first one acts.
 *
 * Source: nextmove-api 2.4, dpi 1.4.
 */
export interface Iso6523 {
  readonly icd: string
  readonly organisation: string
  readonly part: string | undefined
  readonly source: string | undefined
}

const pattern = /^(\d{4}):([^:]{1,35})(?::([^\s:]{1,35}))?(?::(\d))?$/
const bare = /^\d{9}$/

/** Norwegian organisations. */
export const norwegian = "0192"

/** Reads the whole form, or nine bare digits. */
export const parse = (text: string): Option.Option<Iso6523> => {
  if (bare.test(text)) return Option.some({ icd: norwegian, organisation: text, part: undefined, source: undefined })
  const match = pattern.exec(text)
  return match === null
    ? Option.none()
    : Option.some({ icd: match[1]!, organisation: match[2]!, part: match[3], source: match[4] })
}

/** The whole form. */
export const format = ({ icd, organisation, part, source }: Iso6523): string =>
  [icd, organisation, part, source].filter((piece) => piece !== undefined).join(":")

/** A Norwegian organisation, acting for itself or on behalf of `part`. */
export const ofOrganisation = (organisasjonsnummer: string, part?: string): string =>
  format({ icd: norwegian, organisation: organisasjonsnummer, part, source: undefined })
