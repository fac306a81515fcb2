import { Schema } from "effect"
import type { PrintAddress } from "../forretningsmelding/Print.ts"
import { characters, isBlank } from "../internal/text.ts"

const bounded = (maximum: number) =>
  Schema.String.check(
    Schema.makeFilter((text: string) => characters(text) <= maximum, { expected: `at most ${maximum} characters` })
  )

const line = bounded(100)

const lines = {
  navn: Schema.String,
  adresselinje1: line,
  adresselinje2: Schema.optionalKey(line),
  adresselinje3: Schema.optionalKey(line),
  adresselinje4: Schema.optionalKey(line)
}

const land = bounded(80)

/** An address in Norway: no country, a postnummer of four digits. */
export const NorwegianAddress = Schema.Struct({
  ...lines,
  postnummer: Schema.String.check(Schema.isPattern(/^\d{4}$/, { expected: "four digits" })),
  poststed: bounded(80)
})

/** An address abroad: the country by name, or by its two-letter code. */
export const ForeignAddress = Schema.Struct({ ...lines, land })
export const ForeignAddressByCode = Schema.Struct({
  ...lines,
  landkode: Schema.String.check(Schema.isPattern(/^[a-zA-Z]{2}$/, { expected: "two letters" }))
})

/** A postal address on the wire: exactly one of the three forms. Source: dpi 1.7, 2.4. */
export const PostalAddress = Schema.Union([NorwegianAddress, ForeignAddress, ForeignAddressByCode], { mode: "oneOf" })
export type PostalAddress = typeof PostalAddress.Type

/** An address before it is held to a form: members may still be missing. */
export type UncheckedAddress = { readonly [Member in keyof PrintAddress]?: string }

/** How Norway is spelt. The codes are taken for Norway only where the rest of the address is Norwegian too. */
const norway: ReadonlySet<string> = new Set(["", "norge", "norway"])
const norwayByCode: ReadonlySet<string> = new Set(["no", "nor"])

/** Whether an address lies in Norway, however its country is spelt. Source: dpi 1.7, 1.8. */
export const isNorwegian = ({ land, postnummer, poststed }: PrintAddress): boolean => {
  const spelt = (land ?? "").trim().toLowerCase()
  return norway.has(spelt) || (norwayByCode.has(spelt) && !isBlank(postnummer) && !isBlank(poststed))
}

const present = (members: { readonly [key: string]: string | undefined }): UncheckedAddress =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => !isBlank(value))) as UncheckedAddress

const slots = ["adresselinje2", "adresselinje3", "adresselinje4"] as const

/**
 * Lays an address out as the print house wants it: postnummer and poststed in Norway; abroad the country, and the postal
 * line in the first free line of two to four, or behind the fourth.
 *
 * Source: dpi 1.7.
 */
export const layOut = (address: PrintAddress): UncheckedAddress => {
  const { adresselinje1, adresselinje2, adresselinje3, adresselinje4, land, navn, postnummer, poststed } = address
  const common = { navn, adresselinje1, adresselinje2, adresselinje3, adresselinje4 }
  if (isNorwegian(address)) return present({ ...common, postnummer, poststed })
  const postal = [postnummer, poststed].filter((piece) => !isBlank(piece)).join(" ")
  if (postal === "") return present({ ...common, land })
  const free = slots.find((slot) => isBlank(address[slot]))
  return present({
    ...common,
    ...(free === undefined ? { adresselinje4: `${adresselinje4} ${postal}` } : { [free]: postal }),
    land
  })
}
