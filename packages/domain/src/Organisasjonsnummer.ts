import { Schema } from "effect"

/**
 * Norwegian organisation number: nine digits.
 *
 * Its check digit is a question ({@link hasCheckDigit}), not a gate: peers accept numbers that fail it.
 *
 * Source: nextmove-api 2.4.
 */
export const Organisasjonsnummer = Schema.String.check(Schema.isPattern(/^\d{9}$/, { expected: "nine digits" })).pipe(
  Schema.brand("Organisasjonsnummer")
)
export type Organisasjonsnummer = typeof Organisasjonsnummer.Type

export const isOrganisasjonsnummer = Schema.is(Organisasjonsnummer)

const weights = [3, 2, 7, 6, 5, 4, 3, 2]

/** Whether the last digit is the modulus 11 check digit of the others, as Enhetsregisteret gives it out. */
export const hasCheckDigit = (organisasjonsnummer: string): boolean => {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(organisasjonsnummer[index]), 0)
  return (11 - (sum % 11)) % 11 === Number(organisasjonsnummer[8])
}
