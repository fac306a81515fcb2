import { DateTime, Option } from "effect"
import type { Print, PrintAddress } from "./forretningsmelding/Print.ts"
import type { Forretningsmelding } from "./forretningsmelding/Forretningsmelding.ts"
import { isBlank } from "./internal/text.ts"
import * as Iso6523 from "./Iso6523.ts"
import * as PartyIdentifier from "./PartyIdentifier.ts"
import * as SbdDateTime from "./SbdDateTime.ts"
import type { Partner, SbdHeader, Scope } from "./SbdHeader.ts"
import type { Draft } from "./StandardBusinessDocument.ts"

/** What filling in rests on. `newId` gives a fresh UUID each time. */
export interface Circumstances {
  readonly ownOrganisation: string
  readonly now: DateTime.Utc
  readonly ttlHours: number
  readonly newId: () => string
}

/** An address as the registry has it. Lines of `street` are separated by `;`. */
export interface RegisteredAddress {
  readonly name: string
  readonly street: string
  readonly postalCode: string
  readonly postalArea: string
  readonly country: string
}

/** A sender that is another organisation becomes us on its behalf. Source: nextmove-api 2.4, dpi 1.4. */
export const normaliseSender = (sender: string, ownOrganisation: string): string =>
  Option.match(Iso6523.parse(sender), {
    onNone: () => sender,
    onSome: ({ icd, organisation, part }) =>
      icd === Iso6523.norwegian && part === undefined && organisation !== ownOrganisation
        ? Iso6523.ofOrganisation(ownOrganisation, organisation)
        : sender
  })

const sendersOf = (header: SbdHeader, ownOrganisation: string): ReadonlyArray<Partner> => {
  const senders = header.sender ?? []
  if (senders.length > 0) {
    return senders.map((sender) => ({
      ...sender,
      identifier: { ...sender.identifier, value: normaliseSender(sender.identifier.value, ownOrganisation) }
    }))
  }
  return [{ identifier: { value: Iso6523.ofOrganisation(ownOrganisation), authority: PartyIdentifier.authority } }]
}

const withExpiry = (scope: Scope, expiry: string): Scope => {
  const [first, ...rest] = scope.scopeInformation ?? []
  return {
    ...scope,
    scopeInformation: [{ ...first, expectedResponseDateTime: first?.expectedResponseDateTime ?? expiry }, ...rest]
  }
}

const filledScope = (scope: Scope, { newId, now, ttlHours }: Circumstances): Scope => {
  const identified = isBlank(scope.instanceIdentifier) ? { ...scope, instanceIdentifier: newId() } : scope
  return identified.type === "ConversationId"
    ? withExpiry(identified, SbdDateTime.format(DateTime.add(now, { hours: ttlHours })))
    : identified
}

const printDefaults = (message: Forretningsmelding): Forretningsmelding =>
  message.type === "print"
    ? {
        ...message,
        body: {
          ...message.body,
          utskriftsfarge: message.body.utskriftsfarge ?? "SORT_HVIT",
          posttype: message.body.posttype ?? "B_OEKONOMI",
          printinstruksjoner: message.body.printinstruksjoner ?? {}
        }
      }
    : message.type === "digital"
      ? { ...message, body: { ...message.body, metadataFiler: message.body.metadataFiler ?? {} } }
      : message

/** Fills in what a business system may leave out, addresses apart. What is given is kept. Source: nextmove-api 2.6. */
export const fill = ({ header, message }: Draft, circumstances: Circumstances): Draft => ({
  header: {
    ...header,
    sender: sendersOf(header, circumstances.ownOrganisation),
    receiver: header.receiver ?? [],
    documentIdentification: {
      ...header.documentIdentification,
      instanceIdentifier: isBlank(header.documentIdentification?.instanceIdentifier)
        ? circumstances.newId()
        : header.documentIdentification!.instanceIdentifier!,
      creationDateAndTime: header.documentIdentification?.creationDateAndTime ?? SbdDateTime.format(circumstances.now)
    },
    businessScope: {
      scope: (header.businessScope?.scope ?? []).map((scope) => filledScope(scope, circumstances))
    }
  },
  message: printDefaults(message)
})

const fillAddress = (given: PrintAddress | undefined, registered: RegisteredAddress): PrintAddress => {
  const address = given ?? {}
  const lines = isBlank(address.adresselinje1) ? registered.street.split(";") : []
  const or = (own: string | undefined, other: string | undefined) => (isBlank(own) ? (other ?? own) : own)
  const filled = {
    navn: or(address.navn, registered.name),
    adresselinje1: or(address.adresselinje1, lines[0]),
    adresselinje2: or(address.adresselinje2, lines[1]),
    adresselinje3: or(address.adresselinje3, lines[2]),
    adresselinje4: or(address.adresselinje4, lines[3]),
    postnummer: or(address.postnummer, registered.postalCode),
    poststed: or(address.poststed, registered.postalArea),
    land: or(address.land, registered.country)
  }
  return Object.fromEntries(Object.entries(filled).filter(([, value]) => value !== undefined)) as PrintAddress
}

const noAddress: RegisteredAddress = { name: "", street: "", postalCode: "", postalArea: "", country: "" }

/** Fills the blanks of a print letter's addresses from the registry, for a letter that has a receiver. Source: dpi 1.8. */
export const fillAddresses = (
  draft: Draft,
  registered: {
    readonly postAddress: RegisteredAddress | undefined
    readonly returnAddress: RegisteredAddress | undefined
  }
): Draft => {
  if (draft.message.type !== "print") return draft
  const body: Print = draft.message.body
  return {
    ...draft,
    message: {
      type: "print",
      body: {
        ...body,
        mottaker: fillAddress(body.mottaker, registered.postAddress ?? noAddress),
        retur: {
          ...(body.retur === undefined ? { returhaandtering: "DIREKTE_RETUR" as const } : body.retur),
          mottaker: fillAddress(body.retur?.mottaker, registered.returnAddress ?? noAddress)
        }
      }
    }
  }
}
