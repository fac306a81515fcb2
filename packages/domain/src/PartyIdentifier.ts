import { Option } from "effect"
import * as Iso6523 from "./Iso6523.ts"
import { isPersonidentifikator } from "./Personidentifikator.ts"

/** The authority that gives out identifiers of both kinds in this program's channels. */
export const authority = "iso6523-actorid-upis"

/** A party of a message: an organisation, or a person by fødselsnummer. */
export type Party =
  | { readonly _tag: "Organisation"; readonly identifier: Iso6523.Iso6523 }
  | { readonly _tag: "Person"; readonly personidentifikator: string }

/** Reads a party identifier as it stands in a header; none when it is neither kind. Source: nextmove-api 2.4. */
export const parse = (value: string): Option.Option<Party> =>
  isPersonidentifikator(value)
    ? Option.some({ _tag: "Person", personidentifikator: value })
    : Option.map(Iso6523.parse(value), (identifier) => ({ _tag: "Organisation", identifier }))

/** Whether the identifier is an organisation's. */
export const isOrganisation = (value: string): boolean =>
  Option.exists(parse(value), ({ _tag }) => _tag === "Organisation")

const project = (value: string, ofOrganisation: (identifier: Iso6523.Iso6523) => string): string =>
  Option.match(parse(value), {
    onNone: () => value,
    onSome: (party) => (party._tag === "Person" ? party.personidentifikator : ofOrganisation(party.identifier))
  })

/** The organisation's own number, or the person: what registries and queues know the party by. */
export const primaryIdentifier = (value: string): string => project(value, ({ organisation }) => organisation)

/** The organisation on whose behalf the party acts, else itself, without prefix: what clients filter on. */
export const shortIdentifier = (value: string): string =>
  project(value, ({ organisation, part }) => part ?? organisation)
