import { isOrganisasjonsnummer, type Organisasjonsnummer } from "@eformidling/domain/Organisasjonsnummer"
import { Cron, Duration, Redacted, Result } from "effect"

/** How the text of a property becomes a value. */
export interface Kind<out A> {
  /** What to write, for a reader: `a size such as 50MB`. */
  readonly expects: string
  /** Fails with what is the matter, to be read after the property's name: `is not a number`. */
  readonly parse: (texts: ReadonlyArray<string>) => Result.Result<A, string>
  readonly isList: boolean
  /** Whether the text must never be shown. */
  readonly isSecret: boolean
}

const of = <A>(expects: string, parse: (text: string) => Result.Result<A, string>): Kind<A> => ({
  expects,
  parse: ([text = ""]) => parse(text.trim()),
  isList: false,
  isSecret: false
})

const wrong = Result.fail

export const text: Kind<string> = of("text", Result.succeed)

/** Text that is kept from logs and messages, to the last blank as given. */
export const secret: Kind<Redacted.Redacted> = {
  expects: "the secret itself",
  parse: ([value = ""]) => Result.succeed(Redacted.make(value)),
  isList: false,
  isSecret: true
}

/** The words Spring takes for true and false. */
const truths: Readonly<Record<string, boolean>> = {
  true: true,
  on: true,
  yes: true,
  "1": true,
  false: false,
  off: false,
  no: false,
  "0": false
}

export const truth: Kind<boolean> = of("true or false", (value) => {
  const found = truths[value.toLowerCase()]
  return found === undefined ? wrong("must be true or false") : Result.succeed(found)
})

const between = (minimum: number, maximum: number, unit: string): Kind<number> =>
  of(`a whole number of ${unit}, ${minimum} to ${maximum}`, (value) => {
    const number = /^[+-]?\d+$/.test(value) ? Number(value) : Number.NaN
    if (Number.isNaN(number)) return wrong(`must be a whole number of ${unit}`)
    return number < minimum || number > maximum
      ? wrong(`must be from ${minimum} to ${maximum}`)
      : Result.succeed(number)
  })

const largest = 2 ** 31 - 1

/** A whole number of things, at least `minimum`. */
export const count = (unit: string, minimum = 0): Kind<number> => between(minimum, largest, unit)

/** A TCP port; 0 lets the system choose one. */
export const port: Kind<number> = { ...between(0, 65_535, "a TCP port"), expects: "a TCP port, for instance 9093" }

const mapped = <A, B>(kind: Kind<A>, f: (a: A) => B): Kind<B> => ({
  ...kind,
  parse: (texts) => Result.map(kind.parse(texts), f)
})

export const millis: Kind<Duration.Duration> = mapped(count("milliseconds"), Duration.millis)
export const minutes: Kind<Duration.Duration> = mapped(count("minutes"), Duration.minutes)
export const hours: Kind<Duration.Duration> = mapped(count("hours"), Duration.hours)
export const days: Kind<Duration.Duration> = mapped(count("days"), Duration.days)

/** The time between two rounds of polling: milliseconds, never none. */
export const pollingRate: Kind<Duration.Duration> = mapped(count("milliseconds", 1), Duration.millis)

const sizeUnits: Readonly<Record<string, number>> = { "": 1, B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 }

/** A number of bytes; units are powers of 1024, as in Spring. */
export const size: Kind<number> = of("a size such as 50MB", (value) => {
  const [, digits, unit = ""] = /^(\d+)\s*([a-z]*)$/i.exec(value) ?? []
  const factor = sizeUnits[unit.toUpperCase()]
  if (digits === undefined || factor === undefined) return wrong("must be a size in B, KB, MB, GB or TB")
  const bytes = Number(digits) * factor
  return Number.isSafeInteger(bytes) ? Result.succeed(bytes) : wrong("is larger than any document can be")
})

export const url: Kind<URL> = of("an address such as https://host/path", (value) => {
  const parsed = URL.parse(value)
  return parsed !== null && /^https?:$/.test(parsed.protocol)
    ? Result.succeed(parsed)
    : wrong("must be an address that begins with https:// or http://")
})

/** A host, with a port where it is not the usual one; a scheme before it and a slash after it are forgiven. */
export const host: Kind<string> = of("a host name such as efm-dpe-prod.servicebus.windows.net", (value) => {
  const bare = value.replace(/^[a-z]+:\/\//i, "").replace(/\/$/, "")
  return /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.test(bare) ? Result.succeed(bare) : wrong("must be a host name")
})

/** One of some words, in any case. */
export const oneOf = <const A extends string>(...words: ReadonlyArray<A>): Kind<A> =>
  of(words.join(" or "), (value) => {
    const found = words.find((word) => word.toLowerCase() === value.toLowerCase())
    return found === undefined ? wrong(`must be ${words.join(" or ")}`) : Result.succeed(found)
  })

/** The wording of a wrong number is the Java server's. Source: nextmove-api 8.2. */
export const organisasjonsnummer: Kind<Organisasjonsnummer> = of("nine digits, e.g. 991825827", (value) =>
  isOrganisasjonsnummer(value) ? Result.succeed(value) : wrong("must be exactly 9 digits")
)

/** A schedule of six fields, seconds first; `?` means `*`. */
export const cron: Kind<Cron.Cron> = of("six fields, seconds first, such as 0 * * * * *", (value) =>
  Result.mapError(Cron.parse(value.replaceAll("?", "*")), () => "must be a schedule of six fields")
)

/** Texts separated by commas, or written one by one as `name[0]`, `name[1]`, …. */
export const list: Kind<ReadonlyArray<string>> = {
  expects: "values separated by commas",
  parse: (texts) =>
    Result.succeed(
      (texts.length === 1 ? (texts[0] ?? "").split(",") : texts).map((one) => one.trim()).filter((one) => one !== "")
    ),
  isList: true,
  isSecret: false
}

/** Text whose meaning the caller judges; it may hold a password and is never shown. */
export const judged = <A>(expects: string, parse: (text: string) => Result.Result<A, string>): Kind<A> => ({
  ...of(expects, parse),
  isSecret: true
})
