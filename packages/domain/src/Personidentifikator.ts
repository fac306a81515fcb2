import { Schema } from "effect"

const firstWeights = [3, 7, 6, 1, 8, 9, 4, 5, 2]
const secondWeights = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]

const checkDigit = (text: string, weights: ReadonlyArray<number>): number => {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(text[index]), 0)
  return (11 - (sum % 11)) % 11
}

const hasValidCheckDigits = (text: string): boolean =>
  checkDigit(text, firstWeights) === Number(text[9]) && checkDigit(text, secondWeights) === Number(text[10])

/**
 * Fødselsnummer, d-nummer or synthetic number: eleven digits, the last two modulus 11 check digits.
 *
 * The date part is not judged: d-numbers and synthetic series move day or month.
 *
 * Source: Skatteetaten, "Fødselsnummer"; nextmove-api 2.4.
 */
export const Personidentifikator = Schema.String.check(
  Schema.isPattern(/^\d{11}$/, { expected: "eleven digits" }),
  Schema.makeFilter(hasValidCheckDigits, { expected: "two valid modulus 11 check digits" })
).pipe(Schema.brand("Personidentifikator"))
export type Personidentifikator = typeof Personidentifikator.Type

export const isPersonidentifikator = Schema.is(Personidentifikator)
