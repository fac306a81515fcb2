import { businessMessageTypes } from "./BusinessMessageType.ts"
import { isNorwegian, layOut } from "./dpi/PostalAddress.ts"
import type { Digital } from "./forretningsmelding/Digital.ts"
import type { Forretningsmelding } from "./forretningsmelding/Forretningsmelding.ts"
import type { Print, PrintAddress } from "./forretningsmelding/Print.ts"
import { characters, isBlank } from "./internal/text.ts"

/** A member that would make delivery fail, by its path, and what it must be. Never quotes the value. */
export interface DeliveryProblem {
  readonly field: string
  readonly detail: string
}

type Rule = (value: string | undefined) => string | undefined

/** Source: dpi 2.4. */
const length =
  (minimum: number, maximum: number): Rule =>
  (value) => {
    if (value === undefined) return minimum === 0 ? undefined : "must not be null"
    const given = characters(value)
    if (given >= minimum && given <= maximum) return undefined
    return minimum === maximum ? `must have ${minimum} characters` : `must have ${minimum} to ${maximum} characters`
  }

const fourDigits: Rule = (value) => (value !== undefined && /^\d{4}$/.test(value) ? undefined : "must be four digits")

const present: Rule = (value) => (isBlank(value) ? "must not be empty" : undefined)

const judge = (rows: ReadonlyArray<readonly [field: string, value: string | undefined, rule: Rule]>) =>
  rows.flatMap(([field, value, rule]): ReadonlyArray<DeliveryProblem> => {
    const detail = rule(value)
    return detail === undefined ? [] : [{ field, detail }]
  })

const ofDigital = (letter: Digital): ReadonlyArray<DeliveryProblem> => [
  ...(letter.sikkerhetsnivaa === 3 || letter.sikkerhetsnivaa === 4
    ? []
    : [{ field: "digital.sikkerhetsnivaa", detail: "must be 3 or 4" }]),
  ...judge([
    ["digital.hoveddokument", letter.hoveddokument, present],
    ["digital.avsenderId", letter.avsenderId, length(0, 100)],
    ["digital.fakturaReferanse", letter.fakturaReferanse, length(0, 40)],
    ["digital.tittel", letter.tittel, length(1, 255)],
    ["digital.spraak", letter.spraak, length(2, 2)],
    ["digital.varsler.epostTekst", letter.varsler?.epostTekst, length(0, 500)],
    ["digital.varsler.smsTekst", letter.varsler?.smsTekst, length(0, 160)]
  ])
]

const ofAddress = (path: string, given: PrintAddress | undefined): ReadonlyArray<DeliveryProblem> => {
  if (given === undefined) return [{ field: path, detail: "must not be null" }]
  const { adresselinje1, adresselinje2, adresselinje3, adresselinje4, land, navn, postnummer, poststed } = layOut(given)
  const line = (text: string | undefined) => (text === undefined ? undefined : length(0, 100)(text))
  return judge([
    [`${path}.navn`, navn, present],
    [`${path}.adresselinje1`, adresselinje1, (text: string | undefined) => present(text) ?? line(text)],
    [`${path}.adresselinje2`, adresselinje2, line],
    [`${path}.adresselinje3`, adresselinje3, line],
    [`${path}.adresselinje4`, adresselinje4, line],
    ...(isNorwegian(given)
      ? ([
          [`${path}.postnummer`, postnummer, fourDigits],
          [`${path}.poststed`, poststed, (text: string | undefined) => present(text) ?? length(0, 80)(text)]
        ] as const)
      : ([[`${path}.land`, land, length(0, 80)]] as const))
  ])
}

const ofPrint = (letter: Print): ReadonlyArray<DeliveryProblem> => [
  ...judge([
    ["print.hoveddokument", letter.hoveddokument, present],
    ["print.avsenderId", letter.avsenderId, length(0, 100)],
    ["print.fakturaReferanse", letter.fakturaReferanse, length(0, 40)]
  ]),
  ...ofAddress("print.mottaker", letter.mottaker),
  ...ofAddress("print.retur.mottaker", letter.retur?.mottaker)
]

/**
 * What in a business message would make its delivery fail, though the API takes it.
 *
 * A notification text that is too long counts, also where the citizen turns out not to be notified.
 *
 * Source: dpi 1.2, 2.4; dpe 1.3 to 1.5; nextmove-api 2.5.
 */
export const problems = (message: Forretningsmelding): ReadonlyArray<DeliveryProblem> => {
  if (message.type === "digital") return ofDigital(message.body)
  if (message.type === "print") return ofPrint(message.body)
  const body: { readonly [member: string]: unknown } = message.body
  return businessMessageTypes[message.type].required.flatMap((member) =>
    body[member] === undefined ? [{ field: `${message.type}.${member}`, detail: "must not be null" }] : []
  )
}
