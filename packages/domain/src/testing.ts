/**
 * Arbitraries that build valid values, for property tests of this package and of those that rest on it.
 *
 * A check digit, a day that exists and a document that hangs together are too rare to be found by chance.
 */
import { Arbitrary, DateTime, Result, Schema } from "effect"
import { ConversationId } from "./ConversationId.ts"
import type { Digital } from "./forretningsmelding/Digital.ts"
import { EinnsynKvittering } from "./forretningsmelding/EinnsynKvittering.ts"
import type { Forretningsmelding } from "./forretningsmelding/Forretningsmelding.ts"
import type { Print } from "./forretningsmelding/Print.ts"
import * as Iso6523 from "./Iso6523.ts"
import { MessageId } from "./MessageId.ts"
import { MessageStatus } from "./MessageStatus.ts"
import { hasCheckDigit, Organisasjonsnummer } from "./Organisasjonsnummer.ts"
import * as PartyIdentifier from "./PartyIdentifier.ts"
import { Personidentifikator } from "./Personidentifikator.ts"
import type * as SbdDateTime from "./SbdDateTime.ts"
import { complete, type StandardBusinessDocument } from "./StandardBusinessDocument.ts"

const matching = (pattern: RegExp) => Arbitrary.schema(Schema.String.check(Schema.isPattern(pattern)))

/** One of the arbitraries, each as likely as the others. */
export const oneOf = <A>(...choices: readonly [Arbitrary.Arbitrary<A>, ...Array<Arbitrary.Arbitrary<A>>]) =>
  Arbitrary.flatMap(
    Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: choices.length - 1 }))),
    (index) => choices[index] ?? choices[0]
  )

/** The members named, each there or not. */
export const partial = <Members extends Record<string, Arbitrary.Arbitrary<unknown>>>(
  members: Members
): Arbitrary.Arbitrary<{
  readonly [Key in keyof Members]?: Members[Key]["~A"] extends (_: never) => infer A ? A : never
}> =>
  Arbitrary.map(
    Arbitrary.all({
      values: Arbitrary.all(members),
      present: Arbitrary.array(Arbitrary.schema(Schema.Boolean), {
        minLength: Object.keys(members).length,
        maxLength: Object.keys(members).length
      })
    }),
    ({ present, values }) =>
      Object.fromEntries(Object.entries(values).filter((_, index) => present[index] === true)) as never
  )

const firstThat = (candidates: ReadonlyArray<string>, valid: (candidate: string) => boolean) =>
  Result.fromNullishOr(candidates.find(valid), () => "none is valid")

const digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const

/** An organisasjonsnummer whose check digit is right. */
export const organisasjonsnummer: Arbitrary.Arbitrary<Organisasjonsnummer> = Arbitrary.filterMap(
  matching(/^[89]\d{7}$/),
  (prefix) =>
    Result.map(
      firstThat(
        digits.map((digit) => `${prefix}${digit}`),
        hasCheckDigit
      ),
      (number) => Organisasjonsnummer.make(number)
    )
)

const isPersonidentifikator = Schema.is(Personidentifikator)
const twoDigits = digits.flatMap((first) => digits.map((second) => `${first}${second}`))

/** A personidentifikator with both check digits, of any series. */
export const personidentifikator: Arbitrary.Arbitrary<Personidentifikator> = Arbitrary.filterMap(
  matching(/^\d{9}$/),
  (prefix) =>
    Result.map(
      firstThat(
        twoDigits.map((end) => `${prefix}${end}`),
        isPersonidentifikator
      ),
      (number) => Personidentifikator.make(number)
    )
)

const uuid = matching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)

export const messageId: Arbitrary.Arbitrary<MessageId> = Arbitrary.map(uuid, (id) => MessageId.make(id))

export const conversationId: Arbitrary.Arbitrary<ConversationId> = Arbitrary.map(uuid, (id) => ConversationId.make(id))

/** An instant between 2000 and 2100, in whole milliseconds. */
export const instant: Arbitrary.Arbitrary<DateTime.Utc> = Arbitrary.map(
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 946_684_800_000, maximum: 4_102_444_800_000 }))),
  (milliseconds) => DateTime.makeUnsafe(milliseconds)
)

/** A day, `yyyy-MM-dd`. */
export const day: Arbitrary.Arbitrary<string> = Arbitrary.map(instant, (at) => DateTime.formatIso(at).slice(0, 10))

/** A time as peers write it: any fraction up to nanoseconds, `Z` or any offset. */
export const sbdDateTime: Arbitrary.Arbitrary<SbdDateTime.SbdDateTime> = Arbitrary.map(
  Arbitrary.all([instant, matching(/^(|\.\d{1,9})$/), matching(/^(Z|[+-](0\d|1[0-4]):(00|30))$/)]),
  ([at, fraction, offset]) => `${DateTime.formatIso(at).slice(0, 19)}${fraction}${offset}`
)

/** A short text: letters of Norwegian, digits and blanks. */
export const text: Arbitrary.Arbitrary<string> = matching(/^[A-Za-zÆØÅæøå0-9][A-Za-zÆØÅæøå0-9 ]{0,29}$/)

/** An organisation's identifier, whole, for itself or on another's behalf. */
export const organisation: Arbitrary.Arbitrary<string> = oneOf(
  Arbitrary.map(organisasjonsnummer, (number) => Iso6523.ofOrganisation(number)),
  Arbitrary.map(Arbitrary.all([organisasjonsnummer, organisasjonsnummer]), ([own, other]) =>
    Iso6523.ofOrganisation(own, other)
  )
)

/** Any receiver. */
export const party: Arbitrary.Arbitrary<string> = oneOf<string>(organisation, personidentifikator)

const filename = matching(/^[a-z]{4,12}\.(pdf|txt|xml)$/)

/** A digital letter that can be delivered. */
export const digital: Arbitrary.Arbitrary<Digital> = Arbitrary.map(
  Arbitrary.all([
    Arbitrary.all({
      sikkerhetsnivaa: Arbitrary.schema(Schema.Literals([3, 4])),
      hoveddokument: filename,
      tittel: text,
      spraak: matching(/^(nb|nn|en|NO)$/)
    }),
    partial({
      avsenderId: text,
      fakturaReferanse: text,
      digitalPostInfo: partial({ virkningsdato: day, aapningskvittering: Arbitrary.schema(Schema.Boolean) }),
      varsler: partial({ epostTekst: text, smsTekst: text }),
      metadataFiler: Arbitrary.map(Arbitrary.all([filename, filename]), ([document, metadata]) => ({
        [document]: metadata
      }))
    })
  ]),
  ([required, optional]) => ({ ...required, ...optional })
)

const lines = Arbitrary.all([
  Arbitrary.all({ navn: text, adresselinje1: text }),
  partial({ adresselinje2: text, adresselinje3: text, adresselinje4: text })
])

/** A postal address in Norway or abroad. */
export const address = Arbitrary.map(
  Arbitrary.all([
    lines,
    oneOf<{ readonly postnummer?: string; readonly poststed?: string; readonly land?: string }>(
      Arbitrary.all({ postnummer: matching(/^\d{4}$/), poststed: text }),
      Arbitrary.all({
        postnummer: matching(/^\d{4}$/),
        poststed: text,
        land: matching(/^(Norge|NORWAY|norge |NO|nor)$/)
      }),
      Arbitrary.all({ postnummer: matching(/^\d{5}$/), poststed: text, land: matching(/^(Sweden|Germany|DE)$/) }),
      Arbitrary.all({ land: matching(/^(Sverige|NO)$/) })
    )
  ]),
  ([[required, optional], place]) => ({ ...required, ...optional, ...place })
)

/** A print letter that can be delivered. */
export const print: Arbitrary.Arbitrary<Print> = Arbitrary.map(
  Arbitrary.all([
    Arbitrary.all({
      hoveddokument: filename,
      mottaker: address,
      retur: Arbitrary.map(
        Arbitrary.all([
          Arbitrary.all({ mottaker: address }),
          partial({ returhaandtering: Arbitrary.schema(Schema.Literals(["DIREKTE_RETUR", "MAKULERING_MED_MELDING"])) })
        ]),
        ([required, optional]) => ({ ...required, ...optional })
      )
    }),
    partial({
      avsenderId: text,
      fakturaReferanse: text,
      utskriftsfarge: Arbitrary.schema(Schema.Literals(["SORT_HVIT", "FARGE"])),
      posttype: Arbitrary.schema(Schema.Literals(["A_PRIORITERT", "B_OEKONOMI"]))
    })
  ]),
  ([required, optional]) => ({ ...required, ...optional })
)

/** Any business message, whole. */
export const forretningsmelding: Arbitrary.Arbitrary<Forretningsmelding> = oneOf<Forretningsmelding>(
  Arbitrary.map(digital, (body) => ({ type: "digital", body })),
  Arbitrary.map(print, (body) => ({ type: "print", body })),
  Arbitrary.map(Arbitrary.all({ orgnr: organisasjonsnummer, epost: text }), (body) => ({ type: "innsynskrav", body })),
  Arbitrary.map(Arbitrary.all({ orgnr: organisasjonsnummer }), (body) => ({ type: "publisering", body })),
  Arbitrary.map(Arbitrary.schema(EinnsynKvittering), (body) => ({ type: "einnsyn_kvittering", body })),
  Arbitrary.map(Arbitrary.schema(MessageStatus), (status) => ({ type: "status", body: { status } }))
)

const otherScope = Arbitrary.all({
  type: Arbitrary.schema(Schema.Literals(["SenderRef", "ReceiverRef", "MessageChannel", "JournalpostId", "ParentId"])),
  instanceIdentifier: uuid,
  identifier: text
})

const partner = (value: string) => [{ identifier: { value, authority: PartyIdentifier.authority } }] as const

/** A document about a given business message, with everything that delivering it rests on. */
export const documentAbout = (
  messages: Arbitrary.Arbitrary<Forretningsmelding>
): Arbitrary.Arbitrary<StandardBusinessDocument> =>
  Arbitrary.filterMap(
    Arbitrary.all({
      message: messages,
      sender: organisation,
      receiver: party,
      id: messageId,
      conversation: conversationId,
      created: sbdDateTime,
      expires: sbdDateTime,
      process: matching(/^urn:no:difi:profile:[a-z]{3,9}:ver1\.0$/),
      before: Arbitrary.array(otherScope, { maxLength: 2 }),
      after: Arbitrary.array(otherScope, { maxLength: 2 })
    }),
    ({ after, before, conversation, created, expires, id, message, process, receiver, sender }) =>
      complete({
        header: {
          headerVersion: "1.0",
          sender: partner(sender),
          receiver: partner(receiver),
          documentIdentification: {
            standard: `urn:no:difi:test:xsd::${message.type}`,
            typeVersion: "2.0",
            instanceIdentifier: id,
            type: message.type,
            creationDateAndTime: created
          },
          businessScope: {
            scope: [
              ...before,
              {
                type: "ConversationId",
                instanceIdentifier: conversation,
                identifier: process,
                scopeInformation: [{ expectedResponseDateTime: expires }]
              },
              ...after
            ]
          }
        },
        message
      })
  )

/** Any document, complete. */
export const standardBusinessDocument: Arbitrary.Arbitrary<StandardBusinessDocument> = documentAbout(forretningsmelding)
